"""What a tonne costs the seeker at the door: the price plus transport, in EUR per tonne.

The transport table is our own assumption of 2026-11-21, not a quoted tariff: it ranks distances and shows that a
negative price can pay for the road; it is not an invoice.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from contracts.events.trades import LandedState

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class TransportTable:
    """Figures for transport by lorry; `road_factor` turns kilometres as the crow flies into kilometres by road."""

    road_factor: Decimal
    eur_per_tonne_km: Decimal
    handling_eur_per_tonne: Decimal
    source: str
    dated: date


TRANSPORT = TransportTable(
    road_factor=Decimal("1.3"),
    eur_per_tonne_km=Decimal("0.10"),
    handling_eur_per_tonne=Decimal("2.50"),
    source="own assumption",
    dated=date(2026, 11, 21),
)


@dataclass(frozen=True, slots=True)
class Landed:
    """Price, transport and their sum in EUR per tonne; `price` and `total` are None when the price is open."""

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


def transport_eur_per_tonne(distance_km: float, table: TransportTable = TRANSPORT) -> Decimal:
    """What it costs to bring a tonne over `distance_km` as the crow flies, in whole cents (half to even)."""
    road_km = Decimal(str(distance_km)) * table.road_factor
    return (road_km * table.eur_per_tonne_km + table.handling_eur_per_tonne).quantize(CENT, ROUND_HALF_EVEN)


def landed(price: Decimal | None, distance_km: float) -> Landed:
    """Price and transport added up; a price below zero means that the holder pays."""
    transport = transport_eur_per_tonne(distance_km)
    total = None if price is None else (price + transport).quantize(CENT, ROUND_HALF_EVEN)
    return Landed(price, transport, total)
