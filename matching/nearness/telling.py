"""When near-misses are told: of a changed listing that has no match, and once more when that is over."""

from contracts.envelope import NewEvent
from contracts.events.near_misses import NearMissesCounted
from matching.deciding import Cause, Change
from matching.index import ListingIndex
from matching.model import listing_kind
from matching.nearness.near_misses import near_misses


def near_misses_told(index: ListingIndex, change: Change, cause: Cause) -> tuple[NewEvent, ...]:
    """The event of a changed listing, `index` still holding its former self; none when there is nothing to tell."""
    listing = change.listing
    misses = near_misses(index, change.after) if change.after is not None else ()
    if listing is None or not (misses or _was_told(index, change)):
        return ()
    data = NearMissesCounted(
        listing_id=listing.key,
        listing_kind=listing_kind(listing),
        listing_revision=listing.revision,
        organisation_id=listing.organisation_id,
        family=cause.family,
        misses=misses,
    )
    return (cause.event(data, listing.key, "near-misses"),)


def _was_told(index: ListingIndex, change: Change) -> bool:
    """Whether near-misses may have been told of its former self: it was open and had no match."""
    before = change.before
    return before is not None and before.is_open and not index.fits_of(before)
