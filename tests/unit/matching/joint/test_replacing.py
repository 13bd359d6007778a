"""Who takes the place of a holder that dropped out: the fewest others, for no more than was agreed."""

from decimal import Decimal

from contracts.events.joint_trades import JointReplacementFailed, JointReplacementProposed, JointTradeState
from contracts.vocabulary.joint_terms import PartyAnswer
from matching.deciding import Cause
from matching.index import ListingIndex
from matching.joint.family import FamilyParts
from matching.joint.moves import with_answers
from matching.joint.replacing import replacement
from matching.legal import undetermined_check
from matching.model import OfferEntry
from matching.pooling.pools import pool_with
from matching.pooling.proposing import pooled_trade
from tests.unit.matching.makers import TODAY, TREE, offer, uid
from tests.unit.matching.pooling.scenes import buyer, lot

CAUSE = Cause(uid("cause"), "wood", TODAY, undetermined_check)


def small(name: str, tonnes: int = 30, taken: int = 0) -> OfferEntry:
    return offer(name, taken=taken, quantity=Decimal(tonnes), organisation_id=uid(f"holder of {name}"))


def seeking() -> JointTradeState:
    """A pool of a and b, both 30 t, which b left and a and the seeker accepted."""
    trade = pooled_trade(pool_with(buyer(), [lot("a", 30), lot("b", 30)]), undetermined_check, TODAY)
    yes = {uid("a"): PartyAnswer.ACCEPTED, uid("want"): PartyAnswer.ACCEPTED}
    return with_answers(trade, {**yes, uid("b"): PartyAnswer.DECLINED})


def parts_with(*offers: OfferEntry) -> FamilyParts:
    """The market after a and the whole want were held by this very trade."""
    parts = FamilyParts(ListingIndex(), TREE)
    parts.index.put(buyer(taken=60))
    for entry in (small("a", taken=30), small("b"), *offers):
        parts.index.put(entry)
    return parts


def test_the_fewest_others_take_the_place() -> None:
    event = replacement(parts_with(small("c", 15), small("d", 25), small("e", 12)), seeking(), CAUSE)

    assert isinstance(event.data, JointReplacementProposed)
    assert [party.listing_id for party in event.data.parties] == [uid("d")]
    assert event.data.instead_of == (uid("b"),)
    assert {leg.sender_id for leg in event.data.legs} == {uid("a"), uid("d")}
    assert event.data.quantity == 55


def test_who_left_is_not_asked_again() -> None:
    assert isinstance(replacement(parts_with(), seeking(), CAUSE).data, JointReplacementFailed)


def test_no_more_is_asked_of_the_others_than_there_is_room_for() -> None:
    event = replacement(parts_with(small("large", 45)), seeking(), CAUSE)

    assert isinstance(event.data, JointReplacementProposed)
    assert [party.quantity for party in event.data.parties] == [30]
    assert event.data.quantity == 60


def test_who_was_refused_before_takes_no_place() -> None:
    parts = parts_with(small("c"))
    parts.refuse(uid("want"), uid("c"))

    assert isinstance(replacement(parts, seeking(), CAUSE).data, JointReplacementFailed)


def test_nobody_can_help_when_the_want_is_gone() -> None:
    parts = parts_with(small("c"))
    parts.index.remove(uid("want"))

    assert isinstance(replacement(parts, seeking(), CAUSE).data, JointReplacementFailed)


def test_nobody_new_is_needed_when_the_others_suffice() -> None:
    enough = seeking().model_copy(update={"minimum": Decimal(25)})
    event = replacement(parts_with(), enough, CAUSE)

    assert isinstance(event.data, JointReplacementProposed)
    assert event.data.parties == ()
    assert event.data.quantity == 30
