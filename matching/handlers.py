"""The matcher: what each event of topic kringmarkt.listings does to the index and which events follow.

A listing that spans families is read once per family, and lives in one index per family. Nothing is committed
here: the caller opens a transaction inside `matcher.staged()`, so that the index is undone when it fails.
"""

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from uuid import UUID

from contracts.envelope import NewEvent
from contracts.events import listings
from contracts.events.base import EventData
from contracts.events.listings import (
    OfferEvent,
    OfferState,
    RemainingChanged,
    SavedSearchPublished,
    SavedSearchState,
    WantEvent,
    WantState,
)
from contracts.vocabulary.materials import MaterialTree
from contracts.vocabulary.terms import LapseReason, ListingStatus
from matching.deciding import Cause, Change, follow_listing, follow_pairs, follow_search
from matching.errors import UnexpectedEvent
from matching.index import FamilyIndexes, ListingIndex
from matching.model import (
    NOTHING_TAKEN,
    Absent,
    AnyListing,
    EntryKind,
    Record,
    SearchEntry,
    Taken,
    entry_of_listing,
    entry_of_search,
    with_taken,
)
from matching.ports import Projection, StoredRecord
from matching.proposing import Check
from matching.ranking import BEST_K
from matching.verdict_changes import Tell, plain_changes

LIVING = (ListingStatus.OPEN, ListingStatus.RESERVED)
"""Listings that are kept in full; of others only what a later revision needs is remembered."""


Follow = Callable[[ListingIndex, Change, Cause], tuple[NewEvent, ...]]
"""What else follows from a changed offer or want, while the index still holds its former self."""


def nothing_else(_index: ListingIndex, _change: Change, _cause: Cause) -> tuple[NewEvent, ...]:
    """Pairs only."""
    return ()


Narrow = Callable[[str, AnyListing], AnyListing]
"""A listing of a family as it is matched, with what was learnt from refusals."""


def as_stated(_family: str, listing: AnyListing) -> AnyListing:
    """Nothing was learnt."""
    return listing


class Matcher:
    """The index, the table behind it, the legal check, and what every event does to them."""

    def __init__(
        self,
        tree: MaterialTree,
        projection: Projection,
        check: Check,
        best_k: int = BEST_K,
        tell: Tell = plain_changes,
        indexes: FamilyIndexes | None = None,
        follow: Follow = nothing_else,
        narrow: Narrow = as_stated,
    ) -> None:
        self.indexes = indexes or FamilyIndexes()
        self._follow = follow
        self._narrow = narrow
        self._tree = tree
        self._projection = projection
        self._check = check
        self._best_k = best_k
        self._tell = tell

    def staged(self) -> AbstractContextManager[None]:
        """Inside it the index changes on trial: kept when the block ends well, undone when it raises."""
        return self.indexes.journal.staged()

    async def restore(self, lanes: Collection[int]) -> None:
        """Fill the index of the families in these lanes from the table."""
        async for stored in self._projection.load(lanes):
            self.indexes.of(stored.family).put(record_of(stored, self._tree))

    async def handle(self, data: EventData, family: str, event_id: UUID, today: date) -> tuple[NewEvent, ...]:
        """The events that follow from `data`, read in the partition of `family`; raises UnexpectedEvent.

        UnknownConcept and other ValueErrors mean that the message is bad and nothing was changed.
        """
        handler = HANDLERS.get(type(data))
        if handler is None:
            raise UnexpectedEvent(
                f"got {data.event_type()}; expected an event of topic {listings.LISTINGS}: check the subscription"
            )
        # The index changes before the proposals are made: a message that turns out bad must leave nothing of it.
        with self.staged():
            return await handler(self, data, self.cause(event_id, family, today))

    def cause(self, event_id: UUID, family: str, today: date) -> Cause:
        """The event that is being handled, with the check and the words of this matcher."""
        return Cause(event_id, family, today, self._check, self._best_k, self._tell)

    async def listing_changed(self, event: OfferEvent | WantEvent, cause: Cause) -> tuple[NewEvent, ...]:
        """A listing was published, revised, withdrawn, expired, reserved, reopened or closed."""
        state = event.offer if isinstance(event, OfferEvent) else event.want
        index = self.indexes.of(cause.family)
        known = index.get(state.listing_id)
        # An equal revision is news: a revision counts what a listing says, and ending or reserving it keeps that.
        if known is not None and state.revision < known.revision:
            return ()
        record = self._record(state, cause.family, known.taken if known else NOTHING_TAKEN)
        change = Change(_listing(known), _listing(record), REASONS[type(event)])
        joint = self._follow(index, change, cause)
        events = follow_listing(index, change, record, cause)
        await self._projection.save(stored_of(record, cause.family))
        return (*events, *joint)

    async def search_changed(self, event: SavedSearchPublished, cause: Cause) -> tuple[NewEvent, ...]:
        """A saved search was made, changed, paused or deleted."""
        index = self.indexes.of(cause.family)
        known = index.get(event.search.search_id)
        if known is not None and event.search.revision <= known.revision:
            return ()
        record = self._search_record(event.search, cause.family)
        events = follow_search(index, _search(known), _search(record), cause)
        await self._keep(index, record, cause.family)
        return events

    async def remaining_changed(self, event: RemainingChanged, cause: Cause) -> tuple[NewEvent, ...]:
        """Trades took from a listing or gave back. Of an unknown listing it is remembered until that comes."""
        index = self.indexes.of(cause.family)
        known = index.get(event.listing_id) or Absent(event.listing_id, EntryKind(event.kind.value))
        if isinstance(known, SearchEntry) or event.sequence <= known.taken.sequence:
            return ()
        taken = Taken(event.held + event.promised, event.unit, event.sequence)
        if isinstance(known, Absent):
            await self._keep(index, Absent(known.key, known.kind, known.revision, taken), cause.family)
            return ()
        after = with_taken(known, taken)
        change = Change(known, after, LapseReason.TAKEN)
        joint = self._follow(index, change, cause)
        events = follow_pairs(index, change, after, cause)
        await self._projection.save(stored_of(after, cause.family))
        return (*events, *joint)

    def _record(self, state: OfferState | WantState, family: str, taken: Taken) -> Record:
        if family not in state.families or state.status not in LIVING:
            return Absent(state.listing_id, EntryKind(state.kind.value), state.revision, taken)
        return self._narrow(family, entry_of_listing(state, self._tree, taken))

    def _search_record(self, state: SavedSearchState, family: str) -> Record:
        if family not in state.families or not state.active:
            return Absent(state.search_id, EntryKind.SEARCH, state.revision)
        return entry_of_search(state, self._tree)

    async def _keep(self, index: ListingIndex, record: Record, family: str) -> None:
        await self._projection.save(stored_of(record, family))
        index.put(record)


