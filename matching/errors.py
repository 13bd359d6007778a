"""Refusals of the life of a trade, and mistakes of a caller of matching."""

from contracts.problems import Refusal


class PairDoesNotFit(ValueError):
    """A proposal was asked of a pair that breaks a hard constraint."""


class UnexpectedEvent(ValueError):
    """An event that matching does not handle."""


class TradeNotFound(Refusal):
    """No such trade, or not one of this organisation: an outsider may not learn that it exists."""

    status = 404
    slug = "trade-not-found"
    title = "This trade was not found"


class PreferenceNotFound(Refusal):
    """Nothing was learnt of this want, or it is somebody else's."""

    status = 404
    slug = "preference-not-found"
    title = "Nothing was learnt of this want"


class NotYourTurn(Refusal):
    """The other side has to do this."""

    status = 403
    slug = "not-your-turn"
    title = "The other side has to do this"


class WrongState(Refusal):
    """The trade is in a state in which this cannot be done."""

    status = 409
    slug = "wrong-trade-state"
    title = "This cannot be done with the trade as it stands"


class QuantityTaken(Refusal):
    """Less is free than was asked."""

    status = 409
    slug = "quantity-taken"
    title = "There is not enough left"


class QuantityDiffers(Refusal):
    """The second side can only agree to the quantity that the first accepted."""

    status = 409
    slug = "quantity-differs"
    title = "Another quantity was accepted"


class ListingNotOpen(Refusal):
    """One of the two listings ended."""

    status = 409
    slug = "listing-not-open"
    title = "A listing of this trade has ended"


class QuantityNeeded(Refusal):
    """The quantity cannot be worked out from what is known and has to be named."""

    status = 422
    slug = "quantity-needed"
    title = "Name the quantity"


class WrongUnit(Refusal):
    """The quantity was named in a unit that this trade cannot use."""

    status = 422
    slug = "wrong-unit"
    title = "Name the quantity in another unit"


class QuantityTooSmall(Refusal):
    """The quantity is nothing, or less than the seeker can use."""

    status = 422
    slug = "quantity-too-small"
    title = "The quantity is too small"
