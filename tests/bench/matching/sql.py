"""The same question in SQL: the same constraints, the same float8 sums in the same order, the same ties.

The statement is helped where that is fair: marks that follow from small codes come in as arrays, cheap conditions stand
before dear ones, and every design gets the access path that suits its index.
"""

import re
from dataclasses import dataclass
from math import inf, isnan, nan
from typing import Any
from uuid import UUID

import numpy as np

from matching import numeric
from matching.kd.coarse import EAST, NORTH
from matching.kd.lots import CHAIN
from matching.kd.stock import Concepts
from tests.bench.matching.market import PROPERTIES, Market

RADIUS_KM = 6371.0088
EVERYWHERE_KM = 1e6
LIMITS = tuple(f"l{number}" for number in range(PROPERTIES))
COLUMNS = (
    "id", "concept", "lim", "x", "y", "z", "reach", "amount", "minimum", "opens", "ends", "from_day",
    "legal", "organisation", "statuses", "chain", "step", *LIMITS,
)  # fmt: skip
TYPES = (
    "uuid", "int4", "float8", "float8", "float8", "float8", "float8", "float8", "float8", "int4", "int4", "int4",
    "int2", "int4", "int2", "bool", "int2", *("float8" for _ in LIMITS),
)  # fmt: skip
TABLE = ", ".join(f"{name} {kind}" for name, kind in zip(COLUMNS, TYPES, strict=True))
NEAREST = repr(numeric.NEAREST_WHOLE)

CHEAP = """w.opens <= $10 and w.ends >= $9 and w.lim >= $8 and w.minimum <= $6 and (w.statuses & $13) <> 0
      and w.organisation <> $12 and """ + " and ".join(
    f"coalesce(w.{name} >= ${18 + number}::float8, true)" for number, name in enumerate(LIMITS)
)
KM = f"""{numeric.EARTH_DIAMETER_KM!r} * asin(least(1.0::float8,
      sqrt(($3 - w.x) * ($3 - w.x) + ($4 - w.y) * ($4 - w.y) + ($5 - w.z) * ($5 - w.z)) / 2.0::float8))"""
PICK = f"w.id, w.lim, w.amount, w.ends, w.from_day, w.legal, w.chain, w.step, {KM} as km"


def rate(van: float, rigid: float, articulated: float) -> str:
    """By the weight of the load."""
    load = "least(w.amount, $6) * 1000.0::float8"
    return (
        f"(case when {load} <= {numeric.VAN_KG!r} then {van!r}::float8 "
        f"when {load} <= {numeric.RIGID_KG!r} then {rigid!r}::float8 else {articulated!r}::float8 end)"
    )


LANDED = f"""$7 + ((w.km * {numeric.ROAD_FACTOR!r}::float8
      * {rate(numeric.VAN_CENTS, numeric.RIGID_CENTS, numeric.ARTICULATED_CENTS)}
      + {rate(numeric.VAN_HANDLING_CENTS, numeric.RIGID_HANDLING_CENTS, numeric.ARTICULATED_HANDLING_CENTS)}
      + {NEAREST}) - {NEAREST})"""
MARGIN = "(case when w.lim = 'infinity' then -w.landed else w.lim - w.landed end)"
LAST = "least(w.ends, $10)"
DAYS = f"({LAST} - greatest(w.from_day, $11) + 1)::float8"
MARKS = (
    "w.material",
    "(case when $6 >= w.amount then 1.0::float8 else $6 / w.amount end)",
    f"({numeric.HALF_DISTANCE_KM!r} / ({numeric.HALF_DISTANCE_KM!r} + w.km))",
    f"(case when {LAST} = 2147483647 or {DAYS} >= 30 then 1.0::float8 else {DAYS} / 30.0::float8 end)",
    "(case when w.landed is null then 0.5::float8 "
    f"else 0.5::float8 + {MARGIN} / (2.0::float8 * (abs({MARGIN}) + 5000.0::float8)) end)",
    "coalesce($15[w.step + 1], 0.5::float8)",
    "$14[w.legal + 1]",
)


