"""What it costs to make a material usable: estimates, and no line where none would be honest."""

from decimal import Decimal

from contracts.reference.tables import read_source, read_table
from contracts.vocabulary.terms import IntendedUse
from contracts.vocabulary.treatment_costs import treatment_costs


def test_using_a_thing_again_costs_no_treatment() -> None:
    assert treatment_costs()[IntendedUse.REUSE_SAME_PURPOSE] == Decimal(0)


def test_what_differs_too_much_between_materials_stays_unknown() -> None:
    unknown = set(IntendedUse) - treatment_costs().keys()
    assert unknown == {
        IntendedUse.MATERIAL_RECYCLING,
        IntendedUse.REPAIR_OR_REFURBISH,
        IntendedUse.PARTS,
        IntendedUse.OTHER_PURPOSE,
        IntendedUse.RAW_MATERIAL,
    }


def test_estimates_run_from_low_to_high_and_say_that_they_are_estimates() -> None:
    for row in read_table("treatment_costs"):
        assert Decimal(row["low"]) <= Decimal(row["mid"]) <= Decimal(row["high"])
    assert "wn estimate" in read_source("treatment_costs").source
