"""What usually becomes of a material: the treatment to compare a planned use with, and the gate fee it saves.

Source: contracts/reference/usual_treatments, our own estimate (see its source note).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from contracts.reference.tables import read_table
from contracts.vocabulary.materials import Confidence, material_tree

DISPOSAL_STEP = 10
"""Landfill and burning without recovery stand below R9, the last step of the ladder."""


class Treatment(StrEnum):
    """What becomes of a material when nobody finds a better use."""

    REUSE = "reuse"
    RECYCLING = "recycling"
    COMPOSTING = "composting"
    DIGESTION = "digestion"
    INCINERATION = "incineration"
    LANDFILL = "landfill"


@dataclass(frozen=True, slots=True)
class GateFee:
    """EUR per tonne that a holder pays to be rid of it, low to high; below zero the holder is paid."""

    low: Decimal
    mid: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class UsualTreatment:
    """The usual treatment of a concept, its step on the R-ladder (10: disposal), and its gate fee (None: unknown)."""

    treatment: Treatment
    r_step: int
    gate_fee: GateFee | None
    confidence: Confidence = Confidence.OWN_ESTIMATE


@cache
def usual_treatment(concept_id: str) -> UsualTreatment | None:
    """The line of the concept, or of the nearest concept above it; None when there is none. Raises UnknownConcept."""
    above = (concept.id for concept in material_tree().ancestors(concept_id))
    return next((_lines()[one] for one in (concept_id, *above) if one in _lines()), None)


@cache
def _lines() -> Mapping[str, UsualTreatment]:
    return MappingProxyType({row["concept"]: _line(row) for row in read_table("usual_treatments")})


def _line(row: Mapping[str, str]) -> UsualTreatment:
    fees = [row[f"gate_fee_{which}"] for which in ("low", "mid", "high")]
    fee = GateFee(*map(Decimal, fees)) if all(fees) else None
    return UsualTreatment(Treatment(row["treatment"]), int(row["r_step"]), fee)