def weighed(weights: tuple[float, ...]) -> str:
    """The weighted mean, summed in the order of `numeric.score`."""
    terms = [f"{mark} * {weight!r}::float8" for mark, weight in zip(MARKS, weights, strict=True)]
    return f"(({' + '.join(terms[:4])}) + {' + '.join(terms[4:])}) / 100.0::float8"


def best_of(rows: str) -> str:
    """The best 20 of the rows that an access path gives."""
    return f"""
select w.id, case when w.chain then {weighed(numeric.CHAIN_FIRST)} else {weighed(numeric.AREA_FIRST)} end as score
from (select w.*, {LANDED} as landed from ({rows} offset 0) w where w.km <= w.reach offset 0) w
where (w.landed is null or w.landed <= w.lim) and $16 is not null and $17 is not null
order by score desc, id limit 20"""


ANCESTORS = "unnest($1::int4[], $2::float8[]) as a(concept, material)"


@dataclass(frozen=True)
class Design:
    """One way to store and to reach the wants. `needs`: an extension."""

    name: str
    make: tuple[str, ...]
    rows: str
    needs: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """Its own table."""
        return f"wants_{self.name}"

    @property
    def query(self) -> str:
        """The statement that is prepared."""
        return re.sub(r"\$(\d+)(::\w+(\[\])?)?", _typed, best_of(self.rows.format(table=self.table)))


PARAMETERS = (
    "int4[]", "float8[]", "float8", "float8", "float8", "float8", "float8", "float8", "int4", "int4", "int4",
    "int4", "int2", "float8[]", "float8[]", "float8", "float8", *("float8" for _ in LIMITS),
)  # fmt: skip


def _typed(found: re.Match[str]) -> str:
    return f"(${found[1]}::{PARAMETERS[int(found[1]) - 1]})"


def joined(condition: str) -> str:
    """An access path that looks up each ancestor by itself, so that no misjudged estimate can turn it round."""
    return f"""select w.*, a.material from {ANCESTORS} cross join lateral (
      select {PICK}, w.reach from {{table}} w where {condition} and {CHEAP} offset 0) w"""


BY_CONCEPT = joined("w.concept = a.concept")
REST = ", ".join(name for name in COLUMNS if name not in ("concept", "lim"))
EAST_OF = f"((w.x * {EAST[0]!r} + w.y * {EAST[1]!r}) * {RADIUS_KM!r})"
NORTH_OF = f"((w.x * {NORTH[0]!r} + w.y * {NORTH[1]!r} + w.z * {NORTH[2]!r}) * {RADIUS_KM!r})"
WIDTH = f"least(w.reach + 0.1, {EVERYWHERE_KM!r})"
CORNERS = f"{EAST_OF} - {WIDTH}, {NORTH_OF} - {WIDTH}", f"{EAST_OF} + {WIDTH}, {NORTH_OF} + {WIDTH}"

DESIGNS_18 = (
    Design("covering", (f"create index on {{table}} (concept, lim) include ({REST})",), BY_CONCEPT),
    Design(
        "clustered",
        ("create index {table}_by on {table} (concept, lim)", "cluster {table} using {table}_by"),
        BY_CONCEPT,
    ),
    Design(
        "gist",
        (
            "alter table {table} add area box, add days int4range, add concepts int4range",
            f"update {{table}} w set area = box(point({CORNERS[0]}), point({CORNERS[1]})), "
            "days = int4range(opens, nullif(ends, 2147483647), '[]'), concepts = int4range(concept, concept, '[]')",
            "create index on {table} using gist (concepts, area, days)",
        ),
        joined(
            "w.concepts && int4range(a.concept, a.concept, '[]') and w.area @> box(point($16, $17), point($16, $17)) "
            "and w.days && int4range($9, nullif($10, 2147483647), '[]')"
        ),
    ),
)
DESIGNS_15 = (
    Design("covering", (f"create index on {{table}} (concept, lim) include ({REST})",), BY_CONCEPT),
    Design(
        "postgis",
        (
            "alter table {table} add area geometry",
            f"update {{table}} w set area = st_makeenvelope({CORNERS[0]}, {CORNERS[1]})",
            "create index on {table} using gist (concept, area)",
        ),
        joined("w.concept = a.concept and w.area && st_makepoint($16, $17)"),
        needs=("btree_gist", "postgis"),
    ),
    Design(
        "cube",
        (
            "alter table {table} add space cube",
            f"update {{table}} w set space = cube(array[concept, {EAST_OF} - {WIDTH}, {NORTH_OF} - {WIDTH}, "
            "-1e9, opens, minimum], "
            f"array[concept, {EAST_OF} + {WIDTH}, {NORTH_OF} + {WIDTH}, least(lim, 1e9), ends, 1e12])",
            "create index on {table} using gist (space)",
        ),
        joined(
            "w.space && cube(array[a.concept, $16, $17, greatest($8, -1e9), $9, $6], "
            "array[a.concept, $16, $17, greatest($8, -1e9), $10, $6])"
        ),
        needs=("cube",),
    ),
)


