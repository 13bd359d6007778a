"""Only what the listings state becomes a fact; everything else stays unknown."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.events.listings import PropertyState
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Grade, IntendedUse, LegalStatus
from matching.end_of_waste.facts import Measurement
from matching.end_of_waste.words import Origin, Processing, Truth, Use
from matching.facts_of_pair import FINISHED, counts, said_by
from tests.unit.matching.makers import TODAY, offer, stated, want
from tests.unit.matching.pairs import RULEBOOK, known_of, paper, papers

DAY = timedelta(days=1)


def test_what_is_not_stated_is_unknown() -> None:
    facts = known_of(offer(), want()).facts
    assert (facts.stream, facts.eural_code, facts.origin, facts.processing, facts.intended_use) == (None,) * 5
    assert (facts.claimed_status, facts.supplier_country, facts.treatment_completed) == (None, None, Truth.UNKNOWN)
    assert (dict(facts.properties), facts.evidence, facts.destination_country) == ({}, frozenset(), "NL")


def test_the_material_passes_to_another_holder_because_the_sides_are_two() -> None:
    assert known_of(offer(), want()).facts.trade.transfer_to_other_holder is Truth.YES
    assert known_of(offer(), want(organisation_id=offer().organisation_id)).facts.trade.transfer_to_other_holder is (
        Truth.UNKNOWN
    )


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("production_residue", {Origin.PRODUCTION_RESIDUE}),
        ("household, separately_collected", {Origin.HOUSEHOLD, Origin.SEPARATELY_COLLECTED}),
        ("Zagen van rondhout", None),
        ("production_residue, en nog iets", None),
        ("Production_residue", None),
        ("", None),
        (None, None),
    ],
)
def test_an_origin_counts_when_every_word_is_one_of_the_check(text: str | None, origin: set[Origin] | None) -> None:
    assert known_of(offer(origin_process=text)).facts.origin == origin


def test_a_step_that_is_no_word_of_the_check_makes_the_processing_unknown() -> None:
    both = frozenset({Processing.SORTED, Processing.BALED})
    assert known_of(offer(processing_done=("sorted", "baled"))).facts.processing == both
    assert known_of(offer(processing_done=("sorted", "nog te drogen"))).facts.processing is None
    assert known_of(offer(processing_done=())).facts.processing is None


@pytest.mark.parametrize(
    ("steps", "kinds", "finished"),
    [
        (("sorted", FINISHED), (EvidenceKind.STATEMENT_OF_CONFORMITY,), Truth.YES),
        ((FINISHED,), (EvidenceKind.PROCESS_DESCRIPTION,), Truth.YES),
        (("sorted", FINISHED), (), Truth.UNKNOWN),
        (("sorted", FINISHED), (EvidenceKind.QMS_CERTIFICATE,), Truth.UNKNOWN),
        (("sorted",), (EvidenceKind.STATEMENT_OF_CONFORMITY,), Truth.UNKNOWN),
        ((FINISHED, "further_processing"), (EvidenceKind.STATEMENT_OF_CONFORMITY,), Truth.NO),
    ],
)
def test_treatment_is_finished_when_it_is_said_and_a_paper_answers_for_it(
    steps: tuple[str, ...], kinds: tuple[EvidenceKind, ...], finished: Truth
) -> None:
    facts = known_of(offer(processing_done=steps, evidence=papers(*kinds))).facts
    assert facts.treatment_completed is finished
    if "sorted" in steps:
        assert facts.processing == frozenset({Processing.SORTED})


def test_the_use_and_the_claim_are_taken_over_and_an_undetermined_claim_is_none() -> None:
    facts = known_of(offer(claimed_status=LegalStatus.PRODUCT), want(intended_use=IntendedUse.FURNACE_MELTING)).facts
    assert (facts.intended_use, facts.claimed_status) == (frozenset({Use.FURNACE_MELTING}), LegalStatus.PRODUCT)
    assert known_of(offer(claimed_status=LegalStatus.UNDETERMINED)).facts.claimed_status is None


@pytest.mark.parametrize(
    ("given", "proves"),
    [
        ({}, True),
        ({"sha256": None}, False),
        ({"sha256": ""}, False),
        ({"valid_until": TODAY}, True),
        ({"valid_until": TODAY - DAY}, False),
        ({"issued_on": TODAY}, True),
        ({"issued_on": TODAY + DAY}, False),
    ],
)
def test_a_document_counts_with_its_bytes_on_days_on_which_it_holds(given: dict[str, Any], proves: bool) -> None:
    document = paper(EvidenceKind.QMS_CERTIFICATE, **given)
    assert counts(document, TODAY) is proves
    assert (EvidenceKind.QMS_CERTIFICATE in known_of(offer(evidence=(document,))).facts.evidence) is proves


def test_a_want_brings_in_papers_on_the_use_but_proves_nothing_of_the_material() -> None:
    kinds = (EvidenceKind.USE_PLAN, EvidenceKind.RECEIVER_PERMIT, EvidenceKind.CONTRACT_WITH_USER)
    wanted = want(evidence=papers(*kinds, EvidenceKind.STATEMENT_OF_CONFORMITY))
    assert known_of(offer(), wanted).facts.evidence == {EvidenceKind.USE_PLAN, EvidenceKind.RECEIVER_PERMIT}


def test_properties_keep_their_kind_and_unit() -> None:
    measured = (
        stated("methanol", Decimal("1.5"), "% w/w"),
        stated("visible_oil", False, "bool"),
        stated("qms_verified_on", "2026-01-31", "date"),
        stated("kleur", "blauw", "text"),
    )
    values = known_of(offer(properties=measured)).facts.properties
    assert values["methanol"] == Measurement(Decimal("1.5"), "% w/w")
    assert values["visible_oil"] is False
    assert str(values["qms_verified_on"]) == "2026-01-31"
    assert "kleur" not in values


def test_a_value_on_dry_matter_is_turned_into_one_as_received_only_with_the_dry_matter_content() -> None:
    lead = stated("lead", Decimal(10), "mg/kg")
    assert known_of(offer(properties=(lead,))).unclear == {"lead"}
    known = known_of(offer(properties=(lead, stated("dry_matter", Decimal(50), "% w/w"))))
    assert (known.facts.properties["lead"], known.unclear) == (Measurement(Decimal(20), "mg/kg ds"), frozenset())


@pytest.mark.parametrize(
    "measured",
    [
        (stated("methanol", Decimal(1), "% w/w"), stated("methanol", Decimal(3), "% w/w")),
        (stated("methanol", Decimal(1), "kg"),),
        (stated("methanol", "weinig", "% w/w"),),
        (stated("visible_oil", "nee", "bool"),),
        (stated("visible_oil", Decimal(1), "bool"),),
    ],
)
def test_a_property_that_contradicts_itself_or_cannot_be_compared_is_unclear(
    measured: tuple[PropertyState, ...],
) -> None:
    known = known_of(offer(properties=measured))
    assert known.unclear == {measured[0].name}
    assert dict(known.facts.properties) == {}


def test_a_value_is_proven_by_an_authority_or_by_a_paper_in_which_it_can_be_looked_up() -> None:
    methanol, oil = stated("methanol", Decimal(1), "% w/w"), stated("visible_oil", False, "bool")
    documented = methanol.model_copy(update={"grade": Grade.DOCUMENTED})
    verified = methanol.model_copy(update={"grade": Grade.VERIFIED})
    assert known_of(offer(properties=(methanol, oil))).unproven == {"methanol", "visible_oil"}
    assert known_of(offer(properties=(documented,))).unproven == {"methanol"}
    assert known_of(offer(properties=(verified,))).unproven == frozenset()
    report = papers(EvidenceKind.COMPOSITION_REPORT)
    assert known_of(offer(properties=(methanol, oil), evidence=report)).unproven == frozenset()
    seen = papers(EvidenceKind.VISUAL_INSPECTION_RECORD)
    assert known_of(offer(properties=(methanol, oil), evidence=seen)).unproven == {"methanol"}
    announced = papers(EvidenceKind.COMPOSITION_REPORT, sha256=None)
    assert known_of(offer(properties=(methanol,), evidence=announced)).unproven == {"methanol"}


def test_the_number_one_and_yes_are_not_the_same_said() -> None:
    yes, one = (offer(properties=(stated("visible_oil", value, "bool"),)) for value in (True, Decimal(1)))
    assert said_by(yes, want(), RULEBOOK, TODAY) != said_by(one, want(), RULEBOOK, TODAY)


def test_pairs_that_differ_only_in_what_the_check_does_not_read_say_the_same() -> None:
    first = said_by(offer(title="een", price_eur_per_tonne=Decimal(3)), want(), RULEBOOK, TODAY)
    assert first == said_by(offer("other", title="twee"), want("another"), RULEBOOK, TODAY)
    assert first != said_by(offer(), want(), RULEBOOK, TODAY + DAY)
