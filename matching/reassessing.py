"""Open trades judged again, because the rulebook or the day is another than the one they were judged by.

Pure: the same pairs under the same two laws give the same events with the same ids, so that a replay that is done
twice tells nothing twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.trades import TradeReassessed
from matching.editions import Edition, Law
from matching.model import AnyListing, OfferEntry
from matching.moments import may_change
from matching.open_pairs import OpenPairs, Place
from matching.proposing import Fit
from matching.reassessment_causes import causes_of
from matching.verdict_changes import Tell
from matching.verdicts import verdict_state

TELLING = frozenset({"status", "blocker", "duty"})
"""Differences that somebody has to know of; a limit that moved without a consequence is none."""


@dataclass(frozen=True)
class Reassessment:
    """From one law to another. `before` is None when the former rulebook cannot be read any more."""

    was: Edition
    before: Law | None
    after: Law
    tell: Tell

    @cached_property
    def of_all(self) -> bool:
        """Whether every pair may have changed: another rulebook, or a day on which the law changes."""
        if self.was.rulebook != self.after.rulebook.version:
            return True
        first, last = sorted((self.was.day, self.after.day))
        return any(first < day <= last for day in self.after.rulebook.days_of_change())

    def concerns(self, listing: AnyListing) -> bool:
        """Whether the pairs of this listing must be judged again on its account."""
        if self.of_all:
            return isinstance(listing, OfferEntry)
        return may_change(listing.state, self.was.day, self.after.day)

    def pairs(self, place: Place, open_pairs: OpenPairs) -> Iterator[Fit]:
        """The pairs that fall to this listing; a pair of which both sides are concerned falls to the offer.

        Open are the pairs that stood under the former law: those were told.
        """
        listing = open_pairs.listing(place)
        if listing is None or not self.concerns(listing):
            return
        for fit in open_pairs.pairs(place.family, listing, self.before or self.after):
            if isinstance(listing, OfferEntry) or not self.concerns(fit.offer):
                yield fit

    def event(self, fit: Fit, family: str) -> NewEvent | None:
        """What is told of a pair; None when nothing that matters is different."""
        after = self.after.judge(fit)
        before = self.before.judge(fit) if self.before else None
        changes = self.tell(before, after) if before else ()
        if before and not any(change.about in TELLING for change in changes):
            return None
        data = TradeReassessed(
            **_pair(fit, family),
            verdict=verdict_state(after),
            verdict_before=before.status if before else None,
            verdict_changes=changes,
            causes=causes_of(fit, self.before, self.after, before, after),
            rulebook_before=self.was.rulebook,
            rulebook_after=self.after.rulebook.version,
            day_before=self.was.day,
            day_after=self.after.day,
        )
        return NewEvent(
            data=data, subject=str(fit.trade_id), partition_keys=(family,), id=self.event_id(fit.trade_id, family)
        )

    def event_id(self, trade_id: UUID, family: str) -> UUID:
        """The same for the same trade and the same two laws."""
        return uuid5(trade_id, f"{family}:{self.was}:{self.after.edition}")


def places_after(places: Iterable[Place], cursor: Place | None) -> Iterator[Place]:
    """The places behind the cursor."""
    return (place for place in places if cursor is None or place > cursor)


def _pair(fit: Fit, family: str) -> dict[str, object]:
    offer, want = fit.offer, fit.want
    return {
        "trade_id": fit.trade_id,
        "offer_id": offer.key,
        "offer_revision": offer.revision,
        "offer_organisation_id": offer.organisation_id,
        "want_id": want.key,
        "want_revision": want.revision,
        "want_organisation_id": want.organisation_id,
        "family": family,
        "concept": offer.concept.id,
        "distance_km": fit.measured.distance_km,
    }