def rows_of(market: Market) -> list[tuple[Any, ...]]:
    """The wants as rows of the table."""
    lots = market.lots
    limits = np.full((len(lots), PROPERTIES), nan)
    owner = np.repeat(np.arange(len(lots)), lots["extras"])
    limits[owner, market.codes >> 3] = market.values
    table = limits.astype(object)
    table[np.isnan(limits)] = None
    lim = np.where(np.isnan(lots["money"]), inf, lots["money"])
    step = np.where(np.isnan(lots["step"]), -1, lots["step"]).astype(int).astype(object)
    step[step == -1] = None
    plain = [
        lots[name].tolist()
        for name in ("x", "y", "z", "reach", "amount", "minimum", "opens", "ends", "from_day", "legal")
    ]
    more = [lots[name].tolist() for name in ("organisation", "statuses")]
    chain = (lots["flags"] & CHAIN).astype(bool).tolist()
    columns = [ids_of(lots), lots["concept"].tolist(), lim.tolist(), *plain, *more, chain, step.tolist()]
    return [(*row, *limited) for row, limited in zip(zip(*columns, strict=True), table.tolist(), strict=True)]


def ids_of(lots: np.ndarray) -> list[UUID]:
    """Listing ids."""
    return [UUID(int=(high << 64) | low) for high, low in zip(lots["high"].tolist(), lots["low"].tolist(), strict=True)]


def question(market: Market, number: int, concepts: Concepts, marks: np.ndarray) -> tuple[Any, ...]:
    """The parameters of the statement for one offer."""
    lot = market.lots[number]
    ancestors, materials, node, level = [], [], int(lot["concept"]), 0
    while node >= 0:
        ancestors.append(node)
        materials.append(numeric.material(float(level)))
        node, level = int(concepts.parent[node]), level + 1
    usual = float(concepts.usual[lot["concept"]])
    price = None if isnan(lot["money"]) else float(lot["money"])
    floor = -inf if price is None else price + numeric.ARTICULATED_HANDLING_CENTS
    stated: list[float | None] = [None] * PROPERTIES
    for place in range(lot["extra"], lot["extra"] + lot["extras"]):
        stated[market.codes[place] >> 3] = float(market.values[place])
    east = (lot["x"] * EAST[0] + lot["y"] * EAST[1]) * RADIUS_KM
    north = (lot["x"] * NORTH[0] + lot["y"] * NORTH[1] + lot["z"] * NORTH[2]) * RADIUS_KM
    where = (float(lot["x"]), float(lot["y"]), float(lot["z"]))
    when = (int(lot["opens"]), int(lot["ends"]), int(lot["from_day"]))
    steps = [numeric.r_step(float(step), usual) for step in range(11)]
    who = (
        int(lot["organisation"]),
        int(lot["statuses"]),
        marks[lot["legal"]].tolist(),
        steps,
        float(east),
        float(north),
    )
    return (ancestors, materials, *where, float(lot["amount"]), price, floor, *when, *who, *stated)
