"""What remains of a listing, and what is remembered of one."""

from decimal import Decimal

import pytest

from contracts.vocabulary.materials import UnknownConcept
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingStatus, Visibility
from matching.model import (
    Taken,
    entry_of_listing,
    entry_of_offer,
    meet_in,
    remaining_of,
    with_taken,
)
from tests.unit.matching.makers import HOLDER, SEEKER, TREE, offer, offer_state, uid, want, want_state


def test_all_of_a_listing_is_free_until_trades_take_from_it() -> None:
    assert offer().remaining == Decimal(100)
    assert with_taken(offer(), Taken(Decimal(30), Unit.TONNE, 1)).remaining == Decimal(70)


def test_what_is_free_is_never_below_zero() -> None:
    assert offer(taken=130).remaining == 0
    assert not offer(taken=130).is_open


@pytest.mark.parametrize(
    ("unit", "kg_per_unit", "expected"),
    [
        (Unit.KG, Decimal(1), Decimal(98_000)),
        (Unit.CUBIC_METRE, Decimal(200), Decimal(99_990)),
        (Unit.CUBIC_METRE, None, Decimal(0)),
    ],
)
def test_what_is_taken_follows_the_listing_into_another_unit_or_blocks_it(
    unit: Unit, kg_per_unit: Decimal | None, expected: Decimal
) -> None:
    state = offer_state(unit=unit, kg_per_unit=kg_per_unit, quantity=Decimal(100_000))
    assert remaining_of(state, Taken(Decimal(2), Unit.TONNE, 1)) == expected


def test_pieces_taken_of_a_listing_that_now_counts_in_kg_block_it() -> None:
    state = offer_state(unit=Unit.KG)
    assert remaining_of(state, Taken(Decimal(2), Unit.PIECE, 1)) == 0
    assert remaining_of(state, Taken(Decimal(0), Unit.PIECE, 1)) == state.quantity


@pytest.mark.parametrize("status", [status for status in ListingStatus if status is not ListingStatus.OPEN])
def test_only_an_open_listing_is_open(status: ListingStatus) -> None:
    assert not offer(status=status).is_open


def test_partners_see_what_others_do_not() -> None:
    secret = offer(visibility=Visibility.PARTNERS, partners=(SEEKER,))
    assert secret.is_visible_to(SEEKER)
    assert not secret.is_visible_to(uid("another"))
    assert offer(visibility=Visibility.ANONYMOUS).is_visible_to(uid("another"))


def test_two_listings_meet_in_the_first_family_they_share() -> None:
    assert meet_in(want(concepts=("wood", "glass")), want(concepts=("glass", "wood"))) == "glass"
    assert meet_in(offer(), want(concepts=("glass",))) is None


def test_an_unknown_concept_is_refused() -> None:
    with pytest.raises(UnknownConcept):
        entry_of_offer(offer_state().model_copy(update={"concept": "unobtainium"}), TREE)


def test_each_state_gives_its_own_kind_of_entry() -> None:
    assert entry_of_listing(offer_state(), TREE) == offer()
    assert entry_of_listing(want_state(), TREE) == want()
    assert offer().organisation_id == HOLDER
