"""Documents stay true where a machine can see it: links, the form of decisions, and the words of the glossary."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.architecture.tree import PACKAGES, REPOSITORY, kept_files, sources

DECISIONS = "docs/decisions/"
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]
FOLDERS = "|".join((*PACKAGES, "tests", "docs"))
PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*|Makefile|pyproject\.toml|requirements\.lock)`")

LAW, SYSTEM = "Words of the law and the field", "Words of the system"
LEAST_ROWS = 70
NOT_IN_CODE = "–"
SEVERAL_DUTCH, SEVERAL_ENGLISH = re.compile(r"[/;,(]| of "), re.compile(r"[/;,(]| or ")
TABLE = re.compile(r"CREATE TABLE (\w+\.\w+)")

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def documents() -> list[str]:
    """Every Markdown file that is kept."""
    return [name for name in kept_files() if name.endswith(".md")]


def decisions() -> list[str]:
    """Every decision record."""
    return [name for name in documents() if name.startswith(DECISIONS)]


def read(name: str) -> str:
    """The text of a file."""
    return (REPOSITORY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", documents())
def test_every_relative_link_leads_somewhere(name: str) -> None:
    targets = LINK.findall(CODE.sub("", FENCE.sub("", read(name))))
    broken = [target for target in targets if not urlsplit(target).scheme and not leads_somewhere(name, target)]
    assert not broken, f"{name} links to what is not there: {broken}"


@pytest.mark.parametrize("name", documents())
def test_every_file_that_is_named_exists(name: str) -> None:
    named = PATH.findall(FENCE.sub("", read(name)))
    lost = [path for path in named if not (REPOSITORY / path).exists()]
    assert not lost, f"{name} names files that are not there: {lost}"


def leads_somewhere(name: str, target: str) -> bool:
    """Whether a relative link in the document `name` names a file or folder, and a heading in it if it has one."""
    path, _, anchor = unquote(target).partition("#")
    file = (REPOSITORY / name).parent / path if path else REPOSITORY / name
    return file.exists() and (not anchor or anchor in anchors(file))


def anchors(file: Path) -> set[str]:
    """The anchors of the headings of a Markdown file, as forges make them."""
    headings = HEADING.findall(FENCE.sub("", file.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", decisions())
def test_a_decision_is_one_page_with_five_sections(name: str) -> None:
    text = read(name)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert len(text.splitlines()) <= 60, "a decision is one page"
    number = int(Path(name).name.partition("-")[0])
    assert text.splitlines()[0].startswith(f"# {number}. "), f"the title of {name} must start with '# {number}. '"


@pytest.mark.parametrize("name", decisions())
def test_a_decision_names_what_enforces_it(name: str) -> None:
    assert PATH.findall(read(name).partition("## Enforced by")[2]), "name at least one file that keeps this decision"


def test_decisions_are_numbered_without_gaps_and_listed_in_the_index() -> None:
    numbers = [int(Path(name).name.partition("-")[0]) for name in decisions()]
    assert numbers == list(range(1, len(numbers) + 1))
    index = read("docs/index.md")
    assert not [name for name in decisions() if name.removeprefix("docs/") not in index]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the glossary."""

    section: str
    dutch: str
    english: str
    identifiers: tuple[str, ...]
    definition: str
    source: str


@cache
def glossary() -> tuple[Row, ...]:
    """The rows of both tables; a row with another number of cells fails the test."""
    rows: list[Row] = []
    section = ""
    for line in read("docs/glossary.md").splitlines():
        section = line.removeprefix("## ") if line.startswith("## ") else section
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("| ") else []
        if not cells or cells[0] in {"---", "Dutch term"}:
            continue
        assert len(cells) == 5, f"five cells are needed in: {line}"
        rows.append(Row(section, cells[0], cells[1], tuple(re.findall(r"`([^`]+)`", cells[2])), cells[3], cells[4]))
        assert rows[-1].identifiers or cells[2] == NOT_IN_CODE, (
            f"name code in backticks, or write {NOT_IN_CODE}: {line}"
        )
    return tuple(rows)


def test_the_glossary_has_both_tables_and_no_empty_cell() -> None:
    assert {row.section for row in glossary()} == {LAW, SYSTEM}
    assert len(glossary()) >= LEAST_ROWS
    assert not [row for row in glossary() if not (row.dutch and row.english and row.definition and row.source)]


def test_a_legal_term_has_one_dutch_and_one_english_form() -> None:
    law = [row for row in glossary() if row.section == LAW]
    dutch = [row.dutch for row in law if SEVERAL_DUTCH.search(row.dutch)]
    english = [row.english for row in law if SEVERAL_ENGLISH.search(row.english)]
    assert not dutch + english, f"choose one form: {dutch + english}"


@pytest.mark.parametrize("language", ["dutch", "english"])
def test_no_term_stands_in_the_glossary_twice(language: str) -> None:
    times = Counter(str(getattr(row, language)).casefold() for row in glossary())
    assert not [term for term, count in times.items() if count > 1]


def test_every_identifier_of_the_glossary_exists_in_the_code() -> None:
    known = names_in_code()
    lost = [(row.english, name) for row in glossary() for name in row.identifiers if name not in known]
    assert not lost, f"the glossary names code that is not there: {lost}"


@cache
def names_in_code() -> frozenset[str]:
    """Modules, classes, `Class.member`, functions, constants, and tables of the database."""
    found: set[str] = set()
    for module in sources():
        found.add(module.name)
        found.update(TABLE.findall(module.text))
        for node in module.tree.body:
            names = list(_defined(node))
            found.update(names)
            if isinstance(node, ast.ClassDef):
                found.update(f"{node.name}.{name}" for part in node.body for name in _defined(part))
    return frozenset(found)


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
