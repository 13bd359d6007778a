"""Which concepts have a stream, and which must never have one."""

import pytest

from contracts.vocabulary.materials import material_tree
from matching.end_of_waste.words import Stream
from matching.streams import STREAMS
from tests.unit.matching.pairs import stream_of

NEVER = (
    "asbestos_hazardous",
    "hygiene_medical",
    "residual_mixed",
    "oils",
    "chemicals_solvents",
    "batteries",
    "roofing",
)
"""Families in which nothing may ever be called something else than waste by a rule for a stream."""


def test_every_line_is_a_concept_of_the_tree() -> None:
    tree = material_tree()
    assert [concept for concept in STREAMS if tree.concept(concept).id != concept] == []


@pytest.mark.parametrize("family", NEVER)
def test_dangerous_families_have_no_stream(family: str) -> None:
    tree = material_tree()
    below = [family, *(concept.id for concept in tree.descendants(family))]
    assert {stream_of(concept) for concept in below} == {None}


@pytest.mark.parametrize(
    ("concept", "stream"),
    [
        ("nf_copper_granulate", Stream.COPPER_SCRAP),
        ("ferrous_stainless_304", Stream.IRON_STEEL_SCRAP),
        ("glass_packaging_green", Stream.GLASS_CULLET),
        ("concrete_granulate", Stream.RECYCLED_AGGREGATE),
        ("compost_keur", Stream.COMPOST),
        ("weee_laptops", Stream.ELECTRICAL_EQUIPMENT),
        ("furniture_chairs", Stream.GOODS),
        ("wood_sawdust", Stream.WOOD),
    ],
)
def test_a_concept_has_the_stream_of_the_nearest_line_above_it(concept: str, stream: Stream) -> None:
    assert stream_of(concept) is stream


@pytest.mark.parametrize(
    "concept",
    ["metals_nonferrous", "glass", "asphalt_tar", "glass_crt", "nf_alu_turnings", "food_glycerine", "weee_cooling",
     "film_contaminated", "soil_contaminated", "wood_grade_c", "ferrous_structural", "mattresses", "cables", "eps"],
)  # fmt: skip
def test_where_it_is_not_sure_there_is_none(concept: str) -> None:
    assert stream_of(concept) is None
