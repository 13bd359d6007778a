"""What follows from one changed listing or saved search: what stood before against what stands now.

What stood before is worked out from the index as it was, so nothing has to be remembered of single pairs. The only
change that is made here to the index is the one that is being followed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.base import EventData
from contracts.events.trades import (
    DisplacedState,
    LapsedState,
    ProposalState,
    SearchesMatched,
    TradesDisplaced,
    TradesLapsed,
    TradesProposed,
)
from contracts.vocabulary.terms import LapseReason
from matching.index import ListingIndex
from matching.model import AnyListing, Entry, OfferEntry, Record, SearchEntry, listing_kind, meet_in
from matching.proposal import proposal_of
from matching.proposing import Check, Fit, fits
from matching.ranking import BEST_K, Ranking
from matching.searching import Hit, hit_state
from matching.standing import Pair
from matching.verdict_changes import Tell, plain_changes

MOST_PER_EVENT = 50
"""A listing may fit thousands of others; an event of all of them would be too large for the log."""

MOST_CRITERIA_PER_EVENT = 1000
"""A criterion takes 200 to 300 bytes; a building material in soil has 45, so fifty of those come in three events."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that is being handled: its id, the family (partition) it was read in, and the day.

    `best_k` is how many candidates stand in the list of one listing.
    """

    event_id: UUID
    family: str
    today: date
    check: Check
    best_k: int = BEST_K
    tell: Tell = plain_changes

    @property
    def ranking(self) -> Ranking:
        """What candidates are ordered by."""
        return Ranking(self.check, self.today, self.best_k)

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


@dataclass(frozen=True, slots=True)
class View:
    """What stands around one listing at one moment: with it in the index, and only because it is not."""

    pairs: Mapping[Pair, Fit]
    kept_out: Mapping[Pair, Fit]


def follow_listing(index: ListingIndex, change: Change, record: Record, cause: Cause) -> tuple[NewEvent, ...]:
    """Pairs that end or are proposed, and saved searches that match, when `record` comes into the index."""
    hits = tuple(_new_hits_of_listing(index, change, cause))
    return (*follow_pairs(index, change, record, cause), *hits)


def follow_pairs(index: ListingIndex, change: Change, record: Record, cause: Cause) -> tuple[NewEvent, ...]:
    """Pairs that end or are proposed when `record` comes into the index; the revision may be the same as before."""
    before = _view(index, change.before, cause)
    index.put(record)
    now = _view(index, change.after, cause)

    gone = [fit for pair, fit in before.pairs.items() if pair not in now.pairs]
    quiet = {fit.pair: fit for fit in gone if _still_fits(fit, change.after)}
    ended = [fit for fit in gone if fit.pair not in quiet]
    displaced = [*quiet.values(), *(fit for pair, fit in now.kept_out.items() if pair not in before.kept_out)]
    return (
        *_lapsed_events(change, ended, cause),
        *_displaced_events(change, displaced, cause),
        *_proposed_events(change, _proposals(before, now, cause), cause),
    )


def _view(index: ListingIndex, listing: AnyListing | None, cause: Cause) -> View:
    standing = index.standing(cause.ranking)
    return View(standing.around(listing), standing.kept_out(listing))


def _still_fits(former: Fit, listing: AnyListing | None) -> bool:
    """Whether the very same two revisions could still trade, and only better ones came in between."""
    if listing is None:
        return False
    pair = (listing, former.want) if isinstance(listing, OfferEntry) else (former.offer, listing)
    found = fits(*pair)
    return found is not None and found.trade_id == former.trade_id


def _proposals(before: View, now: View, cause: Cause) -> list[ProposalState]:
    """New pairs and new revisions of pairs, and pairs of others for which room was made; best first."""
    news = [fit for pair, fit in now.pairs.items() if pair not in before.pairs or _revised(before.pairs[pair], fit)]
    back = [fit for pair, fit in before.kept_out.items() if pair not in now.kept_out]
    ordered = sorted([*news, *back], key=lambda fit: (-cause.ranking.score(fit), fit.offer.key.int, fit.want.key.int))
    return [proposal_of(fit, cause.check, cause.today, before.pairs.get(fit.pair), cause.tell) for fit in ordered]


def _revised(former: Fit, fit: Fit) -> bool:
    return former.trade_id != fit.trade_id


def follow_search(
    index: ListingIndex, before: SearchEntry | None, after: SearchEntry | None, cause: Cause
) -> tuple[NewEvent, ...]:
    """One event per listing that the saved search finds since it was made or changed."""
    known = _hits(index, before, cause)
    news = [hit for key, hit in sorted(_hits(index, after, cause).items()) if key not in known]
    return tuple(_matched_event(hit.listing, [hit], f"found:{hit.listing.key}", cause) for hit in news)


def _hits(index: ListingIndex, entry: Entry | None, cause: Cause) -> dict[UUID, Hit]:
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


def _displaced_events(change: Change, displaced: Iterable[Fit], cause: Cause) -> Iterator[NewEvent]:
    states = sorted((_displaced(fit) for fit in displaced), key=lambda one: str(one.trade_id))
    listing = change.listing
    for number, part in enumerate(_parts(states)):
        if listing is not None:
            data = TradesDisplaced(listing_id=listing.key, listing_kind=listing_kind(listing), displaced=tuple(part))
            yield cause.event(data, listing.key, f"displaced:{number}")


def _displaced(fit: Fit) -> DisplacedState:
    return DisplacedState(
        trade_id=fit.trade_id,
        offer_id=fit.offer.key,
        offer_organisation_id=fit.offer.organisation_id,
        want_id=fit.want.key,
        want_organisation_id=fit.want.organisation_id,
    )


def _proposed_events(change: Change, proposals: Sequence[ProposalState], cause: Cause) -> Iterator[NewEvent]:
    listing = change.listing
    for number, part in enumerate(_light_parts(proposals)):
        if listing is not None:
            data = TradesProposed(
                listing_id=listing.key,
                listing_kind=listing_kind(listing),
                listing_revision=listing.revision,
                proposals=tuple(part),
            )
            yield cause.event(data, listing.key, f"proposed:{number}")


def _new_hits_of_listing(index: ListingIndex, change: Change, cause: Cause) -> Iterator[NewEvent]:
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
