"""What transport costs in joint trades: the figures of pairs, at the rate of the load that is really moved."""

from decimal import ROUND_HALF_EVEN, Decimal

from matching import numeric

CENT = Decimal("0.01")


def transport_for(distance_km: float, load_kg: float) -> Decimal:
    """EUR per tonne for a load over a distance as the crow flies, in whole cents; raises ValueError without a load."""
    if not load_kg > 0:
        raise ValueError(f"got a load of {load_kg} kg; expected a weight above 0, because the load decides the vehicle")
    return (Decimal(int(numeric.transport_cents(distance_km, load_kg))) / 100).quantize(CENT)


def cents(amount: Decimal) -> Decimal:
    """The amount in whole cents, half to even."""
    return amount.quantize(CENT, ROUND_HALF_EVEN)
