"""YAML in which every value remembers its line, and a key written twice is refused.

Law files are edited by people with a text editor: an error without file and line is no help to them.
"""

from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LawFileError(ValueError):
    """A law file cannot be used. Says which file, which line, what was found there and what to do."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        self.file = file
        self.line = line
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {message}")


class Block(dict[str, Any]):
    """A YAML mapping with its own line and the line of each key (counted from 1)."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[str, int] = {}

    def error(self, message: str, key: str | None = None) -> LawFileError:
        """An error at the line of `key`, or at the start of this block."""
        return LawFileError(self.file, self.lines.get(key, self.line) if key else self.line, message)

    def required(self, key: str) -> Any:
        """The value of `key`; raises LawFileError when it is absent or empty."""
        value = self.get(key)
        if value is None or value == "":
            raise self.error(f"'{key}' is missing; add a line '{key}: ...'", key)
        return value

    def only(self, allowed: frozenset[str]) -> None:
        """Raises LawFileError for a key that has no meaning here (often a typing error)."""
        for key in self:
            if key not in allowed:
                raise self.error(f"'{key}' is not known here; accepted are {', '.join(sorted(allowed))}", key)


def read_block(file: str, text: str | bytes) -> Block:
    """The YAML document `text` as a Block; raises LawFileError for bad YAML and for a key that occurs twice."""
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise LawFileError(file, line, f"this is not valid YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        raise LawFileError(file, None, f"this is not text in UTF-8: {error.reason}; save the file as UTF-8") from None
    if not isinstance(node, yaml.MappingNode):
        raise LawFileError(file, 1, "expected 'name: value' lines; the file holds something else")
    block = _value(file, node)
    assert isinstance(block, Block)
    return block


def _value(file: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _block(file, node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(file, item) for item in node.value]
    return _scalar(file, node)


def _block(file: str, node: yaml.MappingNode) -> Block:
    block = Block(file, node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in block:
            raise LawFileError(
                file, line, f"'{key}' is written twice (also on line {block.lines[key]}); keep one of the two"
            )
        block.lines[key] = line
        block[key] = _value(file, value_node)
    return block


def _scalar(file: str, node: yaml.Node) -> Any:
    constructor = yaml.SafeLoader("")
    try:
        if node.tag == "tag:yaml.org,2002:float":
            return node.value
        return constructor.construct_object(node)
    except (ValueError, yaml.YAMLError) as error:
        raise LawFileError(file, node.start_mark.line + 1, f"{node.value!r} cannot be read: {error}") from None
    finally:
        constructor.dispose()