def stored_of(record: Record, family: str) -> StoredRecord:
    """The record as the table keeps it."""
    state = None if isinstance(record, Absent) else record.state.model_dump_json().encode()
    taken = record.taken
    return StoredRecord(
        family, record.key, record.kind, record.revision, state, taken.amount, taken.unit, taken.sequence
    )


def record_of(stored: StoredRecord, tree: MaterialTree) -> Record:
    """The record that the table kept; raises pydantic's ValidationError when it kept something else."""
    taken = Taken(stored.taken, stored.taken_unit, stored.sequence)
    if stored.state is None:
        return Absent(stored.key, stored.kind, stored.revision, taken)
    if stored.kind is EntryKind.SEARCH:
        return entry_of_search(SavedSearchState.model_validate_json(stored.state), tree)
    state = STATES[stored.kind].model_validate_json(stored.state)
    return entry_of_listing(state, tree, taken)


def _listing(record: Record | None) -> AnyListing | None:
    return None if record is None or isinstance(record, Absent | SearchEntry) else record


def _search(record: Record | None) -> SearchEntry | None:
    return record if isinstance(record, SearchEntry) else None


STATES: dict[EntryKind, type[OfferState] | type[WantState]] = {
    EntryKind.OFFER: OfferState,
    EntryKind.WANT: WantState,
}

REASONS: dict[type[OfferEvent] | type[WantEvent], LapseReason] = {
    listings.OfferPublished: LapseReason.REVISED,
    listings.OfferRevised: LapseReason.REVISED,
    listings.OfferEvidenceAdded: LapseReason.REVISED,
    listings.OfferEvidenceRemoved: LapseReason.REVISED,
    listings.OfferReopened: LapseReason.REVISED,
    listings.OfferReserved: LapseReason.TAKEN,
    listings.OfferWithdrawn: LapseReason.WITHDRAWN,
    listings.OfferExpired: LapseReason.EXPIRED,
    listings.OfferClosed: LapseReason.CLOSED,
    listings.WantPublished: LapseReason.REVISED,
    listings.WantRevised: LapseReason.REVISED,
    listings.WantEvidenceAdded: LapseReason.REVISED,
    listings.WantEvidenceRemoved: LapseReason.REVISED,
    listings.WantReopened: LapseReason.REVISED,
    listings.WantReserved: LapseReason.TAKEN,
    listings.WantWithdrawn: LapseReason.WITHDRAWN,
    listings.WantExpired: LapseReason.EXPIRED,
    listings.WantClosed: LapseReason.CLOSED,
}

HANDLERS: dict[type[EventData], Callable[[Matcher, Any, Cause], Awaitable[tuple[NewEvent, ...]]]] = {
    **dict.fromkeys(REASONS, Matcher.listing_changed),
    SavedSearchPublished: Matcher.search_changed,
    RemainingChanged: Matcher.remaining_changed,
}
