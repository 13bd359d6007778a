"""Lots around one want, by a few numbers each."""

import random
from decimal import Decimal
from typing import Any

from matching.model import WantEntry
from matching.pooling.lots import Lot, lot_between
from tests.unit.matching.makers import offer, place, uid, want


def buyer(minimum: int = 50, quantity: int = 60, **given: Any) -> WantEntry:
    """A want of 60 t with a minimum of 50 t."""
    return want("want", minimum=Decimal(minimum), quantity=Decimal(quantity), **given)


def lot(name: str, tonnes: float, price: float = 10, asked: WantEntry | None = None, **given: Any) -> Lot:
    """A lot of so many tonnes at so many EUR a tonne."""
    offered = offer(
        name,
        quantity=Decimal(str(tonnes)),
        price_eur_per_tonne=Decimal(str(price)),
        organisation_id=uid(f"holder of {name}"),
        **given,
    )
    found = lot_between(offered, asked or buyer())
    assert found is not None
    return found


def scattered(number: int, seed: int, asked: WantEntry) -> list[Lot]:
    """Small lots of all sizes and prices around Utrecht, the same for the same seed."""
    chance = random.Random(seed)
    return [
        lot(
            f"lot {seed}-{count}",
            chance.randrange(20, 250) / 10,
            chance.randrange(-400, 400) / 10,
            asked,
            place=place(52.09 + chance.uniform(-0.4, 0.4), 5.12 + chance.uniform(-0.6, 0.6)),
        )
        for count in range(number)
    ]
