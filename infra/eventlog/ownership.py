"""Who works on which lane: a fence between two processes that believe they own the same one.

After a rebalance or a restart the old owner may still be in the middle of a batch while the new one builds its
caches. Taking a lane raises its epoch; every batch proves its epoch under a shared row lock. So either the old
owner commits before the new one reads its tables, or its batch is refused (`Lost`). Without this, a matcher
could build its index from tables that change behind its back and miss a pair for ever.
"""

from collections.abc import Iterable, Mapping

from infra.eventlog.delivery import Lost
from infra.postgres.database import Connection, Database
from infra.postgres.parts import OWNED, Proof
from infra.postgres.transaction import PostgresUnit

TAKE = """
INSERT INTO eventlog.owners (consumer, lane, epoch) SELECT $1, lane, 1 FROM unnest($2::int[]) AS lane ORDER BY lane
ON CONFLICT (consumer, lane) DO UPDATE SET epoch = owners.epoch + 1
RETURNING lane, epoch
"""

PROVE = OWNED.format("$1", "$2")


class Ownership:
    """The lanes that one consumer process owns, with the epoch of each."""

    def __init__(self, database: Database, consumer: str) -> None:
        self._database = database
        self._consumer = consumer
        self._epochs: dict[int, int] = {}

    async def take(self, lanes: Iterable[int]) -> None:
        """Own `lanes` too from now on; whoever owned them before is fenced off."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(TAKE, self._consumer, sorted(lanes))
        self._epochs |= {row["lane"]: row["epoch"] for row in rows}

    def drop(self, lanes: Iterable[int]) -> None:
        """Stop working on `lanes`."""
        for lane in lanes:
            self._epochs.pop(lane, None)

    def owned(self) -> frozenset[tuple[int, int]]:
        """The (lane, epoch) pairs owned now."""
        return frozenset(self._epochs.items())

    def prove_in(
        self,
        unit: PostgresUnit,
        lanes: Iterable[int],
        ends: Mapping[int, int] | None = None,
        lost: Exception | None = None,
    ) -> None:
        """Have a batch's unit of work insist that every lane is still ours, and move the cursors to `ends` with it.

        At its end the unit raises `lost`, or Lost, when another process took one of them.
        """
        epochs = {lane: self._epochs.get(lane) for lane in lanes}
        usual = Lost(f"{self._consumer} worked on lanes {epochs}, but one of them has another epoch now")
        unit.settle(Proof(self._consumer, epochs), ends, lost or usual)


async def prove_epochs(connection: Connection, consumer: str, wanted: Mapping[int, int | None]) -> None:
    """Raise Lost unless `consumer` owns every lane under the epoch that is given for it."""
    rows = await connection.fetch(PROVE, consumer, sorted(wanted))
    found = {row["lane"]: row["epoch"] for row in rows}
    if found != wanted:
        raise Lost(f"{consumer} worked on lanes {dict(wanted)}, but they are now {found}")
