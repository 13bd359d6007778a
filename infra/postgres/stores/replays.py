"""How far each lane is in judging its open trades again, and what was told meanwhile. In the schema `matching`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from infra.postgres.database import Connection
from matching.editions import Edition
from matching.open_pairs import Place

SAVE = """
INSERT INTO matching.replays
    (lane, rulebook, day, target_rulebook, target_day, after_family, after_id, started_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now()) ON CONFLICT (lane) DO UPDATE
SET rulebook = excluded.rulebook, day = excluded.day, target_rulebook = excluded.target_rulebook,
    target_day = excluded.target_day, after_family = excluded.after_family, after_id = excluded.after_id,
    started_at = CASE WHEN replays.target_rulebook IS NULL THEN now() ELSE replays.started_at END
"""
LOAD = """
SELECT lane, rulebook, day, target_rulebook, target_day, after_family, after_id FROM matching.replays
WHERE lane = ANY($1::int[]) ORDER BY lane
"""
BEGIN = """
INSERT INTO matching.replays (lane, rulebook, day) SELECT unnest($1::int[]), $2, $3 ON CONFLICT DO NOTHING
"""
AGAIN = "UPDATE matching.replays SET rulebook = $1, day = $2 WHERE target_rulebook IS NULL"
TELL = """
INSERT INTO matching.told_since (lane, trade_id, edition) SELECT $1, unnest($2::uuid[]), $3
ON CONFLICT (lane, trade_id) DO UPDATE SET edition = excluded.edition
"""
TOLD = "SELECT lane, trade_id, edition FROM matching.told_since WHERE lane = ANY($1::int[])"
FORGET = "DELETE FROM matching.told_since WHERE lane = $1 AND edition = $2"


@dataclass(frozen=True, slots=True)
class LaneReplay:
    """A lane's trades are judged by `base`; while `target` is there, those up to `cursor` are judged by that."""

    base: Edition
    target: Edition | None = None
    cursor: Place | None = None


async def begin_lanes(connection: Connection, lanes: Collection[int], edition: Edition) -> None:
    """Note by what the trades of lanes are judged of which nothing is known yet."""
    await connection.execute(BEGIN, sorted(lanes), edition.rulebook, edition.day)


async def load_replays(connection: Connection, lanes: Collection[int]) -> dict[int, LaneReplay]:
    """What is known of these lanes."""
    rows = await connection.fetch(LOAD, sorted(lanes))
    return {row["lane"]: _replay(row) for row in rows}


async def save_replay(connection: Connection, lane: int, replay: LaneReplay) -> None:
    """Insert or replace."""
    target, cursor = replay.target, replay.cursor
    await connection.execute(
        SAVE,
        lane,
        replay.base.rulebook,
        replay.base.day,
        target.rulebook if target else None,
        target.day if target else None,
        cursor.family if cursor else None,
        cursor.key if cursor else None,
    )


async def judge_again_since(connection: Connection, base: Edition) -> int:
    """Take it that lanes at rest were last judged by `base`, so that they begin anew; how many."""
    done: str = await connection.execute(AGAIN, base.rulebook, base.day)
    return int(done.rpartition(" ")[2])


async def note_told(connection: Connection, lane: int, trade_ids: Iterable[UUID], edition: Edition) -> None:
    """Remember trades that were proposed under `edition` while the lane is still being judged again."""
    await connection.execute(TELL, lane, list(trade_ids), str(edition))


async def load_told(connection: Connection, lanes: Collection[int]) -> Mapping[int, dict[UUID, str]]:
    """The remembered trades of these lanes with the edition each was told under."""
    found: dict[int, dict[UUID, str]] = {}
    for row in await connection.fetch(TOLD, sorted(lanes)):
        found.setdefault(row["lane"], {})[row["trade_id"]] = row["edition"]
    return found


async def forget_told(connection: Connection, lane: int, edition: Edition) -> None:
    """The lane is judged by `edition` as a whole."""
    await connection.execute(FORGET, lane, str(edition))


def _replay(row: Any) -> LaneReplay:
    target: tuple[str | None, date | None] = (row["target_rulebook"], row["target_day"])
    return LaneReplay(
        base=Edition(row["rulebook"], row["day"]),
        target=Edition(target[0], target[1]) if target[0] is not None and target[1] is not None else None,
        cursor=Place(row["after_family"], row["after_id"]) if row["after_family"] is not None else None,
    )
