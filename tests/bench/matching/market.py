"""A synthetic market that is harsh on indexes: 1,500 concepts with pure Zipf popularity, places weighted by city.

Everything follows from a seed. The hottest leaf has 13 % of all offers; wants ask for a leaf (55 %), its parent (27 %),
its grandparent (12 %) or something higher (6 %). Populations of cities: rounded, Statistics Netherlands (CBS), 2025.
"""

from dataclasses import dataclass
from math import inf, nan

import numpy as np

from matching.kd.lots import ANY_STATUS, CHAIN, EVER, LOT
from matching.kd.pairs import AT_MOST, OPERATOR_BITS
from matching.kd.stock import Concepts

CHAPTERS, CONCEPTS, DEEPEST = 20, 1500, 5
PROPERTIES = 12
LEGAL_OFFERS, LEGAL_WANTS = 40, 24
ORGANISATIONS = 20_000
FIRST_DAY = 739_900

CITIES: tuple[tuple[float, float, int], ...] = (
    (52.37, 4.90, 935),
    (51.92, 4.48, 673),
    (52.08, 4.31, 569),
    (52.09, 5.12, 376),
    (51.44, 5.47, 249),
    (53.22, 6.57, 245),
    (51.56, 5.09, 230),
    (52.38, 5.22, 230),
    (51.59, 4.78, 189),
    (51.84, 5.86, 187),
    (52.21, 5.97, 168),
    (51.98, 5.91, 167),
    (52.38, 4.64, 167),
    (52.16, 5.39, 161),
    (52.44, 4.83, 161),
    (52.31, 4.69, 165),
    (52.22, 6.89, 162),
    (51.70, 5.30, 160),
    (52.51, 6.09, 134),
    (53.20, 5.79, 129),
    (52.16, 4.49, 130),
    (52.06, 4.49, 128),
    (51.81, 4.67, 122),
    (52.04, 5.66, 122),
    (52.03, 5.56, 70),
    (50.85, 5.69, 125),
    (52.63, 4.75, 113),
    (52.01, 4.36, 109),
    (52.78, 6.90, 108),
    (52.26, 6.16, 102),
    (50.88, 5.98, 86),
    (51.00, 5.87, 91),
    (52.50, 5.48, 85),
    (52.27, 6.79, 82),
    (52.51, 5.47, 82),
    (52.35, 5.62, 51),
    (51.50, 3.61, 50),
    (51.44, 3.57, 45),
    (51.53, 4.46, 78),
    (51.49, 4.29, 69),
    (51.37, 6.17, 103),
    (51.48, 5.66, 94),
    (52.64, 5.06, 75),
    (52.50, 4.96, 83),
    (52.99, 6.56, 69),
    (52.96, 5.92, 52),
    (53.11, 6.10, 56),
    (52.69, 6.19, 45),
    (52.72, 6.47, 57),
    (51.96, 6.29, 59),
    (51.89, 5.43, 43),
    (51.83, 4.13, 40),
    (51.33, 3.83, 55),
    (52.96, 4.76, 57),
    (53.03, 5.66, 34),
)
"""Latitude, longitude, inhabitants in thousands."""


@dataclass(frozen=True)
class Market:
    """Lots with `extra` counted from the start of `codes`."""

    lots: np.ndarray
    codes: np.ndarray
    values: np.ndarray

    def part(self, first: int, last: int) -> "Market":
        """Lots `first` to `last`, the last excluded."""
        lots = self.lots[first:last].copy()
        start = int(lots["extra"][0]) if len(lots) else 0
        end = int(lots["extra"][-1]) + int(lots["extras"][-1]) if len(lots) else 0
        lots["extra"] -= start
        return Market(lots, self.codes[start:end], self.values[start:end])


@dataclass(frozen=True)
class World:
    """The tree, its leaves in order of popularity, and the legal marks of both classes."""

    concepts: Concepts
    leaves: np.ndarray
    marks: np.ndarray


def world(seed: int) -> World:
    """A tree of 1,500 concepts in 20 chapters, in preorder."""
    chance = np.random.default_rng(seed)
    children: list[list[int]] = [[] for _ in range(CONCEPTS)]
    depth = [1] * CHAPTERS
    parent = [-1] * CHAPTERS
    while len(parent) < CONCEPTS:
        above = int(chance.integers(0, len(parent)))
        if depth[above] < DEEPEST:
            children[above].append(len(parent))
            parent.append(above)
            depth.append(depth[above] + 1)
    order = _preorder(children)
    place = {node: number for number, node in enumerate(order)}
    parents = np.array([-1 if parent[node] < 0 else place[parent[node]] for node in order], np.int32)
    last = np.arange(CONCEPTS, dtype=np.int32)
    for node in range(CONCEPTS - 1, -1, -1):
        if parents[node] >= 0:
            last[parents[node]] = max(last[parents[node]], last[node])
    usual = np.where(chance.random(CONCEPTS) < 0.3, nan, chance.integers(6, 11, CONCEPTS).astype(float))
    leaves = np.flatnonzero(last == np.arange(CONCEPTS)).astype(np.int32)
    chance.shuffle(leaves)
    marks = chance.choice(
        [0.5, 0.6, 0.54, 0.486, 0.95, 1.0, 0.3], (LEGAL_OFFERS, LEGAL_WANTS), p=[0.3, 0.2, 0.15, 0.1, 0.1, 0.1, 0.05]
    )
    return World(Concepts(parents, last, np.array([depth[node] for node in order], np.int32), usual), leaves, marks)


