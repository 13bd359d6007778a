"""One statement out of parts: what stores want to change, the proof of ownership, the cursors, and the new events.

Each round trip costs the database and the process more than most of the changes themselves. So changes that nothing
needs to read back are kept until the end of a unit of work, and go together: as one `WITH`, of which every part sees
the same snapshot, and which is carried out as a whole or not at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from contracts.envelope import EncodedEvent
from contracts.topics import lane_of

LANE_LOCK = 4242
NOT_OURS = "KM001"
READ_AGAIN = "KM002"

OWNED = """
SELECT lane, epoch FROM eventlog.owners WHERE consumer = {0} AND lane = ANY({1}::int[]) ORDER BY lane FOR SHARE
"""
STILL_OURS = f"""
eventlog.insist((SELECT array_agg(epoch ORDER BY lane) FROM owned) = {{0}}::bigint[], '{NOT_OURS}', 'lanes')
"""  # noqa: S608 - a code of our own
WITHOUT_WAITING = "set_config('synchronous_commit', 'off', true)"
MOVE = """
INSERT INTO eventlog.positions (consumer, lane, position) SELECT {0}, * FROM unnest({1}::int[], {2}::bigint[])
ON CONFLICT (consumer, lane) DO UPDATE SET position = excluded.position
"""
MARK = """
INSERT INTO eventlog.handled (consumer, event_id) SELECT {0}, unnest({1}::uuid[])
"""
# The lanes are locked when everything else is done (see `infra.postgres.transaction`), in ascending order.
LOCKED = """
SELECT count(*) AS n FROM (
    SELECT pg_advisory_xact_lock({0}, lane) FROM (
        SELECT lane FROM written, (SELECT DISTINCT unnest({1}::int[]) AS lane) AS lanes WHERE written.n >= 0 ORDER BY 1
    ) AS in_order
) AS locks
"""
APPENDED = """
INSERT INTO eventlog.events (lane, topic, key, partition_key, id, type, raw)
SELECT new.lane, new.topic, new.key, new.partition_key, new.id, new.type, new.raw
FROM locked, unnest({0}::int[], {1}::text[], {2}::text[], {3}::text[], {4}::uuid[], {5}::text[], {6}::bytea[])
    WITH ORDINALITY AS new (lane, topic, key, partition_key, id, type, raw, ordinal)
WHERE locked.n >= 0 ORDER BY new.ordinal
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A statement that changes rows; its values stand in it as {0}, {1} and so on. Names are unique within a unit.

    `rows`: how many rows must change, or the whole is undone, because what it was decided on has changed.
    """

    name: str
    sql: str
    values: tuple[object, ...]
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """The lanes that a consumer works on, with the epochs under which it owns them."""

    consumer: str
    epochs: Mapping[int, int | None]


def columns_of(events: Iterable[EncodedEvent]) -> tuple[list[object], ...]:
    """The events as the arrays that an appending statement unpacks: lane, topic, key, partition key, id, type, raw."""
    several = tuple(events)
    return (
        [lane_of(event.partition_key) for event in several],
        [event.topic for event in several],
        [event.key for event in several],
        [event.partition_key for event in several],
        [event.id for event in several],
        [event.type for event in several],
        [event.raw for event in several],
    )


def composed(
    parts: Sequence[Part], events: Sequence[EncodedEvent], proof: Proof | None = None, *, durable: bool = True
) -> tuple[str, list[object]]:
    """The one statement and its values. It raises NOT_OURS or READ_AGAIN as SQL state when a condition fails.

    Not `durable`: its transaction does not wait for the disk.
    """
    steps = [_Step(part.name, _returning(part.sql), part.values) for part in parts]
    checks = [_check(part) for part in parts if part.rows is not None]
    if not durable:
        checks.append(_Step("", WITHOUT_WAITING, ()))
    if proof is not None:
        lanes = sorted(proof.epochs)
        steps.append(_Step("owned", OWNED, (proof.consumer, lanes)))
        checks.append(_Step("", STILL_OURS, ([proof.epochs[lane] for lane in lanes],)))
    if events:
        columns = columns_of(events)
        steps.append(_Step("written", _count([part.name for part in parts]), ()))
        steps.append(_Step("locked", LOCKED, (LANE_LOCK, columns[0])))
        steps.append(_Step("appended", APPENDED, columns))
    shapes = tuple((step.name, step.sql, len(step.values)) for step in (*steps, *checks))
    return _text(shapes), [value for step in (*steps, *checks) for value in step.values]


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    sql: str
    values: tuple[object, ...]


def _returning(sql: str) -> str:
    return f"{sql.rstrip()} RETURNING 1"


def _check(part: Part) -> _Step:
    sql = f"eventlog.insist((SELECT count(*) FROM {part.name}) = {{0}}, '{READ_AGAIN}', '{part.name}')"  # noqa: S608
    return _Step("", sql, (part.rows,))


def _count(names: Sequence[str]) -> str:
    counts = (f"(SELECT count(*) FROM {name})" for name in names)  # noqa: S608 - names of our own parts
    return "SELECT " + " + ".join(("0", *counts)) + " AS n"


@lru_cache(maxsize=500)
def _text(shapes: tuple[tuple[str, str, int], ...]) -> str:
    """The text, always the same for the same parts, so that the database plans it once."""
    numbered = list(_numbered(shapes))
    steps = [f"{name} AS {_kept(sql)}({sql})" for (name, _, _), sql in zip(shapes, numbered, strict=True) if name]
    checks = [sql for (name, _, _), sql in zip(shapes, numbered, strict=True) if not name]
    return f"WITH {', '.join(steps)} SELECT {', '.join(checks) or '1'}"


def _kept(sql: str) -> str:
    return "MATERIALIZED " if sql.lstrip().startswith("SELECT") else ""


def _numbered(shapes: Iterable[tuple[str, str, int]]) -> Iterator[str]:
    first = 1
    for _name, sql, values in shapes:
        yield sql.format(*(f"${number}" for number in range(first, first + values)))
        first += values
