"""Events that are wrong, newer than we are, or too much for a consumer: nothing else stops for them. In both modes."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from aiokafka import AIOKafkaProducer

from contracts.envelope import EncodedEvent
from contracts.events.listings import LISTINGS
from infra.eventlog.dead_letters import dead_letters, replay
from infra.eventlog.kafka_log import Cluster
from infra.postgres.transaction import transaction
from services.supervisor import FIRST_PAUSE_S
from tests.support.marketplace import Marketplace, Member, eventually, marketplace
from tests.support.postgres import NewDsn

READERS = {"listings", "matcher", "notifier", "trades"}
PUBLISHED = "nl.kringmarkt.offer.published.v1"


async def event_of(market: Marketplace, listing_id: str) -> dict[str, Any]:
    """The event that told of a listing, as JSON."""
    async with market.house.database.connection() as connection:
        raw = await connection.fetchval(
            "SELECT raw FROM eventlog.events WHERE type LIKE '%published%' AND key LIKE $1", f"{listing_id}:%"
        )
    return dict(orjson.loads(raw))


def twin(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The event of another listing that says the same, with some changes."""
    listing_id = str(uuid4())
    offer = {**event["data"]["offer"], "listing_id": listing_id, **changes}
    return {**event, "id": str(uuid4()), "subject": listing_id, "data": {"offer": offer}}


async def append(market: Marketplace, *raws: bytes) -> None:
    """Append events to the family of wood, as they are."""
    encoded = [
        EncodedEvent(uuid4(), PUBLISHED, LISTINGS, f"odd:{number}", "wood", raw) for number, raw in enumerate(raws)
    ]
    async with transaction(market.house.database) as unit:
        unit.append_encoded(encoded)


async def buried(market: Marketplace) -> list[tuple[str, str]]:
    """Who could not handle what, and why."""
    return [(letter.consumer, letter.reason) for letter in await dead_letters(market.house.database)]


async def goes_on(market: Marketplace, holder: Member, seeker: Member) -> None:
    """An offer and a want still find each other, and both sides hear of it."""
    known = {trade["trade_id"] for trade in await holder.trades()}
    async with holder.listening(after=None) as at_holder, seeker.listening(after=None) as at_seeker:
        await seeker.want(title="Daarna gezocht", postcode="9711", max_distance_km=5)
        await holder.offer(title="Daarna aangeboden", postcode="9711")
        told = [await side.next_alert("trade_proposed") for side in (at_holder, at_seeker)]
    assert told[0]["about"] == told[1]["about"]
    assert told[0]["about"] not in known