def _preorder(children: list[list[int]]) -> list[int]:
    order, stack = [], list(range(CHAPTERS))[::-1]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(children[node][::-1])
    return order


def offers(of: World, count: int, seed: int) -> Market:
    """So many offers: a leaf, 0 to 12 properties of which 35 % are unknown."""
    chance = np.random.default_rng((seed, 1))
    lots = _shared(of, count, chance)
    lots["money"] = np.rint(chance.normal(1500, 6000, count))
    lots["money"][chance.random(count) < 0.08] = nan
    lots["reach"], lots["minimum"] = inf, 0.0
    lots["statuses"] = np.where(chance.random(count) < 0.35, ANY_STATUS, 1 << chance.integers(0, 7, count))
    lots["legal"] = chance.integers(0, LEGAL_OFFERS, count)
    known = (chance.random((count, PROPERTIES)) > 0.35) & (chance.random((count, 1)) > 0.1)
    return _with_extras(lots, known, chance.lognormal(2.0, 1.0, (count, PROPERTIES)).round(2), 0)


def wants(of: World, count: int, seed: int) -> Market:
    """So many wants: 0 to 5 limits, a greatest distance (median 60 km, 12 % none), a limit on the price."""
    chance = np.random.default_rng((seed, 2))
    lots = _shared(of, count, chance)
    for above, part in ((1, 0.45), (2, 0.18), (3, 0.06)):
        climbs = np.flatnonzero(chance.random(count) < part / {1: 1.0, 2: 0.45, 3: 0.18}[above])
        climbs = climbs[lots["flags"][climbs] == above - 1]
        higher = of.concepts.parent[lots["concept"][climbs]]
        climbs, higher = climbs[higher >= 0], higher[higher >= 0]
        lots["concept"][climbs], lots["flags"][climbs] = higher, above
    lots["money"] = np.rint(chance.normal(3500, 5000, count))
    lots["money"][chance.random(count) < 0.1] = nan
    lots["reach"] = np.where(chance.random(count) < 0.12, inf, chance.lognormal(np.log(60), 0.6, count).round(0))
    lots["minimum"] = (lots["amount"] * chance.choice([0.0, 0.1, 0.3, 0.6], count)).round(2)
    some = chance.integers(1, 128, count) | chance.integers(1, 128, count)
    lots["statuses"] = np.where(chance.random(count) < 0.4, ANY_STATUS, some)
    lots["legal"] = chance.integers(0, LEGAL_WANTS, count)
    lots["flags"] = np.where(chance.random(count) < 0.3, CHAIN, 0)
    lots["step"] = chance.choice([3, 4, 6, 7, 8, 9, nan], count, p=[0.1, 0.05, 0.05, 0.1, 0.4, 0.1, 0.2])
    limited = np.argsort(chance.random((count, PROPERTIES)), axis=1) < chance.integers(0, 6, (count, 1))
    return _with_extras(lots, limited, chance.lognormal(3.2, 0.8, (count, PROPERTIES)).round(2), AT_MOST)


def _shared(of: World, count: int, chance: np.random.Generator) -> np.ndarray:
    lots = np.zeros(count, LOT)
    popularity = 1.0 / np.arange(1, len(of.leaves) + 1)
    lots["concept"] = of.leaves[chance.choice(len(of.leaves), count, p=popularity / popularity.sum())]
    cities = np.array(CITIES)
    city = chance.choice(len(cities), count, p=cities[:, 2] / cities[:, 2].sum())
    lat = np.radians(cities[city, 0] + chance.normal(0, 0.04, count))
    lon = np.radians(cities[city, 1] + chance.normal(0, 0.06, count))
    lots["x"], lots["y"], lots["z"] = np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)
    lots["amount"] = np.maximum(0.1, chance.lognormal(2.7, 1.3, count).round(2))
    lots["kg"], lots["unit"], lots["times"] = 1000.0, 1, 0
    lots["opens"] = FIRST_DAY + chance.integers(0, 400, count)
    lots["ends"] = lots["opens"] + chance.integers(7, 300, count)
    lots["ends"][chance.random(count) < 0.2] = EVER
    lots["from_day"] = lots["opens"]
    lots["organisation"] = chance.integers(0, ORGANISATIONS, count)
    lots["high"] = chance.integers(0, 2**63, count)
    lots["low"] = chance.integers(0, 2**63, count)
    return lots


def _with_extras(lots: np.ndarray, present: np.ndarray, values: np.ndarray, operator: int) -> Market:
    counts = present.sum(axis=1)
    lots["extras"] = counts
    lots["extra"] = np.concatenate([[0], np.cumsum(counts)[:-1]])
    codes = (np.nonzero(present)[1] << OPERATOR_BITS) + operator
    return Market(lots, codes.astype(np.int32), values[present])
