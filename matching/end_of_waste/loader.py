"""Read the rulebook folder: law files, the order of questions, properties, countries and changes of codes.

Everything is checked before anything is used; an error names file and line and says what to do. The packaged
rulebook is read once, through importlib.resources; another folder (a new version, a test) may be given.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise

from contracts.vocabulary.eural import eural_codes
from matching.end_of_waste.law_reader import LawReader, law_file
from matching.end_of_waste.reference_reader import (
    read_code_changes,
    read_countries,
    read_documents,
    read_messages,
    read_properties,
    read_questions,
    read_settings,
)
from matching.end_of_waste.rules import LawFile, Question, Rule, Rulebook, Settings
from matching.end_of_waste.yaml_lines import Block, LawFileError, read_block

ORDER, PROPERTIES, COUNTRIES = "order.yaml", "properties.yaml", "countries.yaml"
CODE_CHANGES, MESSAGES, DOCUMENTS = "eural_changes.yaml", "messages.yaml", "documents.yaml"
REFERENCE = (ORDER, PROPERTIES, COUNTRIES, CODE_CHANGES, MESSAGES, DOCUMENTS)
CASES_ENDING = ".cases.yaml"
ENDING = ".yaml"


@cache
def packaged_rulebook() -> Rulebook:
    """The rulebook that comes with this package."""
    return load_rulebook(rulebook_folder())


def rulebook_folder() -> Traversable:
    """Where the packaged law files stand."""
    return resources.files("matching.end_of_waste") / "rulebook"


def load_rulebook(folder: Traversable) -> Rulebook:
    """The rulebook in `folder` (a pathlib.Path will do). Raises LawFileError at the first thing that is wrong."""
    texts = {name: file.read_bytes() for name, file in walk(folder) if not name.endswith(CASES_ENDING)}
    blocks = {name: read_block(name, content) for name, content in texts.items()}
    for name in REFERENCE:
        if name not in blocks:
            raise LawFileError(name, None, "this file is missing from the rulebook folder")
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in texts.items()}
    return _rulebook(blocks, digests)


def walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """Every YAML file below `folder` with its name relative to it, in order of name."""
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            yield from walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(ENDING):
            yield prefix + entry.name, entry


def _rulebook(blocks: dict[str, Block], digests: dict[str, str]) -> Rulebook:
    properties = read_properties(blocks[PROPERTIES])
    questions = read_questions(blocks[ORDER], properties)
    files: list[LawFile] = []
    rules: list[Rule] = []
    parts = {question.id: question.part for question in questions}
    for name in sorted(blocks):
        if name not in REFERENCE:
            law = law_file(blocks[name], digests[name], parts)
            files.append(law)
            rules.extend(LawReader(law, parts[law.questions[0]], properties).rules(blocks[name]))
    _refuse_overlap(rules, blocks)
    _refuse_empty_question(questions, files, blocks[ORDER])
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    settings = read_settings(blocks[ORDER])
    _refuse_groundless(questions, by_id, settings, blocks[ORDER])
    return Rulebook(
        version=_version(digests),
        questions=tuple(questions),
        rules=tuple(rules),
        files=tuple(files),
        properties=properties,
        countries=read_countries(blocks[COUNTRIES]),
        codes={code: entry.kind for code, entry in eural_codes().items()},
        code_changes=read_code_changes(blocks[CODE_CHANGES]),
        settings=settings,
        messages=read_messages(blocks[MESSAGES]),
        documents=read_documents(blocks[DOCUMENTS], blocks[MESSAGES]),
        by_id={key: tuple(versions) for key, versions in by_id.items()},
    )


def _version(digests: dict[str, str]) -> str:
    total = hashlib.sha256()
    for name in sorted(digests):
        total.update(f"{name} {digests[name]}\n".encode())
    return total.hexdigest()


def _refuse_overlap(rules: list[Rule], blocks: dict[str, Block]) -> None:
    """Two versions of one rule on one day would leave it to chance which of them decides."""
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    for name, versions in by_id.items():
        ordered = sorted(versions, key=lambda rule: rule.law.valid_from)
        for earlier, later in pairwise(ordered):
            last = earlier.law.valid_to
            if last is None or later.law.valid_from <= last:
                raise blocks[later.law.file].error(
                    f"rule {name} is also in {earlier.law.file} on {later.law.valid_from}; "
                    "end that version the day before this one starts, or give this rule another id",
                    "valid_from",
                )


def _refuse_empty_question(questions: list[Question], files: list[LawFile], order: Block) -> None:
    used = {name for law in files for name in law.questions}
    for question in questions:
        if question.id not in used:
            raise order.error(f"question '{question.id}' has no law file; add one or remove the question")


def _refuse_groundless(
    questions: list[Question], by_id: dict[str, list[Rule]], settings: Settings, order: Block
) -> None:
    """A question that ends in something other than waste says which of its own rules carry that answer."""
    for question in questions:
        if question.leads_to in settings.positive and not question.rests_on:
            raise order.error(
                f"question '{question.id}' leads to {question.leads_to} and does not say on which rules that rests; "
                "add 'rests_on: [...]' with their ids",
                "questions",
            )
        for name in sorted(question.rests_on):
            if not any(question.id in rule.law.questions for rule in by_id.get(name, ())):
                raise order.error(
                    f"question '{question.id}' rests on rule {name}, which is no rule of that question; correct the id",
                    "questions",
                )
