"""Lots and small indexes for tests of the kernels."""

from math import cos, inf, nan, radians, sin
from typing import Any, cast
from uuid import UUID

import numpy as np

from matching.kd.engine import Engine
from matching.kd.extras import Extra
from matching.kd.lots import ANY_STATUS, EVER, LOT, NEVER, UNGROUPED
from matching.kd.stock import Concepts

CONCEPTS = Concepts(
    parent=np.array([-1, 0, 1, 1, 0], np.int32),
    last=np.array([4, 3, 2, 3, 4], np.int32),
    depth=np.array([1, 2, 3, 3, 2], np.int32),
    usual=np.array([nan, 8.0, 9.0, nan, 10.0]),
)
"""A family (0) with a branch (1) of two leaves (2, 3), and a leaf (4)."""


def lot(number: int, lat: float = 52.1, lon: float = 5.1, **given: Any) -> np.void:
    """A tonne-counted lot of 10 t without any limits; its id is its number plus one."""
    made = np.zeros(1, LOT)
    made["x"] = cos(radians(lat)) * cos(radians(lon))
    made["y"] = cos(radians(lat)) * sin(radians(lon))
    made["z"] = sin(radians(lat))
    defaults = {
        "amount": 10.0, "kg": 1000.0, "money": nan, "reach": inf, "step": nan, "low": number + 1, "opens": NEVER,
        "ends": EVER, "from_day": 1, "unit": 1, "statuses": ANY_STATUS, "group": UNGROUPED, "organisation": 1,
    }  # fmt: skip
    for name, value in (defaults | given).items():
        made[name] = value
    return cast("np.void", made[0])


def engine_of(offers: list[np.void], wants: list[np.void], extras: dict[int, list[Extra]] | None = None) -> Engine:
    """An engine with these lots; `extras` of a want by its place."""
    engine = Engine(CONCEPTS)
    for one in offers:
        one["organisation"] = 2
        engine.offers.add(one, ())
    for place, one in enumerate(wants):
        engine.wants.add(one, (extras or {}).get(place, ()))
    return engine


class Sure:
    """Everything fits, and every mark is one half."""

    def __init__(self) -> None:
        self.asked: list[tuple[UUID, UUID]] = []

    def fits(self, offer: UUID, want: UUID) -> bool:
        """Remembers what was asked."""
        self.asked.append((offer, want))
        return True

    def mark(self, offer: UUID, want: UUID) -> float:
        """One half."""
        return 0.5
