"""How much a trade is about, as each of its two listings counts.

A quantity is named as the offer counts (its unit, its rhythm), or as the want counts when its unit says so. Where no
weight connects the two units, each side names the quantity in its own.
"""

from dataclasses import dataclass
from decimal import Decimal

from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import Side
from matching.balances import Balance
from matching.commands import Accept, Agree
from matching.comparing import STEP, Scale, scale_between
from matching.errors import QuantityDiffers, QuantityNeeded, QuantityTaken, QuantityTooSmall, WrongUnit
from matching.lifecycle import OTHER_SIDE, Pair, Trade


@dataclass(frozen=True, slots=True)
class Amounts:
    """The public quantity of a trade, and what it takes of each listing; None: the other side has to name it."""

    quantity: Decimal
    unit: Unit
    offer: Decimal | None
    want: Decimal | None

    def of(self, side: Side) -> Decimal | None:
        """What it takes of that side's listing."""
        return self.offer if side is Side.HOLDER else self.want


def amounts_of_accept(trade: Trade, pair: Pair, command: Accept, side: Side) -> Amounts:
    """What the accepting side takes, never more than is free on either listing.

    Raises QuantityNeeded, WrongUnit, QuantityTooSmall or QuantityTaken.
    """
    scale = scale_between(pair.offer.measure, pair.want.measure)
    quantity = command.quantity if command.quantity is not None else trade.state.quantity
    if quantity is None:
        raise QuantityNeeded(
            f"got no quantity, and {pair.offer.unit.value} and {pair.want.unit.value} of this material cannot be "
            f"compared; name the quantity in {pair.of(side).unit.value}",
            unit=pair.of(side).unit.value,
        )
    unit = command.unit or (trade.state.unit if command.quantity is None else None)
    named = _one_sided(pair, side, quantity, unit) if scale is None else _both(pair, scale, quantity, unit)
    _require_useful(named, pair)
    _require_free(pair.offer, named.offer)
    _require_free(pair.want, named.want)
    return named


def amounts_of_agree(trade: Trade, pair: Pair, command: Agree, side: Side) -> Amounts:
    """The accepted amounts, with the agreeing side's own one filled in when no weight connects the two units.

    Raises QuantityDiffers, QuantityNeeded, WrongUnit, QuantityTooSmall or QuantityTaken.
    """
    state = trade.state
    if state.quantity is None or state.unit is None:
        raise QuantityNeeded(f"trade {state.trade_id} was accepted without a quantity; withdraw it and accept again")
    known = Amounts(state.quantity, state.unit, trade.offer_amount, trade.want_amount)
    if known.of(side) is None:
        known = _completed(known, pair, command, side)
        _require_useful(known, pair)
    elif command.quantity is not None and not _is_the_same(command, known, pair):
        raise QuantityDiffers(
            f"got {command.quantity} {command.unit.value if command.unit else ''}; expected the accepted "
            f"{known.quantity} {known.unit.value}: agree to that, or decline and accept another proposal",
            quantity=str(known.quantity),
            unit=known.unit.value,
        )
    _require_free(pair.of(side), known.of(side))
    _require_covered(pair.of(OTHER_SIDE[side]))
    return known


def _both(pair: Pair, scale: Scale, quantity: Decimal, unit: Unit | None) -> Amounts:
    if unit is None or unit is pair.offer.unit:
        offer = quantity
        want = _snapped(scale.to_want(quantity), pair.want.remaining, scale.offer / scale.want)
    elif unit is pair.want.unit:
        want = quantity
        offer = _snapped(scale.to_offer(quantity), pair.offer.remaining, scale.want / scale.offer)
    else:
        raise _wrong_unit(unit, pair.offer.unit, pair.want.unit)
    return Amounts(offer, pair.offer.unit, offer, want)


def _snapped(amount: Decimal, remaining: Decimal, ratio: Decimal) -> Decimal:
    """All that remains, when the difference is only what rounding did.

    Otherwise a want filled by a converted quantity would stay open for a gramme.
    """
    return remaining if remaining > 0 and abs(amount - remaining) <= STEP * (1 + ratio) else amount


def _one_sided(pair: Pair, side: Side, quantity: Decimal, unit: Unit | None) -> Amounts:
    own = pair.of(side).unit
    if unit is not None and unit is not own:
        raise _wrong_unit(unit, own)
    holder = side is Side.HOLDER
    return Amounts(quantity, own, quantity if holder else None, None if holder else quantity)


def _completed(known: Amounts, pair: Pair, command: Agree, side: Side) -> Amounts:
    own, other = pair.of(side).unit, pair.of(OTHER_SIDE[side]).unit
    if command.quantity is None:
        raise QuantityNeeded(
            f"got no quantity, and the accepted {known.quantity} {known.unit.value} cannot be turned into {own.value}, "
            f"because the weight of one {other.value} or one {own.value} is unknown; name the quantity in {own.value}",
            unit=own.value,
        )
    mine = _one_sided(pair, side, command.quantity, command.unit)
    if side is Side.HOLDER:
        return Amounts(known.quantity, known.unit, mine.offer, known.want)
    return Amounts(known.quantity, known.unit, known.offer, mine.want)


def _is_the_same(command: Agree, known: Amounts, pair: Pair) -> bool:
    if command.unit is None or command.unit is known.unit:
        return command.quantity == known.quantity
    named_in = {pair.want.unit: known.want, pair.offer.unit: known.offer}
    return command.quantity == named_in.get(command.unit)


def _require_useful(named: Amounts, pair: Pair) -> None:
    """More than nothing, and what the seeker can use; the last bit of a want may be smaller than its minimum."""
    if named.quantity <= 0 or (named.offer is not None and named.offer <= 0):
        raise QuantityTooSmall(f"got {named.quantity} {named.unit.value}; expected a quantity above 0")
    if named.want is None:
        return
    least = min(pair.want.minimum or Decimal(0), pair.want.remaining)
    if named.want <= 0 or named.want < least:
        raise QuantityTooSmall(
            f"got {named.want} {pair.want.unit.value}; the seeker needs at least {least} {pair.want.unit.value}: "
            "name a larger quantity",
            minimum=str(least),
            unit=pair.want.unit.value,
        )


def _require_free(balance: Balance, amount: Decimal | None) -> None:
    if amount is not None and amount > balance.remaining:
        raise QuantityTaken(
            f"got {amount} {balance.unit.value}; of this {balance.kind.value} {balance.remaining} "
            f"{balance.unit.value} remains: name at most that quantity",
            remaining=str(balance.remaining),
            unit=balance.unit.value,
            listing_id=str(balance.listing_id),
        )


def _require_covered(balance: Balance) -> None:
    """What is held was free when it was held; the listing may have been made smaller since."""
    if balance.taken > balance.total:
        raise QuantityTaken(
            f"got a trade of which the {balance.kind.value} was made smaller: {balance.total} {balance.unit.value} in "
            f"all, while {balance.taken} is held or promised; decline it and look for another proposal",
            remaining=str(balance.remaining),
            unit=balance.unit.value,
            listing_id=str(balance.listing_id),
        )


def _wrong_unit(got: Unit, *expected: Unit) -> WrongUnit:
    units = " or ".join(dict.fromkeys(unit.value for unit in expected))
    return WrongUnit(f"got a quantity in {got.value}; expected {units}: name it in that unit", units=units)
