"""Parts of one statement: all of them or none, under conditions, and the events after everything else."""

from uuid import uuid4

import pytest

from infra.eventlog.delivery import Lost, ReadAgain
from infra.eventlog.ownership import Ownership
from infra.postgres.database import Database
from infra.postgres.parts import Part, Proof, composed
from infra.postgres.transaction import connection_of, one_statement, transaction, unit_of
from tests.eventlog.harness import encoded, numbered

ACT = "INSERT INTO notifications.acted_trades (trade_id) SELECT unnest({0}::uuid[])"
FORGET = "DELETE FROM notifications.acted_trades WHERE trade_id = ANY({0}::uuid[])"
COUNTED = """
SELECT (SELECT count(*) FROM notifications.acted_trades) AS acted, (SELECT count(*) FROM eventlog.events) AS events
"""


async def counted(database: Database) -> tuple[int, int]:
    """Acted trades and events."""
    async with database.connection() as connection:
        row = await connection.fetchrow(COUNTED)
    assert row is not None
    return row["acted"], row["events"]


@pytest.mark.parametrize("opened", [transaction, one_statement])
async def test_parts_and_events_are_one_commit_in_either_kind_of_unit(database: Database, opened: type) -> None:
    async with opened(database) as unit:
        unit.write(Part("one", ACT, ([uuid4()],)))
        unit.write(Part("other", ACT, ([uuid4(), uuid4()],)))
        unit.append_encoded([encoded(numbered("wood", 1)), encoded(numbered("glass", 1))])
        assert await counted(database) == (0, 0)
    assert await counted(database) == (3, 2)


@pytest.mark.parametrize("opened", [transaction, one_statement])
async def test_a_part_that_changes_other_rows_than_it_insists_on_undoes_everything(
    database: Database, opened: type
) -> None:
    with pytest.raises(ReadAgain, match="gone changed meanwhile"):
        async with opened(database) as unit:
            unit.write(Part("one", ACT, ([uuid4()],)))
            unit.write(Part("gone", FORGET, ([uuid4()],), rows=1))
            unit.append_encoded([encoded(numbered("wood", 1))])
    assert await counted(database) == (0, 0)


async def test_an_error_inside_a_unit_writes_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with one_statement(database) as unit:
            unit.write(Part("one", ACT, ([uuid4()],)))
            raise ZeroDivisionError
    assert await counted(database) == (0, 0)


async def test_what_another_wrote_first_is_read_again(database: Database) -> None:
    twice = uuid4()
    for expected in (1, 1):
        try:
            async with one_statement(database) as unit:
                unit.write(Part("one", ACT, ([twice],)))
        except ReadAgain:
            assert expected == 1
    assert await counted(database) == (1, 0)


async def test_an_event_that_was_marked_meanwhile_is_read_again(database: Database) -> None:
    event_id = uuid4()
    with pytest.raises(ReadAgain):
        async with one_statement(database) as unit:
            assert await unit.first_seen("matcher", [event_id]) == {event_id}
            async with transaction(database) as other:
                assert await other.first_seen("matcher", [event_id]) == {event_id}
    async with one_statement(database) as unit:
        assert await unit.first_seen("matcher", [event_id]) == set()


async def test_a_lane_that_was_taken_refuses_the_whole(database: Database) -> None:
    mine = Ownership(database, "matcher")
    await mine.take([1, 2])
    async with one_statement(database) as unit:
        unit.write(Part("one", ACT, ([uuid4()],)))
        mine.prove_in(unit, [2, 1], {1: 10, 2: 20})
    await Ownership(database, "matcher").take([2])
    with pytest.raises(Lost):
        async with one_statement(database) as unit:
            unit.write(Part("one", ACT, ([uuid4()],)))
            mine.prove_in(unit, [1, 2], {1: 11, 2: 21})
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT lane, position FROM eventlog.positions ORDER BY lane")
    assert [tuple(row) for row in rows] == [(1, 10), (2, 20)]
    assert await counted(database) == (1, 0)


async def test_two_parts_of_one_name_are_a_mistake(database: Database) -> None:
    async with one_statement(database) as unit:
        unit.write(Part("one", ACT, ([uuid4()],)))
        with pytest.raises(ValueError, match="two parts named 'one'"):
            unit.write(Part("one", ACT, ([],)))


async def test_a_unit_that_locks_nothing_has_no_connection_to_write_on(database: Database) -> None:
    async with one_statement(database) as unit:
        assert unit_of(unit) is unit
        with pytest.raises(TypeError, match="OneStatement"):
            connection_of(unit)


async def test_only_a_unit_that_may_be_had_again_does_not_wait_for_the_disk(database: Database) -> None:
    for durable in (True, False):
        text, _ = composed((Part("one", ACT, ([],)),), (), None, durable=durable)
        assert ("synchronous_commit" in text) is not durable
        async with one_statement(database, durable=durable) as unit:
            unit.write(Part("one", ACT, ([uuid4()],)))
        async with database.connection() as connection:
            assert await connection.fetchval("SHOW synchronous_commit") == "on"
    assert await counted(database) == (2, 0)


def test_the_text_depends_on_the_parts_and_not_on_their_values() -> None:
    events = [encoded(numbered("wood", 1))]
    one, _ = composed((Part("one", ACT, ([uuid4()],)),), events, Proof("matcher", {1: 1}))
    two, values = composed((Part("one", ACT, ([uuid4(), uuid4()],)),), events * 2, Proof("trades", {2: None}))
    assert one == two
    assert f"${len(values)}" in two
    assert f"${len(values) + 1}" not in two
