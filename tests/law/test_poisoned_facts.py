"""One bad fact added to facts in which everything is in order: no favourable status may survive it.

Each poison is put into every case of the law folder that ends in a favourable status, with the claim as it was and
with nothing claimed, because a claim must never be what keeps the rules away.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.casefiles import LawCase
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts, Measurement, PropertyValue
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.words import Origin, Processing, Stream, Truth, Use

NOT_WASTE = {LegalStatus.END_OF_WASTE, LegalStatus.BY_PRODUCT, LegalStatus.PRODUCT}
SCRAP_AND_GLASS = {Stream.IRON_STEEL_SCRAP, Stream.ALUMINIUM_SCRAP, Stream.COPPER_SCRAP, Stream.GLASS_CULLET}
Poison = Callable[[Facts], Facts]


def with_property(name: str, value: PropertyValue) -> Poison:
    """The facts with one more property."""
    return lambda facts: replace(facts, properties={**facts.properties, name: value})


def with_origin(*words: Origin) -> Poison:
    """The facts with more origins."""
    return lambda facts: replace(facts, origin=(facts.origin or frozenset()) | frozenset(words))


def with_use(*words: Use) -> Poison:
    """The facts with other uses beside the one that is allowed."""
    return lambda facts: replace(facts, intended_use=(facts.intended_use or frozenset()) | frozenset(words))


def measured(value: str, unit: str) -> Measurement:
    """A measurement."""
    return Measurement(Decimal(value), unit)


ALWAYS: dict[str, Poison] = {
    "asbestos above the limit": with_property("asbestos_serpentine", measured("101", "mg/kg ds")),
    "asbestos added on purpose": with_property("asbestos_added_intentionally", True),
    "PBDE at the limit": with_property("pbde_sum", measured("500", "mg/kg")),
    "HBCDD at the limit": with_property("hbcdd", measured("500", "mg/kg")),
    "PFOS at the limit": with_property("pfos_and_derivatives", measured("50", "mg/kg")),
    "also meant for disposal": with_use(Use.DISPOSAL),
    "also meant for destruction": with_use(Use.DESTRUCTION),
    "expired or forbidden": with_origin(Origin.EXPIRED_OR_FORBIDDEN),
    "a mixture to get below the limit of tar": with_property("pak10_before_mixing", measured("76", "mg/kg")),
}
OF_END_OF_WASTE: dict[str, Poison] = {
    "a carcinogen at the limit": with_property("carc_1b_h350_max_single", measured("0.1", "% w/w")),
    "treatment not finished": lambda facts: replace(facts, treatment_completed=Truth.NO),
}
OF_SCRAP_AND_GLASS: dict[str, Poison] = {
    "the same holder keeps it": lambda facts: replace(
        facts, trade=replace(facts.trade, transfer_to_other_holder=Truth.NO)
    ),
    "not known whether it is transferred": lambda facts: replace(
        facts, trade=replace(facts.trade, transfer_to_other_holder=Truth.UNKNOWN)
    ),
    "treatment unknown": lambda facts: replace(facts, treatment_completed=Truth.UNKNOWN),
    "no paper at all": lambda facts: replace(facts, evidence=frozenset()),
    "equipment that was not depolluted": lambda facts: replace(
        with_origin(Origin.WEEE)(facts),
        processing=frozenset({Processing.SORTED}),
        evidence=frozenset(kind for kind in facts.evidence if kind.value != "process_description"),
    ),
}
NOT_OF_EQUIPMENT = {"equipment that was not depolluted": {Stream.GLASS_CULLET}}
OF_NO_BY_PRODUCT = (
    Origin.CONSUMPTION_RESIDUE,
    Origin.CONSTRUCTION_DEMOLITION,
    Origin.WASTE_CONTAINER,
    Origin.RETURNS_UNTESTED,
    Origin.MIXED_MUNICIPAL_WASTE,
    Origin.WEEE,
    Origin.END_OF_LIFE_VEHICLES,
)


def favourable_cases(cases: Sequence[LawCase], rulebook: Rulebook) -> list[tuple[LawCase, Facts, LegalStatus]]:
    """Every case that ends well, as claimed and with nothing claimed."""
    found = []
    for case, claim in product(cases, ("as it was", "none")):
        facts = case.facts if claim == "as it was" else replace(case.facts, claimed_status=None)
        status = evaluate(facts, rulebook, case.on).status
        if status in NOT_WASTE:
            found.append((case, facts, status))
    return found


@pytest.fixture(scope="module")
def favourable(law_folder_cases: tuple[LawCase, ...], rulebook: Rulebook) -> list[tuple[LawCase, Facts, LegalStatus]]:
    """The cases to poison."""
    found = favourable_cases(law_folder_cases, rulebook)
    assert len(found) > 500
    return found


def survivors(
    cases: Sequence[tuple[LawCase, Facts, LegalStatus]], poison: Poison, rulebook: Rulebook
) -> list[tuple[str, str, str]]:
    """The cases that keep a favourable status with the poison in them."""
    return [
        (case.where, case.name, str(status))
        for case, facts, status in cases
        if evaluate(poison(facts), rulebook, case.on).status in NOT_WASTE
    ]


@pytest.mark.parametrize("name", ALWAYS)
def test_no_favourable_status_survives(
    name: str, favourable: list[tuple[LawCase, Facts, LegalStatus]], rulebook: Rulebook
) -> None:
    in_force = [item for item in favourable if item[0].on.year >= 2024]
    assert survivors(in_force, ALWAYS[name], rulebook) == []


@pytest.mark.parametrize("name", OF_END_OF_WASTE)
def test_no_end_of_waste_survives(
    name: str, favourable: list[tuple[LawCase, Facts, LegalStatus]], rulebook: Rulebook
) -> None:
    ended = [
        (case, facts, status)
        for case, facts, status in favourable
        if status is LegalStatus.END_OF_WASTE and case.on.year >= 2024 and not _prepared_for_reuse(facts)
    ]
    assert len(ended) > 100
    assert survivors(ended, OF_END_OF_WASTE[name], rulebook) == []


@pytest.mark.parametrize("name", OF_SCRAP_AND_GLASS)
def test_no_status_of_scrap_or_glass_survives(
    name: str, favourable: list[tuple[LawCase, Facts, LegalStatus]], rulebook: Rulebook
) -> None:
    streams = SCRAP_AND_GLASS - NOT_OF_EQUIPMENT.get(name, set())
    acts = [item for item in favourable if item[1].stream in streams and item[2] is LegalStatus.END_OF_WASTE]
    assert len(acts) > 50
    assert survivors(acts, OF_SCRAP_AND_GLASS[name], rulebook) == []


@pytest.mark.parametrize("origin", OF_NO_BY_PRODUCT)
def test_what_was_waste_never_becomes_a_by_product(
    origin: Origin, favourable: list[tuple[LawCase, Facts, LegalStatus]], rulebook: Rulebook
) -> None:
    residues = [item for item in favourable if item[2] is LegalStatus.BY_PRODUCT and item[1].stream is not Stream.SOIL]
    still = [
        case.name
        for case, facts, _status in residues
        if evaluate(with_origin(origin)(facts), rulebook, case.on).status is LegalStatus.BY_PRODUCT
    ]
    assert len(residues) > 30
    assert still == []


def _prepared_for_reuse(facts: Facts) -> bool:
    """A chair may be used again whatever its paint holds; that is for product law."""
    return facts.stream in {Stream.GOODS, Stream.ELECTRICAL_EQUIPMENT, Stream.TEXTILES}
