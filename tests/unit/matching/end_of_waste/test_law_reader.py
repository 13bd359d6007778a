"""One law file becomes rules; what is not understood is refused with its line."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Confidence
from matching.end_of_waste.facts import Facts, Measurement
from matching.end_of_waste.fields import view_of
from matching.end_of_waste.law_reader import LawReader, attestable, law_file
from matching.end_of_waste.rules import Limit, Part, Rule
from matching.end_of_waste.yaml_lines import LawFileError
from tests.unit.matching.end_of_waste.small_rulebook import HEAD, LAW, RULE, SMALL_PROPERTIES, block

PARTS = {"pure": Part.STATUS, "clean": Part.STATUS, "papers": Part.DUTY}
PAPER = EvidenceKind.SAMPLING_ANALYSIS_REPORT


def rules(text: str) -> list[Rule]:
    read = block(text)
    law = law_file(read, "digest", PARTS)
    return LawReader(law, PARTS[law.questions[0]], SMALL_PROPERTIES).rules(read)


def changed(old: str, new: str, text: str = LAW) -> str:
    assert old in text
    return text.replace(old, new)


def view(per_cent: int | None = None, *evidence: EvidenceKind) -> dict[str, Any]:
    known = {} if per_cent is None else {"foreign_materials": Measurement(Decimal(per_cent), "% w/w")}
    return view_of(Facts(properties=known, evidence=frozenset(evidence)), SMALL_PROPERTIES, {}, date(2026, 11, 21))


def test_the_head_of_a_file_is_read() -> None:
    law = law_file(block(LAW), "digest", PARTS)
    assert (law.file, law.act, law.place, law.digest) == ("law.yaml", "Reg. (EU) 1/2020", "Annex I", "digest")
    assert (law.valid_from, law.valid_to, law.questions) == (date(2020, 1, 1), None, ("pure",))


def test_an_act_without_a_date_holds_on_no_day_that_can_be_asked() -> None:
    law = law_file(block(changed("valid_from: 2020-01-01", "valid_from: null")), "", PARTS)
    assert law.valid_from == date.max


def test_a_file_may_serve_several_questions_of_one_part() -> None:
    assert law_file(block(changed("question: pure", "question: [pure, clean]")), "", PARTS).questions == (
        "pure",
        "clean",
    )


def test_a_rule_says_what_it_demands_and_what_follows() -> None:
    (rule,) = rules(LAW)
    limit = rule.shown
    assert (rule.id, rule.article, rule.confidence) == ("PURE-1", "Reg. (EU) 1/2020, Annex I", Confidence.READ)
    assert [rule.on_fail[0].blockers, rule.on_fail[0].status] == [("criterion:foreign_materials",), LegalStatus.WASTE]
    assert rule.on_unknown[0].status is LegalStatus.UNDETERMINED
    assert (rule.measures, limit) == (("foreign_materials",), Limit("foreign_materials", "<=", "2", "% w/w"))
    assert rule.when({}) is True


def test_a_rule_without_another_place_or_confidence_has_those_of_its_file() -> None:
    own = changed("id: PURE-1", "id: PURE-1\n    place: Annex II\n    confidence: memory")
    assert [(rule.article, rule.confidence) for rule in rules(own)] == [
        ("Reg. (EU) 1/2020, Annex II", Confidence.MEMORY)
    ]


def test_several_consequences_keep_their_order_and_their_condition() -> None:
    text = changed(
        "{blocker: 'criterion:foreign_materials', status: waste}",
        "[{blockers: ['use:a', 'use:b'], when: {stream: wood}}, {status: waste}]",
    )
    first, last = rules(text)[0].on_fail
    assert first.blockers == ("use:a", "use:b")
    assert first.when is not None
    assert first.when({"stream": "wood"}) is True
    assert (last.when, last.status) == (None, LegalStatus.WASTE)


def test_rules_with_the_same_condition_share_it_so_that_it_is_asked_once() -> None:
    second = changed("PURE-1", "PURE-2", RULE)
    with_when = changed("    test:", "    when: {stream: wood}\n    test:", LAW + second)
    one, other = rules(with_when)
    assert one.when is other.when


def test_a_rule_may_refer_to_one_above_it_and_not_to_one_below() -> None:
    both = changed("id: PURE-1", "id: PURE-2", RULE)
    both = changed("{property: foreign_materials, op: <=, limit: 2, unit: '% w/w'}", "{met: [PURE-1]}", both)
    _, second = rules(LAW + both)
    assert [second.test(view(per_cent)) for per_cent in (2, 3)] == [True, False]
    with pytest.raises(LawFileError, match="rule PURE-1 is not known above this line"):
        rules(f"{HEAD}rules:\n{both}{RULE}")


def test_a_paper_proves_only_what_no_measurement_answers() -> None:
    (rule,) = rules(changed("    test:", f"    attested_by: [{PAPER}]\n    test:"))
    assert rule.test(view()) is None
    assert rule.test(view(None, PAPER)) is True
    assert rule.test(view(3, PAPER)) is False


def test_without_papers_a_test_is_left_as_it_is() -> None:
    (rule,) = rules(LAW)
    assert attestable(rule.test, frozenset()) is rule.test


def test_a_duty_is_asked_by_its_condition_and_blocks_nothing() -> None:
    text = changed("question: pure", "question: papers", HEAD)
    duty = "  - {id: D-1, title: {nl: a, en: b}, explanation: {nl: a, en: b}, when: {is_waste: true}, duty: keep_it}\n"
    (rule,) = rules(f"{text}rules:\n{duty}")
    assert (rule.duty, rule.on_fail, rule.on_unknown) == ("keep_it", (), ())
    assert rule.when({"is_waste": True}) is True
    assert not rule.apply_when_unsure


def test_a_rule_that_only_speaks_on_known_values_names_what_wakes_it() -> None:
    on_unknown = "    on_unknown: {blocker: 'missing:sampling_analysis_report', status: undetermined}\n"
    (rule,) = rules(changed(on_unknown, "    silent_when_unknown: true\n"))
    assert rule.wakes == frozenset({"foreign_materials"})
    assert rules(LAW)[0].wakes is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("valid_to: null", "valid_to: 2019-12-31", "valid_to 2019-12-31 is before valid_from 2020-01-01"),
        ("question: pure", "question: pur", "question 'pur' is not in order.yaml; accepted are clean, papers, pure"),
        ("question: pure", "question: [pure, papers]", "must be of one part"),
        ("confidence: read", "confidence: sure", "'sure' is no value of confidence"),
        ("    on_fail: {blocker: 'criterion:foreign_materials', status: waste}\n", "", "does not say what follows"),
        ("status: waste", "status: gold", "'gold' is no value of status"),
        ("'criterion:foreign_materials'", "'problem:x'", "must start with one of"),
        ("'criterion:foreign_materials'", "'criterion:'", "must start with one of"),
        ("missing:sampling_analysis_report", "missing:diploma", "'diploma' is no kind of document"),
        ("    test:", "    attested_by: [diploma]\n    test:", "'diploma' is no kind of document"),
        ("    test:", "    if_unsure: maybe\n    test:", "'if_unsure' is apply or skip; got 'maybe'"),
        ("    test:", "    marks: colour\n    test:", "'colour' cannot be marked"),
        ("    test:", "    when: wood\n    test:", "'when' needs conditions of the form 'name: value'"),
        ("    test:", "    tests:", "'tests' is not known here"),
        ("{property: foreign_materials, op: <=, limit: 2, unit: '% w/w'}", "", "'test' is missing"),
    ],
)
def test_a_mistake_is_refused_with_its_line(old: str, new: str, says: str) -> None:
    with pytest.raises(LawFileError, match=r"^law\.yaml, line \d+: ") as caught:
        rules(changed(old, new))
    assert says in str(caught.value)


@pytest.mark.parametrize("test", ["{evidence: qms_certificate}", "{all: [{any: [{stream: wood}]}]}"])
def test_a_paper_may_not_stand_in_for_a_test_it_could_overrule(test: str) -> None:
    demand = "{property: foreign_materials, op: <=, limit: 2, unit: '% w/w'}"
    text = changed(f"    test: {demand}", f"    attested_by: [{PAPER}]\n    test: {test}")
    with pytest.raises(LawFileError, match="a paper cannot attest"):
        rules(text)


def test_an_id_may_be_given_once_in_a_file() -> None:
    with pytest.raises(LawFileError, match="rule id 'PURE-1' is used twice in this file"):
        rules(LAW + RULE)
