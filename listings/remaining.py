"""What trades take from a listing and give back, and the states that follow from it.

The trades decide what is held and promised; a listing only follows. Changes are numbered, so that a copy that
comes late or twice changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid5

from contracts.events.listings import RemainingChanged
from contracts.vocabulary.terms import ListingStatus
from listings.announcements import Happening, about_listing
from listings.errors import ListingNotFound, PromisedAway
from listings.model import AnyListing, Ending, Remaining
from listings.outcomes import Outcome
from listings.ports import Ports
from listings.states import TRANSITIONS, Step

TOLD_AS: Mapping[Step, Happening] = MappingProxyType(
    {Step.RESERVE: Happening.RESERVED, Step.REOPEN: Happening.REOPENED, Step.CLOSE: Happening.CLOSED}
)


async def apply_remaining(change: RemainingChanged, now: datetime, ports: Ports) -> Outcome:
    """Note what trades left free. Raises ListingNotFound for a listing that was never kept here."""
    listing = await ports.listings.get_for_update(change.listing_id)
    if listing is None:
        raise ListingNotFound(change.listing_id)
    outcome = after_trades(listing, change, now)
    if outcome.listing is not listing:
        await ports.listings.save(outcome.listing)
    return outcome


def after_trades(listing: AnyListing, change: RemainingChanged, now: datetime) -> Outcome:
    """The listing after a change by trades; the same when the change is older than what is known."""
    if listing.remaining is not None and change.sequence <= listing.remaining.sequence:
        return Outcome(listing)
    remaining = Remaining(
        unit=change.unit,
        total=change.total,
        held=change.held,
        promised=change.promised,
        remaining=change.remaining,
        sequence=change.sequence,
    )
    noted = listing.model_copy(update={"remaining": remaining})
    return settled(noted, now, uuid5(listing.listing_id, f"remaining/{change.sequence}"))


def settled(listing: AnyListing, now: datetime, event_id: UUID) -> Outcome:
    """The listing in the state that its remaining quantity asks for, with the event when that is another state."""
    step = _step_of(listing)
    status = TRANSITIONS[listing.status, step] if step else None
    if step is None or status is None:
        return Outcome(listing)
    traded = status is ListingStatus.CLOSED
    moved = listing.model_copy(
        update={
            "status": status,
            "ending": Ending.TRADED if traded else None,
            "closed_reason": Ending.TRADED.value if traded else None,
            "changed_at": now,
        }
    )
    return Outcome(moved, (about_listing(moved, TOLD_AS[step], event_id),))


def recounted(listing: AnyListing) -> AnyListing:
    """The remaining quantity after a revision; raises PromisedAway when the new quantity is less than is taken."""
    known, terms = listing.remaining, listing.terms
    if known is None:
        return listing
    taken = known.held + known.promised
    if taken and (terms.unit is not known.unit or terms.quantity < taken):
        raise PromisedAway(f"a quantity of {terms.quantity} {terms.unit}", f"{taken} {known.unit}")
    free = {"unit": terms.unit, "total": terms.quantity, "remaining": terms.quantity - taken}
    return listing.model_copy(update={"remaining": known.model_copy(update=free)})


def _step_of(listing: AnyListing) -> Step | None:
    """What the numbers ask for. A listing that its owner took back stays away, whatever trades do."""
    numbers = listing.remaining
    if numbers is None or listing.ending is Ending.WITHDRAWN:
        return None
    if numbers.remaining > 0:
        return Step.REOPEN
    return Step.CLOSE if numbers.promised >= numbers.total else Step.RESERVE
