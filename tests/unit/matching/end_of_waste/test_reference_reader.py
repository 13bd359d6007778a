"""The files that are no articles: each mistake is refused with its line and with what is accepted."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.vocabulary.eural import EuralKind
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Confidence
from matching.end_of_waste.fields import Property
from matching.end_of_waste.reference_reader import (
    day,
    read_code_changes,
    read_countries,
    read_documents,
    read_messages,
    read_properties,
    read_questions,
    read_settings,
    sub_blocks,
    text,
    word,
)
from matching.end_of_waste.rules import EuralChange, Part, Rulebook, Text
from matching.end_of_waste.yaml_lines import Block, LawFileError
from tests.unit.matching.end_of_waste.small_rulebook import SMALL_ORDER, SMALL_PROPERTIES, block

CHANGES = """\
changes:
  - {valid_from: 2026-12-09, kind: withdrawn, codes: ['160605'], source: S}
  - {valid_from: 2025-01-01, kind: mirror_hazardous, codes: ['170204', '170205'], source: S}
"""


def test_a_word_a_day_a_text_and_a_list_are_read() -> None:
    found = block("confidence: read\non: 2026-11-21\ntitle: {nl: ja, en: nee}\nrules: [{a: b}]\n")
    assert word(Confidence, found, "confidence") is Confidence.READ
    assert day(found, "on") == date(2026, 11, 21)
    assert text(found, "title") == Text("ja", "nee")
    assert sub_blocks(found, "rules") == [{"a": "b"}]


@pytest.mark.parametrize(
    ("read", "content", "says"),
    [
        (lambda found: word(Confidence, found, "x"), "x: sure", "'sure' is no value of x; accepted are read, read_old"),
        (lambda found: day(found, "x"), "x: soon", "must be a date like 2026-11-21; got 'soon'"),
        (lambda found: day(found, "x"), "x: 2026-11-21 10:00:00", "must be a date like 2026-11-21"),
        (lambda found: day(found, "x"), "x: 20261121", "must be a date like 2026-11-21"),
        (lambda found: text(found, "x"), "x: alleen", "'x' needs two lines"),
        (lambda found: text(found, "x"), "x: {nl: alleen}", "'en' is missing"),
        (lambda found: text(found, "x"), "x: {nl: a, en: b, de: c}", "'de' is not known here"),
        (lambda found: sub_blocks(found, "x"), "x: {a: 1}", "'x' needs a list"),
        (lambda found: sub_blocks(found, "x"), "x: [a, b]", "'x' needs a list"),
        (read_properties, "x: {unit: furlong, nl: a, en: b}", "'furlong' is not a unit"),
        (read_properties, "x: kg", "property 'x' needs 'unit', 'nl' and 'en'"),
        (read_countries, "groups: {x: [NL]}", "'x' is no group of countries"),
        (read_countries, "groups: {eu: [NL], nl: [NL]}", "country NL is in two groups"),
        (read_code_changes, "changes: [{valid_from: 2026-12-09, kind: new, codes: [], source: S}]", "no value of kind"),
        (
            read_code_changes,
            "changes: [{valid_from: 2026-12-09, kind: withdrawn, codes: ['1']}]",
            "'source' is missing",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(read: Callable[[Block], Any], content: str, says: str) -> None:
    with pytest.raises(LawFileError, match=r"^law\.yaml, line 1: ") as caught:
        read(block(content))
    assert says in str(caught.value)


def test_properties_keep_their_unit_and_words() -> None:
    assert SMALL_PROPERTIES["purity"] == Property("purity", "% w/w", "zuiver", "purity")


def test_questions_keep_their_order_and_what_they_lead_to() -> None:
    (first, last) = read_questions(
        block(SMALL_ORDER + "  - {id: papers, part: trade, title: {nl: a, en: b}, asked_when: {is_waste: true}}\n"),
        SMALL_PROPERTIES,
    )
    assert (first.id, first.leads_to, first.claims) == (
        "pure",
        LegalStatus.END_OF_WASTE,
        frozenset({"end_of_waste", "none"}),
    )
    assert (last.id, last.part, last.leads_to) == ("papers", Part.TRADE, None)
    assert [last.asked_when({"is_waste": held}) for held in (True, False)] == [True, False]
    assert first.asked_when({}) is True


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("claims: [end_of_waste, none]", "claims: [gold]", "'gold' is no claim"),
        ("    claims: [end_of_waste, none]\n", "", "'claims' is missing"),
        ("part: status", "part: state", "'state' is no value of part"),
        ("leads_to: end_of_waste", "leads_to: gold", "'gold' is no value of leads_to"),
        ("leads_to:", "leads:", "'leads' is not known here"),
    ],
)
def test_a_question_with_a_mistake_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(LawFileError, match=says):
        read_questions(block(SMALL_ORDER.replace(old, new)), SMALL_PROPERTIES)


def test_a_question_may_stand_in_the_list_once() -> None:
    _, _, item = SMALL_ORDER.partition("questions:\n")
    with pytest.raises(LawFileError, match="question 'pure' is in the list twice"):
        read_questions(block(SMALL_ORDER + item), SMALL_PROPERTIES)


def test_settings_are_read_as_the_words_they_stand_for() -> None:
    settings = read_settings(block(SMALL_ORDER))
    assert settings.ask_when_from_memory == EvidenceKind.COMPETENT_AUTHORITY_VIEW_OR_RECHTSOORDEEL
    assert (settings.most_tries, settings.positive) == (200, frozenset({LegalStatus.END_OF_WASTE}))
    assert settings.better == (LegalStatus.END_OF_WASTE, LegalStatus.UNDETERMINED, LegalStatus.WASTE)


def test_each_country_has_the_group_it_is_listed_in() -> None:
    found = read_countries(block('groups: {nl: [NL], eu: [DE, FR], efta: ["NO"]}'))
    assert found == {"NL": "nl", "DE": "eu", "FR": "eu", "NO": "efta"}


def test_changes_of_codes_come_oldest_first_one_for_each_code() -> None:
    old, new = date(2025, 1, 1), date(2026, 12, 9)
    assert read_code_changes(block(CHANGES)) == (
        EuralChange("170204", EuralKind.MIRROR_HAZARDOUS, old),
        EuralChange("170205", EuralKind.MIRROR_HAZARDOUS, old),
        EuralChange("160605", None, new),
    )


def test_messages_are_found_by_group_and_name() -> None:
    assert read_messages(block("status: {waste: {nl: afval, en: waste}}")) == {
        "status": {"waste": Text("afval", "waste")}
    }


def documents(**changed: str) -> Block:
    lines = {kind.value: "{nl: papier, en: paper, from: holder}" for kind in EvidenceKind} | changed
    return block("\n".join(f"{name}: {line}" for name, line in lines.items() if line))


PROVIDERS = block("provider: {holder: {nl: a, en: b}}")


def test_every_kind_of_document_has_a_name_and_a_provider() -> None:
    found = read_documents(documents(), PROVIDERS)
    assert set(found) == {kind.value for kind in EvidenceKind}
    assert {(document.name, document.provider) for document in found.values()} == {(Text("papier", "paper"), "holder")}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"qms_certificate": ""}, "document 'qms_certificate' has no line"),
        ({"qms_certificate": "papier"}, "'qms_certificate' is no kind of document with nl, en and from"),
        ({"diploma": "{nl: a, en: b, from: holder}"}, "'diploma' is no kind of document"),
        ({"qms_certificate": "{nl: a, en: b, from: aunt}"}, "'aunt' is no provider of messages.yaml"),
        ({"qms_certificate": "{nl: a, en: b}"}, "'from' is missing"),
    ],
)
def test_a_document_with_a_mistake_is_refused(changed: dict[str, str], says: str) -> None:
    with pytest.raises(LawFileError, match=says):
        read_documents(documents(**changed), PROVIDERS)


def test_codes_of_the_package_change_on_the_day_of_the_decision(rulebook: Rulebook) -> None:
    changed = date(2026, 12, 9)
    before, after = (rulebook.edition(on).codes for on in (changed - timedelta(days=1), changed))
    assert "191401" in after.keys() - before.keys()
    assert "160605" in before.keys() - after.keys()
