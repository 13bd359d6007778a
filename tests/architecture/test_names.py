"""Files and classes are named after an idea. A name that fits everything collects everything."""

import ast
from pathlib import PurePosixPath

from tests.architecture.tree import modules

SAYS_NOTHING = frozenset(
    {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils", "utility", "utilities"}
)
CLASS_ENDINGS = ("Helper", "Helpers", "Manager", "Util", "Utils")

ALLOWED = {
    "contracts/events/base.py": "the base class of all event data; event files are named after what they tell of",
    "tests/contracts/test_events_base.py": "tests contracts/events/base.py",
}


def words_of(path: str) -> set[str]:
    """The words of a path: folders and the file name without its ending, taken apart at underscores."""
    parts = PurePosixPath(path).with_suffix("").parts
    return {word for part in parts for word in part.lower().split("_")}


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    found = [module.path for module in modules() if words_of(module.path) & SAYS_NOTHING]
    assert not set(found) - ALLOWED.keys(), f"name these after what is in them: {sorted(set(found) - ALLOWED.keys())}"


def test_every_allowed_name_is_still_needed() -> None:
    present = {module.path for module in modules()}
    assert not ALLOWED.keys() - present, f"take these out of ALLOWED: {sorted(ALLOWED.keys() - present)}"


def test_no_class_is_named_manager_or_helper() -> None:
    found = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(CLASS_ENDINGS)
    ]
    assert not found, "say what these do, not that they do something:\n" + "\n".join(found)
