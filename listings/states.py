"""The life of a listing: which steps are possible from which state. Everything not in the table is refused."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from contracts.vocabulary.terms import ListingStatus
from listings.errors import WrongState


class Step(StrEnum):
    """Something that happens to a listing and may change its state."""

    PUBLISH = "publish"
    REVISE = "revise"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    RESERVE = "reserve"
    REOPEN = "reopen"
    CLOSE = "close"


_D, _O, _R, _C, _E = (
    ListingStatus.DRAFT,
    ListingStatus.OPEN,
    ListingStatus.RESERVED,
    ListingStatus.CLOSED,
    ListingStatus.EXPIRED,
)

# Columns: from draft, open, reserved, closed, expired. None: refused.
# An expired listing is renewed by revising its window. A closed one comes back only when a trade that had taken all
# of it falls through; a withdrawn one never does (`model.Ending`).
_ROWS: dict[Step, tuple[ListingStatus | None, ...]] = {
    Step.PUBLISH: (_O, None, None, None, None),
    Step.REVISE: (_D, _O, _R, None, _O),
    Step.WITHDRAW: (_C, _C, _C, None, _C),
    Step.EXPIRE: (None, _E, _E, None, None),
    Step.RESERVE: (None, _R, None, _R, None),
    Step.REOPEN: (None, None, _O, _O, None),
    Step.CLOSE: (None, _C, _C, None, None),
}

TRANSITIONS: Mapping[tuple[ListingStatus, Step], ListingStatus | None] = MappingProxyType(
    {
        (before, step): after
        for step, row in _ROWS.items()
        for before, after in zip((_D, _O, _R, _C, _E), row, strict=True)
    }
)

_INSTEAD: Mapping[ListingStatus, str] = MappingProxyType(
    {
        ListingStatus.DRAFT: "publish it first",
        ListingStatus.OPEN: "it is open already; revise or withdraw it",
        ListingStatus.RESERVED: "trades hold all of it; revise or withdraw it",
        ListingStatus.CLOSED: "it has ended for good; make a new listing, with a new external_id if it has one",
        ListingStatus.EXPIRED: "renew it by revising it with a later last day",
    }
)


def after(status: ListingStatus, step: Step) -> ListingStatus:
    """The state after `step`; raises WrongState with what can be done instead."""
    target = TRANSITIONS[status, step]
    if target is None:
        raise WrongState(step.value, status.value, _INSTEAD[status])
    return target
