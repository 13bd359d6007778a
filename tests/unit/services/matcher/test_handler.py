"""The matcher at work: an index that is never ahead of the tables, and messages that are kept whole."""

from dataclasses import replace
from uuid import UUID

import orjson
import pytest

from contracts.envelope import EncodedEvent, Event
from contracts.events.alerts import AlertRaised
from contracts.upcasts import read
from infra.eventlog.consumer import BadMessage
from infra.postgres.transaction import transaction
from services.matcher.handler import MatchingHandler, matcher_consumer
from tests.unit.services.scenes import Office


async def published(office: Office) -> Event:
    """An offer, as the event that tells of it."""
    holder = await office.member("Holder")
    await holder.offer()
    return (await office.events())[-1]


def knows(handler: MatchingHandler, event: Event) -> bool:
    """Whether the listing of `event` is in the index."""
    return handler.matcher.indexes.of("wood").get(UUID(event.view.subject)) is not None


async def test_it_wants_what_is_said_of_listings_and_nothing_else(office: Office) -> None:
    handler = MatchingHandler(office.house)
    assert handler.wants("nl.kringmarkt.offer.published.v1")
    assert handler.wants("nl.kringmarkt.search.published.v1")
    assert not handler.wants("nl.kringmarkt.trade.agreed.v1")


async def test_an_offer_and_a_want_give_a_proposal_whichever_came_first(office: Office) -> None:
    for number, kinds in enumerate((("offer", "want"), ("want", "offer"))):
        member, other = await office.member(f"Holder {number}"), await office.member(f"Seeker {number}")
        for kind in kinds:
            postcode = ("5038", "9711")[number]
            await (
                member.offer(postcode=postcode) if kind == "offer" else other.want(postcode=postcode, max_distance_km=5)
            )
            await office.settle([matcher_consumer])
    assert (await office.told()).count("trades.proposed") == 2


async def test_the_index_forgets_what_was_rolled_back(office: Office) -> None:
    event = await published(office)
    handler = MatchingHandler(office.house)
    with pytest.raises(RuntimeError, match="as planned"):
        async with transaction(office.house.database) as unit:
            await handler.handle(event, unit)
            assert knows(handler, event)
            raise RuntimeError("as planned")
    handler.rolled_back()
    assert not knows(handler, event)
    async with transaction(office.house.database) as unit:
        await handler.handle(event, unit)
    handler.committed()
    assert knows(handler, event)


async def test_after_a_restart_the_index_is_built_from_the_tables(office: Office) -> None:
    event = await published(office)
    await office.settle([matcher_consumer])
    seeker = await office.member("Seeker")
    await seeker.want()
    await office.settle([matcher_consumer])
    assert (await office.told())[-1] == "trades.proposed"
    fresh = MatchingHandler(office.house)
    await fresh.lanes_changed(frozenset(range(12)))
    assert knows(fresh, event)


async def test_of_lanes_that_are_not_ours_nothing_is_kept(office: Office) -> None:
    event = await published(office)
    await office.settle([matcher_consumer])
    handler = MatchingHandler(office.house)
    await handler.lanes_changed(frozenset())
    assert not knows(handler, event)


async def test_a_concept_that_nobody_knows_is_a_bad_message(office: Office) -> None:
    event = await published(office)
    body = orjson.loads(event.raw)
    body["data"]["offer"]["concept"] = "unobtainium"
    handler = MatchingHandler(office.house)
    with pytest.raises(BadMessage, match="unobtainium"):
        async with transaction(office.house.database) as unit:
            await handler.handle(Event.decode(orjson.dumps(body)), unit)


async def test_fields_of_a_newer_version_are_kept(office: Office) -> None:
    event = await published(office)
    body = orjson.loads(event.raw)
    body["data"]["offer"] |= {"colour": "green", "listing_id": str(office.house.new_id())}
    body |= {"id": str(office.house.new_id()), "tenant": "noord"}
    newer = EncodedEvent(
        office.house.new_id(), event.type, "kringmarkt.listings", "newer", event.view.partitionkey, orjson.dumps(body)
    )
    await office.append(newer)
    await office.settle([matcher_consumer])
    listing_id = body["data"]["offer"]["listing_id"]
    state = await office.value("SELECT state FROM matching.entries WHERE entry_id = $1", listing_id)
    assert orjson.loads(state)["colour"] == "green"
    assert (await office.events())[-1].raw == newer.raw


async def test_a_bad_message_is_buried_and_the_next_one_is_matched(office: Office) -> None:
    event = await published(office)
    bad = EncodedEvent(office.house.new_id(), event.type, "kringmarkt.listings", "bad", event.view.partitionkey, b"{}")
    await office.append(bad)
    seeker = await office.member("Seeker")
    await seeker.want()
    await office.settle([matcher_consumer])
    assert (await office.told()).count("trades.proposed") == 1
    (letter,) = await office.rows("SELECT consumer, reason, raw FROM eventlog.dead_letters")
    assert (letter["consumer"], letter["raw"]) == ("matcher", b"{}")
    assert "not a CloudEvent" in letter["reason"]


async def test_as_many_stand_in_a_list_as_the_settings_say(office: Office) -> None:
    settings = office.house.settings.model_copy(update={"best_k": 1})
    house = replace(office, house=replace(office.house, settings=settings))
    seeker, holder = await office.member("Seeker"), await office.member("Holder")
    for number in range(3):
        await seeker.want(title=f"Want {number}")
        await holder.offer(title=f"Offer {number}")
    await house.settle()
    # All nine pairs are equally good: the lowest id is the best of every want, and of every offer.
    pairs = {(one["listing"]["listing_id"], one["counterpart"]["listing_id"]) for one in await holder.trades()}
    first_offer, first_want = min(offer for offer, _ in pairs), min(want for _, want in pairs)
    assert len(pairs) == 5
    assert all(offer == first_offer or want == first_want for offer, want in pairs)


async def test_a_document_makes_the_check_again_and_both_sides_hear_what_changed(office: Office) -> None:
    holder, seeker = await office.member("Holder"), await office.member("Seeker")
    laptops = await holder.offer(
        concept="weee_laptops",
        quantity="40",
        unit="piece",
        origin_process="second_hand",
        processing_done=["tested"],
        claimed_status="product",
    )
    await seeker.want(concepts=["weee_it"], quantity="40", unit="piece", intended_use="reuse_same_purpose")
    for kind in ("contract_with_user", "lawful_use_check", "function_test"):
        await office.settle()
        files = {"file": (f"{kind}.txt", f"Document: {kind}".encode(), "text/plain")}
        path = f"/v1/listings/{laptops['listing_id']}/evidence"
        answer = await holder.client.post(path, data={"kind": kind}, files=files)
        assert answer.status_code == 201, answer.text
    await office.settle()
    (trade,) = await holder.trades()
    assert (trade["verdict"]["status"], trade["verdict"]["blockers"]) == ("product", [])
    news = [read(event) for event in await office.events()]
    told = [item.alert for item in news if isinstance(item, AlertRaised)]
    revised = [alert for alert in told if (alert.kind, str(alert.about)) == ("trade_revised", trade["trade_id"])]
    assert len({alert.channel for alert in revised}) == len(revised) == 2
    for alert in revised:
        assert alert.body["verdict_before"] == "waste"
        assert "De voorgestelde status was afval en is nu product." in [
            change["nl"] for change in alert.body["verdict_changes"]
        ]
