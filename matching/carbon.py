"""CO2e that a use avoids, low to high in kg per tonne: a convention, indicative, never a measurement.

Avoided is what the material takes when made from primary stock, less what it takes from secondary stock, less the
journey. Only for recycling into the same kind (R8) and for using a thing again as it is (R3): for any other step the
source has no figure, and unknown stays unknown.
"""

from contracts.events.trades import CarbonState
from contracts.vocabulary.carbon import (
    ATTRIBUTION,
    SOURCE,
    CarbonFactor,
    CarbonUse,
    FactorFit,
    carbon_factor,
    freight_factors,
)
from contracts.vocabulary.r_ladder import RStep
from contracts.vocabulary.terms import IntendedUse
from matching import numeric
from matching.landed import vehicle_for
from matching.proposing import Fit

SPREAD: dict[FactorFit, float] = {FactorFit.CLOSE: 0.2, FactorFit.NEAR: 0.5}
"""Half the range around a factor: own assumption, wider where the source's group only comes near the material."""

FREIGHT_SPREAD = 0.3
"""The same for the journey: loads, detours and empty returns differ."""

USE_OF_STEP: dict[RStep, CarbonUse] = {RStep.R3: CarbonUse.REUSE, RStep.R8: CarbonUse.CLOSED_LOOP}
NOT_THE_SAME_KIND = frozenset(
    {
        *(IntendedUse.COMPOSTING, IntendedUse.DIGESTION, IntendedUse.FERTILISER, IntendedUse.ANIMAL_FEED),
        *(IntendedUse.SOIL_APPLICATION, IntendedUse.FUEL, IntendedUse.OTHER_PURPOSE),
    }
)
"""Uses that make something else of the material, whatever step the seeker names."""

CONVENTION: dict[CarbonUse, str] = {
    CarbonUse.CLOSED_LOOP: "primary - closed loop",
    CarbonUse.REUSE: "primary - re-used",
}


def carbon_of(fit: Fit) -> CarbonState | None:
    """What the planned use avoids; None when it is unknown."""
    factor, vehicle = _factor(fit), vehicle_for(fit.measured.load_kg)
    if factor is None or vehicle is None:
        return None
    journey = fit.measured.distance_km * numeric.ROAD_FACTOR * freight_factors()[vehicle.value]
    half = SPREAD[factor.fit]
    low = factor.avoided * (1 - half) - journey * (1 + FREIGHT_SPREAD)
    mid = factor.avoided - journey
    high = factor.avoided * (1 + half) - journey * (1 - FREIGHT_SPREAD)
    nl, en = _sentence(low, mid, high)
    return CarbonState(
        low_kg_per_tonne=round(low, 2),
        mid_kg_per_tonne=round(mid, 2),
        high_kg_per_tonne=round(high, 2),
        transport_kg_per_tonne=round(journey, 2),
        tonnes=fit.measured.load_kg / 1000,
        factor=factor.name,
        convention=CONVENTION[factor.use],
        source=SOURCE,
        attribution=ATTRIBUTION,
        nl=nl,
        en=en,
    )


def _factor(fit: Fit) -> CarbonFactor | None:
    step, use = fit.measured.r_step, fit.want.state.intended_use
    if step != step or use in NOT_THE_SAME_KIND:
        return None
    taken_for = USE_OF_STEP.get(RStep(int(step)))
    return None if taken_for is None else carbon_factor(fit.offer.concept.id, taken_for)


def _sentence(low: float, mid: float, high: float) -> tuple[str, str]:
    if mid < 0:
        return (
            f"De rit stoot meer CO2 uit dan dit gebruik vermijdt: {-mid:.0f} kg per ton (indicatief, Brits 2025).",
            f"The journey emits more CO2 than this use avoids: {-mid:.0f} kg per tonne (indicative, UK 2025).",
        )
    return (
        f"Dit gebruik vermijdt naar schatting {mid:.0f} kg CO2 per ton, tussen {low:.0f} en {high:.0f} (indicatief, "
        "Brits 2025).",
        f"This use avoids about {mid:.0f} kg of CO2 per tonne, between {low:.0f} and {high:.0f} (indicative, UK 2025).",
    )
