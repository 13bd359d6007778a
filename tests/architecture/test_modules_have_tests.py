"""Every module that does something has a test file of its own.

`test_<module>.py` or `test_<folder>_<module>.py`, anywhere below `tests/`. Where two modules have the same name, the
test file must import the one it is for, or stand in a folder that is named like the module's.
"""

import ast
from collections import Counter
from pathlib import PurePosixPath

from tests.architecture.tree import MIGRATIONS, REPOSITORY, FunctionNode, Module, functions, modules, sources

ELSEWHERE: dict[str, tuple[str, str]] = {
    "infra/eventlog/consumer.py": (
        "tests/eventlog/promises.py",
        "batches, bad messages and back-pressure are promises",
    ),
    "infra/eventlog/dead_letters.py": ("tests/eventlog/promises.py", "burying and replaying are promises of every log"),
    "infra/eventlog/ownership.py": ("tests/eventlog/test_postgres_log.py", "the fence needs two readers of one table"),
    "infra/eventlog/relay.py": ("tests/eventlog/test_kafka_log.py", "the relay needs a table and a broker"),
    "infra/eventlog/announce.py": ("tests/eventlog/test_kafka_log.py", "heard by a relay in another process"),
    "infra/eventlog/kafka_topics.py": ("tests/eventlog/test_kafka_log.py", "every Kafka test makes its topics by it"),
    "infra/postgres/transaction.py": ("tests/eventlog/test_postgres_log.py", "what it promises shows in the log"),
}
"""Module -> where its tests stand, and why there. Only for modules without a test file of their own."""


def test_every_module_that_does_something_has_a_test_file_of_its_own() -> None:
    missing = sorted(untested() - ELSEWHERE.keys())
    assert not missing, f"{len(missing)} modules have no test_<module>.py:\n" + "\n".join(missing)


def test_every_exception_is_still_one() -> None:
    stale = sorted(ELSEWHERE.keys() - untested())
    assert not stale, f"take these out of ELSEWHERE, they have a test file now or are gone: {stale}"
    lost = [place for place, _why in ELSEWHERE.values() if not (REPOSITORY / place).is_file()]
    assert not lost, f"ELSEWHERE names files that are not there: {lost}"


def untested() -> set[str]:
    """The modules that do something and have no test file."""
    working = [module for module in sources() if does_something(module) and not module.path.startswith(MIGRATIONS)]
    times = Counter(module.stem for module in sources())
    tests = [module for module in modules() if module.is_test and module.stem.startswith("test_")]
    return {module.path for module in working if not any(covers(test, module, times) for test in tests)}


def covers(test: Module, module: Module, times: Counter[str]) -> bool:
    """Whether `test` is the test file of `module`, of whose name there are so many."""
    path = PurePosixPath(module.path)
    stem, folder = (
        (path.parent.name, path.parent.parent.name) if path.stem == "__init__" else (path.stem, path.parent.name)
    )
    if test.stem == f"test_{folder}_{stem}":
        return True
    if test.stem != f"test_{stem}":
        return False
    return times[module.stem] == 1 or PurePosixPath(test.path).parent.name == folder or imports(test, module.name)


def imports(test: Module, name: str) -> bool:
    """Whether a test file imports the module `name`, or something out of it."""
    parent, _, last = name.rpartition(".")
    for node in ast.walk(test.tree):
        if isinstance(node, ast.ImportFrom):
            if node.module == name or (node.module == parent and any(alias.name == last for alias in node.names)):
                return True
        elif isinstance(node, ast.Import) and any(alias.name == name for alias in node.names):
            return True
    return False


def does_something(module: Module) -> bool:
    """Whether any function has a body: ports, enums and plain values have nothing to test."""
    return any(_has_a_body(node) for node in functions(module))


def _has_a_body(node: FunctionNode) -> bool:
    return not all(_is_empty(statement) for statement in node.body)


def _is_empty(statement: ast.stmt) -> bool:
    said = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return said or isinstance(statement, ast.Pass)
