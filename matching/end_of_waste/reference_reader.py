"""Read the files of the rulebook that are no articles: order of questions, properties, countries, code changes."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from contracts.vocabulary.eural import EuralKind
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.measures import UnknownUnit, measure_unit
from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.conditions import Scope, always, compile_condition
from matching.end_of_waste.fields import NO_CLAIM, Property
from matching.end_of_waste.rules import DocumentName, EuralChange, Part, Question, Settings, Text
from matching.end_of_waste.words import CountryGroup
from matching.end_of_waste.yaml_lines import Block

Word = TypeVar("Word", bound=StrEnum)


def word(kind: type[Word], block: Block, key: str) -> Word:
    """The value of `key` as a word of `kind`; raises LawFileError with the accepted ones."""
    value = str(block.required(key))
    try:
        return kind(value)
    except ValueError:
        accepted = ", ".join(item.value for item in kind)
        raise block.error(f"'{value}' is no value of {key}; accepted are {accepted}", key) from None


def text(block: Block, key: str) -> Text:
    """A sentence in both languages; raises LawFileError when one is missing."""
    value = block.required(key)
    if not isinstance(value, Block):
        raise block.error(f"'{key}' needs two lines, 'nl: ...' and 'en: ...'", key)
    value.only(frozenset({"nl", "en"}))
    return Text(str(value.required("nl")), str(value.required("en")))


def day(block: Block, key: str) -> date:
    """A date; raises LawFileError when it is missing or not written like 2026-11-21."""
    value = block.required(key)
    if type(value) is not date:
        raise block.error(f"'{key}' must be a date like 2026-11-21; got {value!r}", key)
    return value


def sub_blocks(block: Block, key: str) -> list[Block]:
    """The list under `key`, each item a block; raises LawFileError otherwise."""
    items = block.required(key)
    if not isinstance(items, list) or not all(isinstance(item, Block) for item in items):
        raise block.error(f"'{key}' needs a list; start each item with '-'", key)
    return list(items)


def read_properties(block: Block) -> dict[str, Property]:
    """The properties by name."""
    found = {}
    for name, row in block.items():
        if not isinstance(row, Block):
            raise block.error(f"property '{name}' needs 'unit', 'nl' and 'en'", name)
        row.only(frozenset({"unit", "nl", "en"}))
        unit = str(row.required("unit"))
        try:
            measure_unit(unit)
        except UnknownUnit as error:
            raise row.error(str(error), "unit") from None
        found[name] = Property(name, unit, str(row.required("nl")), str(row.required("en")))
    return found


def read_questions(block: Block, properties: Mapping[str, Property]) -> list[Question]:
    """The questions in the order in which they are asked."""
    scope = Scope(properties, {})
    found: list[Question] = []
    for item in sub_blocks(block, "questions"):
        item.only(frozenset(["id", "part", "title", "leads_to", "claims", "asked_when", "last_resort", "rests_on"]))
        name = str(item.required("id"))
        if any(name == other.id for other in found):
            raise item.error(f"question '{name}' is in the list twice; keep one", "id")
        part = word(Part, item, "part")
        found.append(
            Question(
                id=name,
                part=part,
                title=text(item, "title"),
                leads_to=word(LegalStatus, item, "leads_to") if part is Part.STATUS else None,
                claims=_claims(item) if part is Part.STATUS else frozenset(),
                asked_when=compile_condition(item["asked_when"], scope) if "asked_when" in item else always,
                last_resort=bool(item.get("last_resort", False)),
                rests_on=frozenset(str(rule) for rule in item.get("rests_on", ())),
            )
        )
    return found


def _claims(item: Block) -> frozenset[str]:
    accepted = {status.value for status in LegalStatus} | {NO_CLAIM}
    claims = [str(claim) for claim in item.required("claims")]
    for claim in claims:
        if claim not in accepted:
            raise item.error(f"'{claim}' is no claim; accepted are {', '.join(sorted(accepted))}", "claims")
    return frozenset(claims)


def read_settings(block: Block) -> Settings:
    """The settings below `settings:` in the order file."""
    row = block.required("settings")
    assert isinstance(row, Block)
    row.only(frozenset({"ask_when_from_memory", "most_tries", "positive", "better"}))
    asked = word(EvidenceKind, row, "ask_when_from_memory")
    return Settings(
        ask_when_from_memory=asked.value,
        most_tries=int(row.required("most_tries")),
        positive=frozenset(LegalStatus(str(item)) for item in row.required("positive")),
        better=tuple(LegalStatus(str(item)) for item in row.required("better")),
    )


def read_countries(block: Block) -> dict[str, str]:
    """The group of every listed country by its code; a country that is not listed is non-OECD."""
    found: dict[str, str] = {}
    groups: Any = block.required("groups")
    for group, codes in groups.items():
        try:
            name = CountryGroup(group).value
        except ValueError:
            raise groups.error(f"'{group}' is no group of countries", group) from None
        for code in codes:
            if str(code) in found:
                raise groups.error(f"country {code} is in two groups; keep one", group)
            found[str(code)] = name
    return found


def read_code_changes(block: Block) -> tuple[EuralChange, ...]:
    """Changes of the List of Waste after the packaged table, oldest first."""
    found: list[EuralChange] = []
    for item in sub_blocks(block, "changes"):
        item.only(frozenset({"valid_from", "kind", "codes", "source", "confidence"}))
        item.required("source")
        kind = None if item.get("kind") == "withdrawn" else word(EuralKind, item, "kind")
        found.extend(EuralChange(str(code), kind, day(item, "valid_from")) for code in item.required("codes"))
    return tuple(sorted(found, key=lambda change: change.valid_from))


def read_messages(block: Block) -> dict[str, dict[str, Text]]:
    """The message catalogue: group -> name -> sentence in both languages."""
    return {group: {name: text(block[group], name) for name in block[group]} for group in block}


def read_documents(block: Block, catalogue: Block) -> dict[str, DocumentName]:
    """Every kind of document with its name and its provider; raises LawFileError when one has none."""
    for kind in EvidenceKind:
        if kind.value not in block:
            raise block.error(f"document '{kind.value}' has no line; add its nl, en and from")
    return {name: _document(block, name, catalogue) for name in block}


def _document(block: Block, name: str, catalogue: Block) -> DocumentName:
    row = block[name]
    if not isinstance(row, Block) or name not in {kind.value for kind in EvidenceKind}:
        raise block.error(f"'{name}' is no kind of document with nl, en and from", name)
    row.only(frozenset({"nl", "en", "from"}))
    provider = str(row.required("from"))
    if provider not in catalogue["provider"]:
        raise row.error(f"'{provider}' is no provider of messages.yaml", "from")
    return DocumentName(Text(str(row.required("nl")), str(row.required("en"))), provider)
