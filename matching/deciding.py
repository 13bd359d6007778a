"""What follows from one changed listing or saved search: pairs that stood before against pairs that fit now.

Pure: nothing here changes the index. What stood before is worked out from the former entry, so nothing has to be
remembered of single pairs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.base import EventData
from contracts.events.trades import LapsedState, ProposalState, SearchesMatched, TradesLapsed, TradesProposed
from contracts.vocabulary.terms import LapseReason
from matching.index import NumpyIndex
from matching.model import AnyListing, Entry, OfferEntry, SearchEntry, listing_kind, meet_in
from matching.proposing import Check, Fit, best_first, proposal_of
from matching.searching import Hit, hit_state
from matching.verdict_changes import Tell, plain_changes

MOST_PER_EVENT = 50
"""A listing may fit thousands of others; an event of all of them would be too large for the log."""

MOST_CRITERIA_PER_EVENT = 1000
"""A criterion takes 200 to 300 bytes; a building material in soil has 45, so fifty of those come in three events."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that is being handled: its id, the family (partition) it was read in, and the day.

    `best_k` caps the proposals that follow from it; None: all.
    """

    event_id: UUID
    family: str
    today: date
    check: Check
    best_k: int | None = None
    tell: Tell = plain_changes

    def event(self, data: EventData, subject: UUID, what: str) -> NewEvent:
        """A following event; its id is the same when the cause is handled again."""
        return NewEvent(
            data=data,
            subject=str(subject),
            partition_keys=(self.family,),
            id=uuid5(self.event_id, f"{self.family}:{what}"),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A listing before and after; None: it did not live here, or does not any more. `reason`: why pairs end."""

    before: AnyListing | None
    after: AnyListing | None
    reason: LapseReason

    @property
    def listing(self) -> AnyListing | None:
        """The newest that is known of it."""
        return self.after or self.before


def follow_listing(index: NumpyIndex, change: Change, cause: Cause) -> tuple[NewEvent, ...]:
    """Lapsed and proposed pairs, and saved searches that match since this change. `index` still holds `before`."""
    return (*follow_pairs(index, change, cause), *_new_hits_of_listing(index, change, cause))


def follow_pairs(index: NumpyIndex, change: Change, cause: Cause) -> tuple[NewEvent, ...]:
    """Lapsed and proposed pairs of a changed listing, of which the revision may be the same as before."""
    before = _pairs(index, change.before, cause)
    now = _pairs(index, change.after, cause)
    news = {pair: fit for pair, fit in now.items() if pair not in before or fit.trade_id != before[pair].trade_id}
    gone = {pair: fit for pair, fit in before.items() if pair not in now}
    proposals = best_first(
        proposal_of(fit, cause.check, cause.today, before.get(pair), cause.tell) for pair, fit in news.items()
    )
    return (
        *_lapsed_events(change, gone.values(), cause),
        *_proposed_events(change, proposals[: cause.best_k], cause),
    )


def follow_search(
    index: NumpyIndex, before: SearchEntry | None, after: SearchEntry | None, cause: Cause
) -> tuple[NewEvent, ...]:
    """One event per listing that the saved search finds since it was made or changed."""
    known = _hits(index, before, cause)
    news = [hit for key, hit in sorted(_hits(index, after, cause).items()) if key not in known]
    return tuple(_matched_event(hit.listing, [hit], f"found:{hit.listing.key}", cause) for hit in news)


def _pairs(index: NumpyIndex, listing: AnyListing | None, cause: Cause) -> dict[tuple[UUID, UUID], Fit]:
    """The pairs of a listing that are told in this family: two that share several families meet in one of them."""
    if listing is None:
        return {}
    return {
        (fit.offer.key, fit.want.key): fit
        for fit in index.fits_of(listing)
        if meet_in(fit.offer, fit.want) == cause.family
    }


def _hits(index: NumpyIndex, entry: Entry | None, cause: Cause) -> dict[UUID, Hit]:
    """The hits told in this family, by the key of the other side."""
    if entry is None:
        return {}
    told = [hit for hit in index.hits_of(entry) if meet_in(hit.listing, hit.search) == cause.family]
    return {(hit.listing if isinstance(entry, SearchEntry) else hit.search).key: hit for hit in told}


def _lapsed_events(change: Change, gone: Iterable[Fit], cause: Cause) -> Iterator[NewEvent]:
    lapsed = sorted((_lapsed(fit, change.reason) for fit in gone), key=lambda one: str(one.trade_id))
    listing = change.listing
    for number, part in enumerate(_parts(lapsed)):
        if listing is not None:
            data = TradesLapsed(listing_id=listing.key, listing_kind=listing_kind(listing), lapsed=tuple(part))
            yield cause.event(data, listing.key, f"lapsed:{number}")


def _lapsed(fit: Fit, reason: LapseReason) -> LapsedState:
    return LapsedState(
        trade_id=fit.trade_id,
        offer_id=fit.offer.key,
        offer_organisation_id=fit.offer.organisation_id,
        want_id=fit.want.key,
        want_organisation_id=fit.want.organisation_id,
        reason=reason,
    )


def _proposed_events(change: Change, proposals: Sequence[ProposalState], cause: Cause) -> Iterator[NewEvent]:
    listing = change.after
    for number, part in enumerate(_light_parts(proposals)):
        if listing is not None:
            data = TradesProposed(
                listing_id=listing.key,
                listing_kind=listing_kind(listing),
                listing_revision=listing.revision,
                proposals=tuple(part),
            )
            yield cause.event(data, listing.key, f"proposed:{number}")


def _new_hits_of_listing(index: NumpyIndex, change: Change, cause: Cause) -> Iterator[NewEvent]:
    """Saved searches that did not match the former revision: nobody is told twice of one listing."""
    listing = change.after
    if listing is not None:
        known = _hits(index, change.before, cause)
        news = [hit for key, hit in sorted(_hits(index, listing, cause).items()) if key not in known]
        for number, part in enumerate(_parts(news)):
            yield _matched_event(listing, part, f"matched:{number}", cause)


def _matched_event(listing: AnyListing, hits: Sequence[Hit], what: str, cause: Cause) -> NewEvent:
    found = sorted((hit_state(hit) for hit in hits), key=lambda hit: (-hit.score, str(hit.search_id)))
    data = SearchesMatched(
        listing_id=listing.key,
        listing_kind=listing_kind(listing),
        listing_revision=listing.revision,
        concept=_concept(listing),
        hits=tuple(found),
    )
    return cause.event(data, listing.key, what)


def _concept(listing: AnyListing) -> str:
    return listing.concept.id if isinstance(listing, OfferEntry) else listing.concepts[0].id


def _parts(items: Sequence[T], most: int = MOST_PER_EVENT) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), most):
        yield items[start : start + most]


def _light_parts(proposals: Sequence[ProposalState]) -> Iterator[Sequence[ProposalState]]:
    """Parts of at most MOST_PER_EVENT proposals whose verdicts have at most MOST_CRITERIA_PER_EVENT criteria."""
    part: list[ProposalState] = []
    weight = 0
    for proposal in proposals:
        criteria = len(proposal.verdict.criteria)
        if part and (len(part) == MOST_PER_EVENT or weight + criteria > MOST_CRITERIA_PER_EVENT):
            yield part
            part, weight = [], 0
        part.append(proposal)
        weight += criteria
    if part:
        yield part
