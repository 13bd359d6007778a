"""Which quantity a trade is about, as each of its two listings counts."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from contracts.problems import Refusal
from contracts.vocabulary.quantities import Recurrence, Unit
from matching.commands import Accept, Agree
from matching.errors import QuantityDiffers, QuantityNeeded, QuantityTaken, QuantityTooSmall, WrongUnit
from matching.trades import decide
from tests.unit.matching.makers import HOLDER, NOW, SEEKER
from tests.unit.matching.trading import after, proposed

KILOS = {"unit": Unit.KG, "quantity": Decimal(60_000)}
PIECES = {"unit": Unit.PIECE, "quantity": Decimal(40)}


@pytest.mark.parametrize(
    ("wanted", "command", "offer_amount", "want_amount"),
    [
        ({}, Accept(SEEKER), "60", "60"),
        ({}, Accept(HOLDER, Decimal(25)), "25", "25"),
        (KILOS, Accept(SEEKER), "60", "60000"),
        (KILOS, Accept(SEEKER, Decimal(500), Unit.KG), "0.5", "500"),
        (KILOS, Accept(HOLDER, Decimal(2)), "2", "2000"),
    ],
)
def test_a_quantity_counts_on_both_sides(
    wanted: dict[str, Any], command: Accept, offer_amount: str, want_amount: str
) -> None:
    trade = after(proposed(wanted=wanted), command).trade
    assert (trade.offer_amount, trade.want_amount) == (Decimal(offer_amount), Decimal(want_amount))
    assert (trade.state.quantity, trade.state.unit) == (Decimal(offer_amount), Unit.TONNE)


def test_a_quantity_of_streams_is_that_of_one_delivery_of_the_offer() -> None:
    weekly = {"recurrence": Recurrence.PER_WEEK, "quantity": Decimal(10)}
    monthly = {"recurrence": Recurrence.PER_MONTH, "quantity": Decimal(13)}
    trade = after(proposed(weekly, monthly), Accept(SEEKER)).trade
    assert (trade.offer_amount, trade.want_amount) == (Decimal(3), Decimal(13))


def test_a_want_filled_by_a_converted_quantity_has_nothing_left() -> None:
    volume = {"unit": Unit.CUBIC_METRE, "kg_per_unit": Decimal(333), "quantity": Decimal(1000)}
    outcome = after(proposed(volume), Accept(SEEKER), Agree(HOLDER))
    assert outcome.trade.state.quantity == Decimal("180.180180")
    assert outcome.balances.want.remaining == 0


@pytest.mark.parametrize(
    ("command", "refusal", "words"),
    [
        (Accept(SEEKER, Decimal("60.001")), QuantityTaken, "60 t remains"),
        (Accept(SEEKER, Decimal(4)), QuantityTooSmall, "at least 5 t"),
        (Accept(SEEKER, Decimal(0)), QuantityTooSmall, "above 0"),
        (Accept(SEEKER, Decimal(-1)), QuantityTooSmall, "above 0"),
        (Accept(SEEKER, Decimal(9), Unit.PIECE), WrongUnit, "expected t"),
    ],
)
def test_a_quantity_that_cannot_be_is_refused_with_what_can(
    command: Accept, refusal: type[Refusal], words: str
) -> None:
    before = proposed(wanted={"minimum": Decimal(5)})
    with pytest.raises(refusal, match=words):
        after(before, command)


def test_the_last_bit_of_a_want_may_be_less_than_its_minimum() -> None:
    before = proposed(wanted={"minimum": Decimal(50)})
    nearly_full = replace(before.balances, want=replace(before.balances.want, promised=Decimal(57)))
    assert decide(before.trade, nearly_full, Accept(HOLDER, Decimal(3)), NOW).trade.want_amount == Decimal(3)


def test_the_other_side_can_agree_only_to_the_accepted_quantity() -> None:
    held = after(proposed(wanted=KILOS), Accept(SEEKER, Decimal(20)))
    with pytest.raises(QuantityDiffers, match="accepted 20 t"):
        after(held, Agree(HOLDER, Decimal(19)))
    for same in (Agree(HOLDER), Agree(HOLDER, Decimal(20)), Agree(HOLDER, Decimal(20_000), Unit.KG)):
        assert after(held, same).trade.state.quantity == Decimal(20)


def test_agreeing_to_what_was_taken_by_another_in_the_meantime_is_refused() -> None:
    held = after(proposed(), Accept(SEEKER))
    sold = replace(held.balances, offer=replace(held.balances.offer, promised=Decimal(41)))
    with pytest.raises(QuantityTaken, match="59 t remains"):
        decide(held.trade, sold, Agree(HOLDER), NOW)


def test_agreeing_to_what_is_held_on_a_listing_that_was_made_smaller_is_refused() -> None:
    held = after(proposed(), Accept(SEEKER))
    smaller = replace(held.balances, want=replace(held.balances.want, total=Decimal(59)))
    with pytest.raises(QuantityTaken, match="made smaller"):
        decide(held.trade, smaller, Agree(HOLDER), NOW)


def test_where_no_weight_connects_the_units_each_side_names_its_own_quantity() -> None:
    before = proposed(PIECES)
    with pytest.raises(QuantityNeeded, match="name the quantity in t"):
        after(before, Accept(SEEKER))
    with pytest.raises(WrongUnit, match="expected t"):
        after(before, Accept(SEEKER, Decimal(3), Unit.PIECE))
    held = after(before, Accept(SEEKER, Decimal(30)))
    assert (held.trade.state.quantity, held.trade.state.unit) == (Decimal(30), Unit.TONNE)
    with pytest.raises(QuantityNeeded, match="name the quantity in piece"):
        after(held, Agree(HOLDER))
    with pytest.raises(QuantityTaken, match="40 piece remains"):
        after(held, Agree(HOLDER, Decimal(41)))
    agreed = after(held, Agree(HOLDER, Decimal(35)))
    assert (agreed.balances.offer.promised, agreed.balances.want.promised) == (Decimal(35), Decimal(30))
    assert (agreed.trade.state.quantity, agreed.trade.state.unit) == (Decimal(30), Unit.TONNE)


def test_the_holder_may_accept_first_where_no_weight_connects_the_units() -> None:
    agreed = after(proposed(PIECES), Accept(HOLDER, Decimal(35)), Agree(SEEKER, Decimal(30)))
    assert (agreed.balances.offer.promised, agreed.balances.want.promised) == (Decimal(35), Decimal(30))
    with pytest.raises(QuantityTooSmall):
        after(proposed(PIECES), Accept(HOLDER, Decimal(35)), Agree(SEEKER, Decimal(0)))
