"""Dependencies point inward, domains are pure, and one module commits."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import DOMAINS, MIGRATIONS, PACKAGES, REPOSITORY, Module, sources

OPENS_TRANSACTIONS = {
    "infra/postgres/transaction.py": "the one write path: state, marks and events in one commit",
    "infra/eventlog/dead_letters.py": "a replay takes letters and appends their bytes as they came",
    "infra/postgres/stores/listings.py": "a savepoint inside the open transaction: a taken external_id must not end it",
}
COMMITS = {
    "infra/postgres/migrate.py": "schema changes, before any service runs",
    "infra/eventlog/memory_log.py": "the log in memory has no database to commit to",
    "infra/eventlog/kafka_log.py": "offsets in Kafka, after the commit in the database",
}
WRITES_ALONE = {
    "infra/postgres/transaction.py": "the one write path",
    "infra/eventlog/dead_letters.py": "see OPENS_TRANSACTIONS",
    "infra/eventlog/ownership.py": "one statement that takes lanes: it must hold before the first batch is read",
    "infra/postgres/stores/matching.py": "writes in the transaction of a batch; rebuilding the index only reads",
    "infra/postgres/stores/matching_parts.py": "the same, for what is remembered beside listings",
    "infra/postgres/stores/notifications.py": "one class writes in the transaction, another reads for the websocket",
}
"""Modules that hold both a writing statement and a connection outside any transaction."""

WRITING = ("INSERT ", "UPDATE ", "DELETE ", "MERGE ", "TRUNCATE ")

PURE_LIBRARY = frozenset(
    {
        *("bisect", "calendar", "collections", "contextlib", "dataclasses", "datetime", "decimal", "enum", "functools"),
        *("hashlib", "itertools", "json", "math", "operator", "re", "types", "typing", "unicodedata", "uuid"),
    }
)
"""What a domain may import of the standard library: no input or output, no clock, no chance, no concurrency."""
MAY_IMPORT = {
    "listings": PURE_LIBRARY | {"contracts", "listings", "pydantic"},
    "matching": PURE_LIBRARY | {"contracts", "matching", "numba", "numpy", "pydantic"},
    "notifications": PURE_LIBRARY | {"contracts", "notifications", "pydantic"},
}
ALSO_MAY_IMPORT = {
    "matching/end_of_waste/loader.py": ({"importlib"}, "reads the packaged rulebook once, at first use"),
    "matching/end_of_waste/check.py": (
        {"importlib", "sys"},
        "a command for who writes law files; no other module uses it",
    ),
    "matching/end_of_waste/casefiles.py": ({"importlib"}, "names the type of a packaged folder, which it is given"),
    "matching/end_of_waste/yaml_lines.py": ({"yaml"}, "turns the text of a law file into values; opens nothing"),
}
IMPURE_CALLS = frozenset({"now", "utcnow", "today", "uuid1", "uuid4", "open", "print", "input"})


def test_import_linter_finds_every_dependency_pointing_inward() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_transactions_are_opened_by_those_who_have_a_reason() -> None:
    compare(files_with(opens_transaction), OPENS_TRANSACTIONS)


def test_commits_are_made_by_those_who_have_a_reason() -> None:
    compare(files_with(calls_method("commit")), COMMITS)


def test_nobody_else_writes_on_a_connection_outside_a_transaction() -> None:
    writers = {module.path for module in sources() if writes(module) and not module.path.startswith(MIGRATIONS)}
    compare(writers & files_with(calls_method("connection", "dedicated", "acquire")), WRITES_ALONE)


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_imports_only_what_does_no_input_or_output(domain: str) -> None:
    found = []
    for module in domain_modules(domain):
        allowed = MAY_IMPORT[domain] | ALSO_MAY_IMPORT.get(module.path, (set(), ""))[0]
        found += [f"{module.path}:{line} imports {name}" for line, name in imports(module) if name not in allowed]
    assert not found, "\n".join(found)


def test_the_legal_check_sees_the_vocabulary_and_nothing_else_of_ours() -> None:
    seen = [name for module in domain_modules("matching/end_of_waste") for name in imported_modules(module)]
    ours = {name for name in seen if name.partition(".")[0] in PACKAGES}
    found = sorted(name for name in ours if not name.startswith(("contracts.vocabulary", "matching.end_of_waste")))
    assert not found, f"matching/end_of_waste must stay fit to be lifted out, but imports {found}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_asks_no_clock_makes_no_ids_and_opens_nothing(domain: str) -> None:
    found = [
        f"{module.path}:{line} calls {name}()"
        for module in domain_modules(domain)
        for line, name in calls(module)
        if name in IMPURE_CALLS
    ]
    assert not found, "time, ids and files are passed in:\n" + "\n".join(found)


def domain_modules(domain: str) -> list[Module]:
    """The files of one domain, or of a folder in it."""
    return [module for module in sources() if module.path.startswith(f"{domain}/")]


def compare(found: set[str], reasons: dict[str, str]) -> None:
    """Fail for files that have no reason, and for reasons that no file needs any more."""
    assert not found - reasons.keys(), (
        f"only infra/postgres/transaction.py commits; these do too: {found - reasons.keys()}"
    )
    assert not reasons.keys() - found, f"take these out of the table: {reasons.keys() - found}"


def files_with(wanted: Callable[[ast.Call], bool]) -> set[str]:
    """Files in which there is such a call."""
    return {module.path for module in sources() if any(wanted(node) for node in _calls(module))}


def calls_method(*names: str) -> Callable[[ast.Call], bool]:
    """Whether a call is one of a method of these names, whatever the object is."""
    return lambda call: isinstance(call.func, ast.Attribute) and call.func.attr in names


def opens_transaction(call: ast.Call) -> bool:
    """Whether a call opens a transaction in which rows may change."""
    readonly = any(keyword.arg == "readonly" for keyword in call.keywords)
    return calls_method("transaction", "begin", "begin_nested")(call) and not readonly


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def calls(module: Module) -> Iterator[tuple[int, str]]:
    """Line and name of every function, or method of a named thing, that is called; `self` is the module's own."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)) if owner != "self":
                yield node.lineno, name


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Line and top-level name of every import."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, (node.module or "").partition(".")[0]


def imported_modules(module: Module) -> Iterator[str]:
    """The full name of every module that is imported, or imported from."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def writes(module: Module) -> bool:
    """Whether a text of the module is a statement that changes rows."""
    texts = (node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant))
    return any(_changes_rows(text) for text in texts if isinstance(text, str))


def _changes_rows(text: str) -> bool:
    start = text.lstrip()
    return start.startswith(WRITING) or (start.startswith("WITH ") and "INSERT INTO" in start)