async def test_bad_events_go_to_the_dead_letters_and_everything_else_goes_on(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        event = await event_of(market, (await holder.offer())["listing_id"])
        unknown_state = orjson.dumps(twin(event, status="sold"))
        await append(
            market,
            b"\x00\xff not JSON",
            b"{}",
            orjson.dumps({**event, "id": "1"}),
            orjson.dumps({**event, "id": str(uuid4()), "specversion": "0.3"}),
            orjson.dumps({**event, "id": str(uuid4()), "type": "org.example.other.v1"}),
            orjson.dumps({**event, "id": str(uuid4()), "type": "nl.kringmarkt.offer.published.v9"}),
            unknown_state,
        )
        await goes_on(market, holder, seeker)
        # `listings` wants only what remains, so of the last two it knows enough to pass them over.
        letters = await eventually(lambda: buried(market), lambda found: len(found) == 4 * 5 + 3 * 2)
        assert {consumer for consumer, _reason in letters} == READERS
        assert all(reason.partition(": ")[2] for _consumer, reason in letters)
        assert market.supervisor.stopped == {}


async def test_a_record_that_came_from_elsewhere_is_buried_too(
    new_dsn: NewDsn, kafka_bootstrap: str, tmp_path: Path
) -> None:
    """Over Kafka only: in one process nobody else writes to the log."""
    cluster = Cluster(kafka_bootstrap, f"odd-{uuid4().hex[:10]}.")
    async with (
        marketplace(tmp_path, await new_dsn(), cluster) as market,
        market.member("Holder") as holder,
        market.member("Seeker") as seeker,
    ):
        async with AIOKafkaProducer(bootstrap_servers=cluster.bootstrap) as producer:
            for raw in (b"", b"garbage", b"[" * 10_000):
                await producer.send_and_wait(cluster.topic(LISTINGS), raw, key=b"odd", partition=3)
        await eventually(lambda: buried(market), lambda found: len(found) == 3 * len(READERS))
        await goes_on(market, holder, seeker)


async def test_fields_of_a_newer_version_are_carried_and_the_event_is_used(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        event = await event_of(market, (await holder.offer())["listing_id"])
        newer = twin(event, carbon_kg="12", title="Van een nieuwere versie")
        newer |= {"tenant": "noord", "data": {**newer["data"], "season": "autumn"}}
        raw = orjson.dumps(newer)
        await append(market, raw)
        await seeker.want()
        trades = await eventually(seeker.trades, lambda found: len(found) == 2)
        assert newer["subject"] in {trade["counterpart"]["listing_id"] for trade in trades}
        alerts = await eventually(seeker.alerts, lambda found: len(found) == 2)
        assert newer["subject"] in {alert["body"]["counterpart"]["listing_id"] for alert in alerts}
        async with market.house.database.connection() as connection:
            state = await connection.fetchval(
                "SELECT state FROM matching.entries WHERE entry_id = $1", UUID(newer["subject"])
            )
            kept = await connection.fetchval("SELECT count(*) FROM eventlog.events WHERE raw = $1", raw)
        assert orjson.loads(state)["carbon_kg"] == "12"
        assert kept == 1
        assert await buried(market) == []


async def test_too_many_bad_events_stop_the_one_consumer_that_cannot_handle_them(market: Marketplace) -> None:
    async with market.member("Holder") as holder:
        event = await event_of(market, (await holder.offer())["listing_id"])
        await append(market, *(orjson.dumps(twin(event, concept="unobtainium")) for _ in range(25)))

        async def stopped() -> dict[str, str]:
            return market.supervisor.stopped

        (name,) = await eventually(stopped)
        assert name.startswith("matcher")
        assert "kringmarkt dead-letters" in market.supervisor.stopped[name]
        letters = await buried(market)
        assert {consumer for consumer, _reason in letters} == {"matcher"}
        assert len(letters) >= 20
        assert all("unobtainium" in reason for _consumer, reason in letters)
        later = await holder.offer(title="Nog steeds te plaatsen")

        async def balance() -> Any:
            async with market.house.database.connection() as connection:
                sql = "SELECT count(*) FROM trades.balances WHERE listing_id = $1"
                return await connection.fetchval(sql, UUID(later["listing_id"]))

        await eventually(balance)
        assert list(market.supervisor.stopped) == [name]


async def test_a_consumer_that_crashes_is_started_again_and_loses_nothing(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        await holder.offer()
        await rename(market, "entries", "entries_gone")
        await seeker.want()
        before = await seeker.trades()
        await rename(market, "entries_gone", "entries")
        trades = await eventually(seeker.trades, lambda found: len(found) == 1, seconds=60 + 10 * FIRST_PAUSE_S)
        assert before == []
        assert len(trades) == 1
        assert await buried(market) == []
        assert market.supervisor.stopped == {}


async def rename(market: Marketplace, name: str, other: str) -> None:
    """Take a table of the matcher away, or give it back: to the matcher that is neither full nor bad, but a crash."""
    async with market.house.database.connection() as connection:
        await connection.execute(f"ALTER TABLE matching.{name} RENAME TO {other}")


async def test_what_was_buried_is_handled_when_it_is_replayed(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Seeker") as seeker:
        event = await event_of(market, (await holder.offer())["listing_id"])
        repaired = twin(event, concept="unobtainium", title="Later begrepen")
        await append(market, orjson.dumps(repaired))
        await seeker.want()
        letters = await eventually(lambda: dead_letters(market.house.database), lambda found: len(found) == 1)
        repaired["data"]["offer"]["concept"] = "wood_grade_b"
        async with market.house.database.connection() as connection:
            sql = "UPDATE eventlog.dead_letters SET raw = $1"
            await connection.execute(sql, orjson.dumps(repaired))
        assert await replay(market.house.database, [letter.letter_id for letter in letters]) == (1, 0)
        trades = await eventually(seeker.trades, lambda found: len(found) == 2)
        assert "Later begrepen" in {trade["counterpart"]["title"] for trade in trades}
