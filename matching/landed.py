"""What a tonne costs the seeker at the door: the price plus transport, in EUR per tonne.

The transport figures stand in `matching.numeric`. They are our own assumption of 2026-11-24, not a quoted tariff: they
rank distances and show that a negative price can pay for the road; they are not an invoice.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from contracts.events.trades import LandedState
from matching import numeric
from matching.measuring import Measured, cents_of, euros_of

SOURCE = "own assumption"
DATED = date(2026, 11, 24)


class Vehicle(StrEnum):
    """What carries a load; the load alone decides."""

    VAN = "van"
    RIGID = "rigid"
    ARTICULATED = "articulated"


@dataclass(frozen=True, slots=True)
class Landed:
    """Price, transport and their sum in EUR per tonne; None where a part is unknown."""

    price: Decimal | None
    transport: Decimal | None
    total: Decimal | None

    def state(self) -> LandedState:
        """As events carry it."""
        return LandedState(
            price_eur_per_tonne=self.price,
            transport_eur_per_tonne=self.transport,
            landed_eur_per_tonne=self.total,
        )


def vehicle_for(load_kg: float) -> Vehicle | None:
    """The smallest that takes the load in one journey, and the largest for more; None for an unknown load."""
    if load_kg != load_kg:
        return None
    if load_kg <= numeric.VAN_KG:
        return Vehicle.VAN
    return Vehicle.RIGID if load_kg <= numeric.RIGID_KG else Vehicle.ARTICULATED


def landed(price: Decimal | None, distance_km: float, load_kg: float) -> Landed:
    """Price and transport added up; a price below zero means that the holder pays."""
    transport = numeric.transport_cents(distance_km, load_kg)
    return Landed(price, euros_of(transport), euros_of(cents_of(price) + transport))


def landed_of(price: Decimal | None, measured: Measured) -> Landed:
    """The same of a pair that was measured."""
    return landed(price, measured.distance_km, measured.load_kg)
