"""Joint trades as they follow from events: pools, chains and bridges that come, go, and come back after a restart."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.events.base import EventData
from contracts.events.capabilities import (
    CapabilityPublished,
    CapabilityRevised,
    CapabilityWithdrawn,
    CapacityChanged,
    OfferDerived,
)
from contracts.events.joint_trades import JointTradeState
from contracts.vocabulary.joint_terms import JointKind, JointLapseReason, JointStatus, PartyAnswer
from contracts.vocabulary.terms import DeclineReason
from matching.joint.acting import act_jointly
from matching.joint.commands import AcceptJoint, DeclineJoint
from tests.unit.matching.joint.scenes import DEPOT, PROCESSOR, World, capability_state, depot_state
from tests.unit.matching.makers import (
    NOW,
    SEEKER,
    offer_published,
    offer_revised,
    place,
    remaining,
    uid,
    want_published,
    want_revised,
)


def small_offer(name: str, tonnes: int = 20, **given: Any) -> EventData:
    return offer_published(name, quantity=Decimal(tonnes), organisation_id=uid(f"holder of {name}"), **given)


def large_want(name: str = "want", **given: Any) -> EventData:
    return want_published(name, **({"quantity": Decimal(60), "minimum": Decimal(50)} | given))


def names(trade: JointTradeState, *known: str) -> set[str]:
    by_id = {uid(name): name for name in known}
    return {by_id[party.listing_id] for party in trade.parties}


async def pooled_world() -> World:
    world = World()
    await world.hear(large_want(), small_offer("a"), small_offer("b"), small_offer("c"))
    return world


async def test_offers_that_are_too_small_alone_are_proposed_together() -> None:
    world = await pooled_world()

    (trade,) = world.standing()
    assert trade.kind is JointKind.POOLED
    assert names(trade, "a", "b", "c", "want") == {"a", "b", "c", "want"}
    assert trade.quantity == 60
    assert [leg.receiver_id for leg in trade.legs] == [uid("want")] * 3


async def test_nothing_is_pooled_while_the_minimum_is_out_of_reach_or_a_pair_serves_it() -> None:
    world = World()
    await world.hear(large_want(), small_offer("a"), small_offer("b"))
    assert world.standing() == []
    await world.hear(small_offer("large", 55), small_offer("c"))
    assert world.standing() == []


async def test_the_order_in_which_listings_come_makes_no_difference() -> None:
    events = [large_want(), small_offer("a"), small_offer("b", 25), small_offer("c", 15), small_offer("d", 30)]
    orders = (events, events[::-1], [*events[2:], *events[:2]])
    found = []
    for order in orders:
        world = World()
        await world.hear(*order)
        found.append([trade.joint_id for trade in world.standing()])

    assert found[0]
    assert found[0] == found[1] == found[2]


async def test_a_pool_lapses_when_one_of_its_offers_goes_and_a_better_one_takes_its_place() -> None:
    world = await pooled_world()
    (former,) = world.standing()
    await world.hear(small_offer("large", 45))

    (trade,) = world.standing()
    assert len(trade.parties) == 3
    assert trade.supersedes == former.joint_id
    assert world.trades.rows[former.joint_id].lapse_reason is JointLapseReason.SURPASSED

    await world.hear(offer_revised("large", quantity=Decimal(1), organisation_id=uid("holder of large")))
    assert [one.joint_id for one in world.standing()] == [former.joint_id]


async def test_a_pool_lapses_when_the_want_asks_for_something_else() -> None:
    world = await pooled_world()
    (former,) = world.standing()
    await world.hear(want_revised(quantity=Decimal(60), minimum=Decimal(50), max_landed_eur_per_tonne=Decimal(1)))

    assert world.standing() == []
    assert world.trades.rows[former.joint_id].lapse_reason is JointLapseReason.REVISED


async def test_what_was_accepted_lives_on_when_the_matcher_would_propose_it_no_more() -> None:
    world = await pooled_world()
    (trade,) = world.standing()
    outcome = await act_jointly(trade.joint_id, AcceptJoint(uid("holder of a")), world.ports, NOW)
    await world.carry(outcome.events)

    assert world.trades.rows[trade.joint_id].status is JointStatus.ACCEPTED
    assert world.balance("a").held == 20


async def test_a_replacement_is_found_for_a_holder_that_drops_out() -> None:
    world = await pooled_world()
    (trade,) = world.standing()
    for who in (uid("holder of a"), SEEKER):
        await world.carry((await act_jointly(trade.joint_id, AcceptJoint(who), world.ports, NOW)).events)
    await world.hear(small_offer("spare"), small_offer("too small", 2))
    told = await act_jointly(
        trade.joint_id, DeclineJoint(uid("holder of b"), DeclineReason.WRONG_TIME), world.ports, NOW
    )
    await world.carry(told.events)

    replaced = world.trades.rows[trade.joint_id]
    assert replaced.status is JointStatus.ACCEPTED
    assert names(replaced, "a", "b", "c", "spare", "want") == {"a", "c", "spare", "want"}
    assert replaced.dropped == (uid("b"),)
    assert {party.answer for party in replaced.parties} == {PartyAnswer.ACCEPTED, PartyAnswer.WAITING}


async def test_without_a_replacement_the_trade_lapses_and_frees_what_was_held() -> None:
    world = await pooled_world()
    (trade,) = world.standing()
    await world.carry((await act_jointly(trade.joint_id, AcceptJoint(SEEKER), world.ports, NOW)).events)
    told = await act_jointly(trade.joint_id, DeclineJoint(uid("holder of b"), DeclineReason.OTHER), world.ports, NOW)
    await world.carry(told.events)

    assert world.trades.rows[trade.joint_id].lapse_reason is JointLapseReason.NO_REPLACEMENT
    assert world.balance("want").held == 0


async def test_a_holder_who_declined_is_not_asked_again_for_that_want_not_even_after_a_restart() -> None:
    world = await pooled_world()
    (trade,) = world.standing()
    told = await act_jointly(trade.joint_id, DeclineJoint(uid("holder of b"), DeclineReason.OTHER), world.ports, NOW)
    await world.carry(told.events)
    assert world.standing() == []

    await world.restart()
    await world.hear(small_offer("d"))

    (other,) = world.standing()
    assert names(other, "a", "b", "c", "d", "want") == {"a", "c", "d", "want"}


async def test_a_restart_knows_what_stood_before() -> None:
    world = await pooled_world()
    (former,) = world.standing()
    await world.restart()
    await world.hear(small_offer("large", 45))

    assert world.trades.rows[former.joint_id].status is JointStatus.LAPSED


async def chained_world() -> World:
    world = World()
    await world.hear(
        want_published("chips", concepts=("wood_clean_chips",), quantity=Decimal(45)),
        CapabilityPublished(capability=capability_state()),
        offer_published("offer", concept="wood_grade_a"),
    )
    return world


async def test_an_offer_reaches_a_want_by_way_of_a_processor() -> None:
    world = await chained_world()

    (trade,) = world.standing()
    assert trade.kind is JointKind.CHAINED
    assert [one.organisation_id for one in trade.parties] == [uid("holder"), PROCESSOR, SEEKER]
    assert [one.quantity for one in trade.parties] == [50, 50, 45]
    assert [leg.concept for leg in trade.legs] == ["wood_grade_a", "wood_clean_chips"]
    assert trade.landed.landed_eur_per_tonne == Decimal("38.61")


async def test_a_chain_crosses_material_families() -> None:
    world = World()
    await world.hear(
        want_published("biochar", concepts=("biochar",), quantity=Decimal(10)),
        CapabilityPublished(capability=capability_state(output="biochar", yield_share=Decimal("0.25"))),
        offer_published("offer", concept="wood_grade_a"),
    )

    (trade,) = world.standing()
    assert trade.family != "wood"
    assert [one.quantity for one in trade.parties] == [40, 40, 10]


async def test_two_capabilities_in_a_row_are_the_most() -> None:
    world = World()
    steps = [("wood_grade_a", "wood_clean_chips"), ("wood_clean_chips", "wood_fibre"), ("wood_fibre", "wood_pellets")]
    capabilities = [
        capability_state(f"step {number}", inputs=(source,), output=output, organisation_id=uid(f"step {number}"))
        for number, (source, output) in enumerate(steps)
    ]
    await world.hear(
        *(CapabilityPublished(capability=state) for state in capabilities),
        want_published("fibre", concepts=("wood_fibre",), quantity=Decimal(10)),
        want_published("pellets", concepts=("wood_pellets",), quantity=Decimal(10)),
        offer_published("offer", concept="wood_planks"),
        offer_published("clean", concept="wood_grade_a"),
    )

    (trade,) = world.standing()
    assert trade.want_id == uid("fibre")
    assert len(trade.legs) == 3
    assert len(trade.parties) == 4


async def test_a_chain_ends_with_its_capability_and_comes_back_with_it() -> None:
    world = await chained_world()
    (trade,) = world.standing()
    await world.hear(CapabilityWithdrawn(capability=capability_state(active=False, revision=2)))
    assert world.standing() == []
    assert world.trades.rows[trade.joint_id].status is JointStatus.LAPSED

    await world.hear(CapabilityRevised(capability=capability_state(revision=3)))
    assert len(world.standing()) == 1


async def test_no_more_is_proposed_than_a_processor_can_take() -> None:
    world = await chained_world()
    await world.hear(
        CapacityChanged(
            capability_id=uid("capability"),
            families=("wood",),
            total=Decimal(500),
            held=Decimal(490),
            promised=Decimal(0),
            remaining=Decimal(10),
            sequence=1,
        )
    )

    (trade,) = world.standing()
    assert [one.quantity for one in trade.parties] == [10, 10, 9]


async def test_a_copy_of_an_older_capacity_changes_nothing() -> None:
    world = await chained_world()
    old = CapacityChanged(
        capability_id=uid("capability"),
        families=("wood",),
        total=Decimal(500),
        held=Decimal(0),
        promised=Decimal(0),
        remaining=Decimal(500),
        sequence=0,
    )

    assert await world.hear(old) == []


async def test_a_depot_keeps_what_is_released_too_early() -> None:
    world = World()
    await world.hear(
        CapabilityPublished(capability=depot_state()),
        want_published("spring", available_from=date(2027, 3, 1), quantity=Decimal(30)),
        offer_published("autumn", available_until=date(2027, 1, 31)),
    )

    (trade,) = world.standing()
    assert trade.kind is JointKind.BRIDGED
    assert [one.organisation_id for one in trade.parties] == [uid("holder"), DEPOT, SEEKER]
    # EUR 3 for handling and EUR 1 for each of five weeks that were begun
    assert trade.landed.storage_eur_per_tonne == 8


async def test_no_depot_is_asked_for_what_is_there_in_time_or_comes_too_late() -> None:
    world = World()
    await world.hear(
        CapabilityPublished(capability=depot_state()),
        want_published("early", available_until=date(2026, 12, 1)),
        want_published("now", available_from=date(2027, 1, 1)),
        offer_published("offer", available_from=date(2027, 1, 1), available_until=date(2027, 1, 31)),
    )

    assert world.standing() == []


async def test_derived_offers_survive_a_restart() -> None:
    world = await chained_world()
    await world.restart()
    told = await world.hear(want_published("more chips", concepts=("wood_clean_chips",), organisation_id=uid("other")))

    assert [data.name for data in told] == ["joint.trades.proposed"]


async def test_an_offer_that_is_taken_takes_its_derived_offers_along() -> None:
    world = await chained_world()
    told = await world.hear(remaining("offer", 1, 100))

    assert "offer.derived.withdrawn" in [data.name for data in told]
    assert world.standing() == []


async def test_a_failed_transaction_leaves_no_trace() -> None:
    world = await chained_world()
    with world.matcher.staged():
        pass
    before = [trade.joint_id for trade in world.standing()]
    journal = world.matcher.indexes.journal
    journal.checkpoint()
    data = offer_revised("offer", concept="wood_grade_a", quantity=Decimal(1))
    await world.matcher.handle(data, "wood", uid("undone"), world.today)
    journal.rollback()
    told = await world.hear(small_offer("elsewhere", place=place(50.85, 5.69)))

    assert not [data for data in told if isinstance(data, OfferDerived) and data.derived.offer.title == "offer"]
    assert [trade.joint_id for trade in world.standing()] == before
