"""Which pairs stand: those among the best k of either side, over what is open now in one family.

A pure function of the open entries, k, the rulebook and the day. Nothing is remembered of a pair: doors and legal
marks are caches that may be dropped at any moment, and are corrected or dropped with every change of the index.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from matching.kd.engine import Engine
from matching.kd.engine import Pair as Found
from matching.kd.holding import Holding
from matching.model import AnyListing, OfferEntry, WantEntry, meet_in
from matching.proposing import Fit, fits
from matching.ranking import Ranking

Pair = tuple[UUID, UUID]
"""Offer id and want id."""

Living = Callable[[UUID], AnyListing]
"""The open listing with this key."""


class Standing:
    """What stands in one family for one ranking, asked of the index as it is at that moment."""

    def __init__(self, engine: Engine, living: Living, ranking: Ranking, family: str | None) -> None:
        self.ranking = ranking
        self._engine = engine
        self._living = living
        self._k = ranking.best_k
        self._family = family

    def best(self, listing: AnyListing) -> list[Fit]:
        """The best k pairs in this family of a listing that is in the index, best first."""
        holding, number = self._place(listing)
        if number < 0:
            return []
        return [fit for _pair, fit in self._fits(holding, number, self._own(holding, number))]

    def around(self, listing: AnyListing | None) -> dict[Pair, Fit]:
        """The standing pairs of a listing that is in the index: its own best k, and where it is in another's."""
        if listing is None:
            return {}
        holding, number = self._place(listing)
        if number < 0:
            return {}
        own = self._own(holding, number)
        entered = self._engine.entered(holding, number, self._k, self)
        return {fit.pair: fit for _pair, fit in self._fits(holding, number, dict.fromkeys([*own, *entered]))}

    def kept_out(self, listing: AnyListing | None) -> dict[Pair, Fit]:
        """The pairs of others that would stand if this listing were not in the index.

        A counterpart that has it among its best k shuts one other out; that pair stands only if its other side, which
        this listing does not touch, has it among its own best k.
        """
        if listing is None:
            return {}
        holding, number = self._place(listing)
        if number < 0:
            return {}
        other = self._engine.other(holding)
        found: dict[Pair, Fit] = {}
        for counterpart in self._engine.entered(holding, number, self._k, self):
            for pair in self._engine.listed(other, counterpart.number, self._k, self)[self._k :]:
                if not self._engine.is_among(holding, pair.number, counterpart.number, self._k, self):
                    found |= {fit.pair: fit for _pair, fit in self._fits(other, counterpart.number, [pair])}
        return found

    def fits(self, offer: UUID, want: UUID) -> bool:
        """Whether the pair satisfies all hard constraints, and is told in this family."""
        pair = self._pair(offer, want)
        return (self._family is None or meet_in(*pair) == self._family) and fits(*pair) is not None

    def mark(self, offer: UUID, want: UUID) -> float:
        """The legal mark of the pair."""
        return self.ranking.mark(*self._pair(offer, want))

    def _own(self, holding: Holding, number: int) -> list[Found]:
        return self._engine.listed(holding, number, self._k, self)[: self._k]

    def _place(self, listing: AnyListing) -> tuple[Holding, int]:
        holding = self._engine.offers if isinstance(listing, OfferEntry) else self._engine.wants
        return holding, holding.number(listing.key)

    def _pair(self, offer: UUID, want: UUID) -> tuple[OfferEntry, WantEntry]:
        one, other = self._living(offer), self._living(want)
        if not (isinstance(one, OfferEntry) and isinstance(other, WantEntry)):
            raise TypeError(f"got {offer} and {want}; expected the keys of an offer and a want, in this order")
        return one, other

    def _fits(self, holding: Holding, number: int, found: Iterable[Found]) -> Iterable[tuple[Found, Fit]]:
        other = self._engine.other(holding)
        for pair in found:
            keys = holding.key(number), other.key(pair.number)
            fit = fits(*self._pair(*(keys if holding.is_offer else keys[::-1])))
            if fit is not None:
                yield pair, fit
