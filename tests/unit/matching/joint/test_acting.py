"""Joint trades carried: loaded, decided, saved; and what they hear of listings and capabilities."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from contracts.events.capabilities import CapabilityPublished, CapabilityRevised
from contracts.events.joint_trades import JointLapsedState, JointTradesLapsed, JointTradesProposed
from contracts.vocabulary.joint_terms import JointLapseReason, JointStatus
from contracts.vocabulary.terms import DeclineReason
from matching.errors import TradeNotFound
from matching.joint.acting import (
    act_jointly,
    capability_changed,
    joint_lapsed,
    joint_listing_changed,
    joint_proposed,
    lapse_joint_holds,
)
from matching.joint.commands import AcceptJoint, ByAParty, DeclineJoint
from matching.joint.life import HOLD, JointOutcome
from tests.unit.matching.joint.scenes import World, capability_state
from tests.unit.matching.joint.test_life import ANNA, BEN, chain, pool
from tests.unit.matching.makers import NOW, OUTSIDER, SEEKER, offer_published, offer_revised, uid, want_revised


def world_with(outcome: JointOutcome) -> World:
    world = World()
    world.trades.rows[outcome.trade.joint_id] = outcome.trade
    world.balances.rows.update(outcome.balances)
    return world


async def act(world: World, command: ByAParty, joint_id: UUID | None = None) -> JointOutcome:
    return await act_jointly(joint_id or uid("pool"), command, world.ports, NOW)


async def test_an_acceptance_is_saved_with_what_it_holds() -> None:
    world = world_with(pool())
    await act(world, AcceptJoint(ANNA))

    assert world.trades.rows[uid("pool")].status is JointStatus.ACCEPTED
    assert world.balance("offer a").held == 20


async def test_outsiders_and_unknown_ids_get_the_same_answer() -> None:
    world = world_with(pool())
    for who, joint_id in ((OUTSIDER, uid("pool")), (ANNA, uid("none"))):
        with pytest.raises(TradeNotFound):
            await act(world, AcceptJoint(who), joint_id)


async def test_holds_end_by_the_clock() -> None:
    world = world_with(pool())
    await act(world, AcceptJoint(ANNA))

    assert await lapse_joint_holds(world.ports, NOW) == ()
    events = await lapse_joint_holds(world.ports, NOW + HOLD + timedelta(seconds=1))
    assert [event.data.name for event in events] == ["joint.trade.lapsed", "listing.remaining.changed"]
    assert world.balance("offer a").held == 0


async def test_a_proposal_is_kept_once_and_may_start_over_after_it_lapsed() -> None:
    world = world_with(pool())
    proposed = JointTradesProposed(because_of=uid("offer a"), proposals=(pool().trade,))
    lapsed = JointLapsedState(joint_id=uid("pool"), reason=JointLapseReason.SURPASSED)
    gone = JointTradesLapsed(because_of=uid("offer a"), lapsed=(lapsed,))

    await joint_lapsed(gone, world.ports, NOW)
    assert world.trades.rows[uid("pool")].status is JointStatus.LAPSED
    await joint_proposed(proposed, world.ports)
    assert (world.trades.rows[uid("pool")].status, world.trades.rows[uid("pool")].revision) == (JointStatus.PROPOSED, 2)

    await act(world, DeclineJoint(SEEKER, DeclineReason.OTHER))
    await joint_proposed(proposed, world.ports)
    assert world.trades.rows[uid("pool")].status is JointStatus.DECLINED


async def test_a_revised_offer_drops_out_of_a_pool_that_others_accepted() -> None:
    world = world_with(pool())
    await act(world, AcceptJoint(ANNA))
    await act(world, AcceptJoint(SEEKER))
    same = await joint_listing_changed(offer_published("offer b"), world.ports, NOW)
    events = await joint_listing_changed(offer_revised("offer b"), world.ports, NOW)

    assert same == ()
    assert [event.data.name for event in events] == ["joint.trade.vacated"]


async def test_a_proposal_nobody_acted_on_is_left_to_the_matcher() -> None:
    world = world_with(pool())

    assert await joint_listing_changed(offer_revised("offer b"), world.ports, NOW) == ()
    assert world.trades.rows[uid("pool")].status is JointStatus.PROPOSED


async def test_a_revised_want_ends_the_trade_for_all() -> None:
    world = world_with(pool())
    await act(world, AcceptJoint(ANNA))
    await joint_listing_changed(want_revised("want"), world.ports, NOW)

    assert world.trades.rows[uid("pool")].lapse_reason is JointLapseReason.REVISED
    assert world.balance("offer a").held == 0


async def test_a_capability_gets_a_balance_and_ends_chains_on_its_former_terms() -> None:
    world = world_with(chain())
    await act(world, AcceptJoint(ANNA))
    first = await capability_changed(CapabilityPublished(capability=capability_state("new")), world.ports, NOW)
    assert first == ()
    assert world.balance("new").total == 500

    revised = CapabilityRevised(capability=capability_state(revision=2, capacity=Decimal(9)))
    events = await capability_changed(revised, world.ports, NOW)
    assert [event.data.name for event in events] == [
        "capability.capacity.changed",
        "joint.trade.lapsed",
        "listing.remaining.changed",
    ]
    assert await capability_changed(revised, world.ports, NOW) == ()


async def test_nobody_acts_for_another() -> None:
    world = world_with(pool())
    await act(world, AcceptJoint(ANNA))

    assert world.balance("offer b").held == 0
    await act(world, AcceptJoint(BEN))
    assert world.balance("offer b").held == 20
