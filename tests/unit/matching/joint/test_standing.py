"""What stood against what stands: the difference is told, with the reason."""

from decimal import Decimal

from contracts.events.joint_trades import JointTradesLapsed, JointTradesProposed
from contracts.vocabulary.joint_terms import JointLapseReason
from matching.deciding import Cause
from matching.index import ListingIndex
from matching.joint.family import FamilyParts
from matching.joint.standing import MOST_PER_EVENT, Standing, chains_changed, pools_changed, standing_events, trade_of
from matching.legal import undetermined_check
from matching.pooling.pools import pool_with
from tests.unit.matching.chains.test_chaining import asked, chips
from tests.unit.matching.makers import TODAY, TREE, offer, uid
from tests.unit.matching.pooling.scenes import buyer, lot

CAUSE = Cause(uid("cause"), "wood", TODAY, undetermined_check)
OLD = pool_with(buyer(), [lot("a", 30), lot("b", 30)])
NEW = pool_with(buyer(), [lot("c", 30), lot("b", 30)])


def test_a_pool_that_another_takes_the_place_of_was_surpassed() -> None:
    lapsed, proposed = standing_events([Standing((OLD,), (NEW,), uid("c"))], JointLapseReason.REVISED, uid("c"), CAUSE)

    assert isinstance(lapsed.data, JointTradesLapsed)
    assert isinstance(proposed.data, JointTradesProposed)
    assert [one.reason for one in lapsed.data.lapsed] == [JointLapseReason.SURPASSED]
    assert [one.supersedes for one in proposed.data.proposals] == [OLD.joint_id]


def test_a_pool_of_which_a_part_went_away_says_why() -> None:
    (event,) = standing_events([Standing((OLD,), (), uid("a"))], JointLapseReason.EXPIRED, uid("a"), CAUSE)

    assert isinstance(event.data, JointTradesLapsed)
    assert [one.reason for one in event.data.lapsed] == [JointLapseReason.EXPIRED]


def test_what_stays_is_not_told() -> None:
    assert standing_events([Standing((OLD,), (OLD,), uid("a"))], JointLapseReason.REVISED, uid("a"), CAUSE) == ()


def test_a_long_list_comes_in_several_events() -> None:
    many = [Standing((), (pool_with(buyer(), [lot("a", 30), lot(f"n{n}", 30)]),), uid("a")) for n in range(12)]
    events = standing_events(many, JointLapseReason.REVISED, uid("a"), CAUSE)

    assert [len(event.data.proposals) for event in events if isinstance(event.data, JointTradesProposed)] == [
        MOST_PER_EVENT,
        2,
    ]
    assert len({event.id for event in events}) == 2


def test_the_wants_around_a_change_are_looked_at() -> None:
    parts = FamilyParts(ListingIndex(), TREE)
    small = [offer(name, quantity=Decimal(30), organisation_id=uid(name)) for name in ("a", "b")]
    for entry in (buyer(), asked(listing_id=uid("chips")), small[0]):
        parts.index.put(entry)

    (pools,) = pools_changed(parts, small[1].key, None, small[1])
    (chains,) = chains_changed(parts, chips().key, None, chips())
    assert (pools.before, len(pools.now)) == ((), 1)
    assert (chains.before, len(chains.now)) == ((), 1)
    assert trade_of(pools.now[0], CAUSE).want_id == uid("want")
