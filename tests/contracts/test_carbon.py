"""CO2e factors as published, and the two differences that may not be taken."""

import pytest

from contracts.reference.tables import read_source, read_table
from contracts.vocabulary.carbon import ATTRIBUTION, CarbonUse, carbon_factor, freight_factors
from contracts.vocabulary.materials import UnknownConcept, material_tree

LOOP, REUSE = CarbonUse.CLOSED_LOOP, CarbonUse.REUSE


@pytest.mark.parametrize(
    ("concept", "use", "avoided"),
    [
        ("nf_aluminium", LOOP, 8120.82),
        ("ferrous_heavy_melting", LOOP, 1766.70),
        ("pet", LOOP, 1650.00),
        ("plastics_film", LOOP, 1812.94),
        ("abs", LOOP, 1597.11),
        ("board", LOOP, 101.61),
        ("glass_flat", LOOP, 579.58),
        ("gypsum", LOOP, 87.88),
        ("asphalt", LOOP, 10.53),
        ("wood_grade_b", REUSE, 230.96),
        ("tyres", REUSE, 2604.34),
        ("textiles_clothing", REUSE, 22157.75),
    ],
)
def test_what_is_avoided_is_primary_less_secondary(concept: str, use: CarbonUse, avoided: float) -> None:
    factor = carbon_factor(concept, use)
    assert factor is not None
    assert factor.avoided == pytest.approx(avoided, abs=0.011)


def test_crushed_concrete_takes_the_place_of_aggregate_and_not_of_concrete() -> None:
    factor = carbon_factor("concrete_granulate", LOOP)
    assert factor is not None
    assert (factor.name, round(factor.avoided, 2)) == ("Aggregates", 4.57)


def test_insulation_has_no_figure() -> None:
    for concept in material_tree().descendants("insulation"):
        assert carbon_factor(concept.id, LOOP) is carbon_factor(concept.id, REUSE) is None


@pytest.mark.parametrize(
    ("concept", "use"),
    [
        ("wood", LOOP),
        ("tyres", LOOP),
        ("textiles_clothing", LOOP),
        ("pet", REUSE),
        ("soil", LOOP),
        ("food_surplus", REUSE),
    ],
)
def test_what_the_source_does_not_say_stays_unknown(concept: str, use: CarbonUse) -> None:
    assert carbon_factor(concept, use) is None


def test_every_factor_belongs_to_a_concept_and_avoids_something() -> None:
    for row in read_table("carbon_factors"):
        assert material_tree().concept(row["concept"])
        factor = carbon_factor(row["concept"], CarbonUse(row["use"]))
        assert factor is not None
        assert factor.avoided > 0


def test_an_unknown_concept_is_refused() -> None:
    with pytest.raises(UnknownConcept):
        carbon_factor("unobtainium", LOOP)


def test_a_larger_vehicle_emits_less_per_tonne_and_kilometre() -> None:
    factors = freight_factors()
    assert factors["van"] > factors["rigid"] > factors["articulated"] > 0


def test_the_source_is_attributed_as_its_licence_asks() -> None:
    for table in ("carbon_factors", "freight_factors"):
        assert ATTRIBUTION.removesuffix(".") in " ".join(read_source(table).licence.split())
