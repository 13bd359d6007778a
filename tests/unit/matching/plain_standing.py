"""Which pairs stand, worked out in the plainest way: all pairs sorted, the first k. The oracle of the index."""

from bisect import insort
from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID

from matching.model import AnyListing, OfferEntry, meet_in
from matching.proposing import Fit
from matching.ranking import Place, Ranking

Pair = tuple[UUID, UUID]
"""Offer id and want id."""

FitsOf = Callable[[AnyListing], list[Fit]]
"""Every pair of a listing that satisfies the hard constraints, complete and in no promised order."""


class Candidate(NamedTuple):
    """A pair in the list of one of its sides; candidates sort by place, and no two have the same."""

    place: Place
    fit: Fit


class PlainStanding:
    """The lists of the best of one family, for one ranking. `fits_of` asks the index as it is at that moment."""

    def __init__(self, family: str, fits_of: FitsOf, ranking: Ranking) -> None:
        self.ranking = ranking
        self._family = family
        self._fits_of = fits_of
        # One more than k: who stands just below the list is who comes in when somebody leaves it.
        self._size = ranking.best_k + 1
        self._lists: dict[UUID, list[Candidate]] = {}

    def best(self, listing: AnyListing) -> list[Fit]:
        """The best k pairs of a listing, best first."""
        return [candidate.fit for candidate in self._list(listing)[: self.ranking.best_k]]

    def around(self, listing: AnyListing | None) -> dict[Pair, Fit]:
        """The standing pairs of a listing that is in the index: its own best k, and where it is in another's."""
        if listing is None or not listing.is_open:
            return {}
        own = {fit.pair for fit in self.best(listing)}
        return {
            fit.pair: fit for fit in self._pairs(listing) if fit.pair in own or self._holds(_other(fit, listing), fit)
        }

    def kept_out(self, listing: AnyListing | None) -> dict[Pair, Fit]:
        """The pairs of others that would stand if this listing were not in the index.

        A counterpart that has it among its best k shuts one other out; that pair stands only if its other side, which
        this listing does not touch, has it among its own best k.
        """
        if listing is None or not listing.is_open:
            return {}
        found: dict[Pair, Fit] = {}
        for fit in self._pairs(listing):
            counterpart = _other(fit, listing)
            if self._holds(counterpart, fit) and len(self._list(counterpart)) == self._size:
                shut_out = self._list(counterpart)[-1].fit
                if not self._holds(_other(shut_out, counterpart), shut_out):
                    found[shut_out.pair] = shut_out
        return found

    def forget(self, listing: AnyListing) -> None:
        """The listing leaves the index, or is about to change: it goes out of every list, and its own is dropped."""
        self._lists.pop(listing.key, None)
        for fit in self._pairs(listing) if listing.is_open else ():
            counterpart = _other(fit, listing)
            kept = self._lists.get(counterpart.key)
            if kept is not None and any(candidate.fit.pair == fit.pair for candidate in kept):
                # Who comes up from below a full list is not known here.
                del self._lists[counterpart.key]

    def meet(self, listing: AnyListing) -> None:
        """The listing came into the index, or changed: it takes its place in the lists that are kept."""
        self._lists.pop(listing.key, None)
        for fit in self._pairs(listing) if listing.is_open else ():
            counterpart = _other(fit, listing)
            kept = self._lists.get(counterpart.key)
            if kept is not None:
                insort(kept, self._candidate(fit, counterpart), key=_place)
                del kept[self._size :]

    def _list(self, listing: AnyListing) -> list[Candidate]:
        kept = self._lists.get(listing.key)
        if kept is None:
            candidates = sorted((self._candidate(fit, listing) for fit in self._pairs(listing)), key=_place)
            kept = self._lists[listing.key] = candidates[: self._size]
        return kept

    def _holds(self, listing: AnyListing, fit: Fit) -> bool:
        """Whether the pair is among the best k of that side."""
        return any(candidate.fit.pair == fit.pair for candidate in self._list(listing)[: self.ranking.best_k])

    def _pairs(self, listing: AnyListing) -> Iterable[Fit]:
        """Two listings that share several families meet in one of them."""
        return (fit for fit in self._fits_of(listing) if meet_in(fit.offer, fit.want) == self._family)

    def _candidate(self, fit: Fit, listing: AnyListing) -> Candidate:
        return Candidate(self.ranking.place(fit, listing), fit)


def _place(candidate: Candidate) -> Place:
    return candidate.place


def _other(fit: Fit, listing: AnyListing) -> AnyListing:
    return fit.want if isinstance(listing, OfferEntry) else fit.offer
