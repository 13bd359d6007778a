"""CO2e factors of materials and of freight (DESNZ 2025, British averages), with the use that each may be taken for.

Source: contracts/reference/carbon_factors and freight_factors, with their source notes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from contracts.reference.tables import read_table
from contracts.vocabulary.materials import material_tree

SOURCE = "DESNZ 2025 (United Kingdom)"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."


class CarbonUse(StrEnum):
    """What a factor may be taken for: recycling into the same kind, or using the thing again as it is (R3)."""

    CLOSED_LOOP = "closed_loop"
    REUSE = "reuse"


class FactorFit(StrEnum):
    """How well the source's group matches the concept."""

    CLOSE = "close"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class CarbonFactor:
    """kg CO2e per tonne made from primary and from secondary stock; `name` as in the source."""

    name: str
    use: CarbonUse
    primary: float
    secondary: float
    fit: FactorFit

    @property
    def avoided(self) -> float:
        """The difference. A convention: the source itself has no avoided burdens."""
        return self.primary - self.secondary


@cache
def carbon_factor(concept_id: str, use: CarbonUse) -> CarbonFactor | None:
    """The factor of the concept or the nearest above it; None when none may be taken. Raises UnknownConcept."""
    above = (concept.id for concept in material_tree().ancestors(concept_id))
    return next((_factors()[one, use] for one in (concept_id, *above) if (one, use) in _factors()), None)


@cache
def freight_factors() -> Mapping[str, float]:
    """kg CO2e per tonne and kilometre by road, by vehicle."""
    return MappingProxyType({row["vehicle"]: float(row["kg_per_tonne_km"]) for row in read_table("freight_factors")})


@cache
def _factors() -> Mapping[tuple[str, CarbonUse], CarbonFactor]:
    return MappingProxyType(
        {(row["concept"], CarbonUse(row["use"])): _factor(row) for row in read_table("carbon_factors")}
    )


def _factor(row: Mapping[str, str]) -> CarbonFactor:
    primary, secondary = float(row["primary"]), float(row["secondary"])
    return CarbonFactor(row["factor"], CarbonUse(row["use"]), primary, secondary, FactorFit(row["fit"]))
