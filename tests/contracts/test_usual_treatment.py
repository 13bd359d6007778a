"""Every material has a usual treatment, its own or that of something above it."""

from decimal import Decimal

import pytest

from contracts.reference.tables import read_source, read_table
from contracts.vocabulary.materials import Confidence, UnknownConcept, material_tree
from contracts.vocabulary.usual_treatment import DISPOSAL_STEP, Treatment, usual_treatment

TREE = material_tree()
STEPS = {
    Treatment.REUSE: 3,
    Treatment.RECYCLING: 8,
    Treatment.COMPOSTING: 8,
    Treatment.DIGESTION: 8,
    Treatment.INCINERATION: 9,
    Treatment.LANDFILL: DISPOSAL_STEP,
}


def test_every_concept_has_a_usual_treatment() -> None:
    assert [concept.id for concept in TREE if usual_treatment(concept.id) is None] == []


def test_every_line_is_about_a_concept_of_the_tree_and_stands_once() -> None:
    concepts = [row["concept"] for row in read_table("usual_treatments")]
    assert len(set(concepts)) == len(concepts)
    assert all(TREE.concept(concept) for concept in concepts)


def test_the_step_is_that_of_the_treatment() -> None:
    for row in read_table("usual_treatments"):
        found = usual_treatment(row["concept"])
        assert found is not None
        assert found.r_step == STEPS[found.treatment]


def test_gate_fees_run_from_low_to_high_and_say_that_they_are_estimates() -> None:
    for concept in TREE:
        found = usual_treatment(concept.id)
        assert found is not None
        assert found.confidence is Confidence.OWN_ESTIMATE
        if found.gate_fee is not None:
            assert found.gate_fee.low <= found.gate_fee.mid <= found.gate_fee.high
    assert "wn estimate" in read_source("usual_treatments").source


def test_the_nearest_line_counts() -> None:
    wood, mdf, grade_c = (usual_treatment(concept) for concept in ("wood", "wood_mdf", "wood_grade_c"))
    assert wood is not None
    assert mdf == usual_treatment("wood_grade_b") != wood
    assert grade_c is not None
    assert grade_c.gate_fee is not None
    assert grade_c.gate_fee.mid == Decimal(110)


def test_an_unknown_fee_stays_unknown() -> None:
    batteries = usual_treatment("batteries")
    assert batteries is not None
    assert batteries.gate_fee is None


def test_an_unknown_concept_is_refused() -> None:
    with pytest.raises(UnknownConcept):
        usual_treatment("unobtainium")
