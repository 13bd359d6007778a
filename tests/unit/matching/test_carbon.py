"""CO2e avoided: a range, less the journey, and nothing where the source says nothing."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.events.trades import CarbonState
from contracts.vocabulary.carbon import freight_factors
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import IntendedUse
from matching.carbon import NOT_THE_SAME_KIND, carbon_of
from matching.proposing import fits
from tests.unit.matching.makers import offer, place, want

FAR = place(53.22, 6.57)


def avoided(concept: str, use: IntendedUse | None, r_step: int | None = None, **offered: Any) -> CarbonState | None:
    """What a use of a concept in Utrecht avoids."""
    fit = fits(offer(concept=concept, **offered), want(concepts=(concept,), intended_use=use, r_step=r_step))
    assert fit is not None
    return carbon_of(fit)


def test_recycling_at_the_door_avoids_the_whole_difference() -> None:
    found = avoided("pet", IntendedUse.MATERIAL_RECYCLING)
    assert found is not None
    assert (found.low_kg_per_tonne, found.mid_kg_per_tonne, found.high_kg_per_tonne) == (1320.0, 1650.0, 1980.0)
    assert (found.transport_kg_per_tonne, found.tonnes) == (0.0, 100.0)
    assert (found.convention, found.source) == ("primary - closed loop", "DESNZ 2025 (United Kingdom)")
    assert "Open Government Licence" in found.attribution
    assert "indicatief" in found.nl
    assert "indicative" in found.en


def test_the_journey_is_taken_off_by_the_vehicle_that_the_load_takes() -> None:
    lorry = avoided("pet", IntendedUse.MATERIAL_RECYCLING, place=FAR)
    van = avoided("pet", IntendedUse.MATERIAL_RECYCLING, place=FAR, quantity=Decimal(1))
    assert lorry is not None
    assert van is not None
    ratio = van.transport_kg_per_tonne / lorry.transport_kg_per_tonne
    assert ratio == pytest.approx(freight_factors()["van"] / freight_factors()["articulated"], abs=0.01)
    assert lorry.mid_kg_per_tonne == pytest.approx(1650 - lorry.transport_kg_per_tonne, abs=0.02)


def test_the_range_is_wider_where_the_source_only_comes_near() -> None:
    close, near = avoided("pet", IntendedUse.MATERIAL_RECYCLING), avoided("nf_aluminium", IntendedUse.FURNACE_MELTING)
    assert close is not None
    assert near is not None
    assert near.high_kg_per_tonne / near.mid_kg_per_tonne > close.high_kg_per_tonne / close.mid_kg_per_tonne


def test_a_journey_that_emits_more_than_it_avoids_is_said() -> None:
    found = avoided("granulate_mixed", IntendedUse.AGGREGATE_UNBOUND, place=FAR)
    assert found is not None
    assert found.mid_kg_per_tonne < 0
    assert found.en.startswith("The journey emits more")


def test_using_a_thing_again_takes_the_factor_of_reuse() -> None:
    found = avoided("textiles_clothing", IntendedUse.REUSE_SAME_PURPOSE)
    assert found is not None
    assert (found.convention, found.mid_kg_per_tonne) == ("primary - re-used", 22157.75)
    assert avoided("textiles_clothing", IntendedUse.MATERIAL_RECYCLING) is None


@pytest.mark.parametrize("step", [4, 5, 6, 7, 9])
def test_other_steps_have_no_figure(step: int) -> None:
    assert avoided("pet", None, r_step=step) is None


@pytest.mark.parametrize("use", sorted(NOT_THE_SAME_KIND))
def test_making_something_else_of_it_is_no_closed_loop(use: IntendedUse) -> None:
    assert avoided("paper", use, r_step=8) is None


def test_an_unknown_use_or_an_unknown_load_leaves_it_unknown() -> None:
    assert avoided("pet", None) is None
    assert avoided("pet", IntendedUse.RAW_MATERIAL) is None
    fit = fits(
        offer(concept="pet", unit=Unit.PIECE),
        want(concepts=("pet",), unit=Unit.PIECE, intended_use=IntendedUse.MATERIAL_RECYCLING),
    )
    assert fit is not None
    assert carbon_of(fit) is None
