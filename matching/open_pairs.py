"""The open pairs of the matcher, for whoever must go through all of them in an order that can be resumed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from contracts.topics import lane_of
from matching.editions import Law
from matching.index import FamilyIndexes
from matching.model import Absent, AnyListing, SearchEntry
from matching.proposing import Fit
from matching.ranking import BEST_K, Ranking


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a listing stands in the order of a lane."""

    family: str
    key: UUID


class OpenPairs(Protocol):
    """What is open now."""

    def places(self, lane: int) -> Sequence[Place]:
        """The open listings of the families in this lane, in order."""
        ...

    def listing(self, place: Place) -> AnyListing | None:
        """The listing; None when it is not open any more."""
        ...

    def pairs(self, family: str, listing: AnyListing, law: Law) -> Iterable[Fit]:
        """The pairs of this listing that stand in this family under that law."""
        ...

    def refresh(self) -> None:
        """Forget what was worked out: the index may have changed since."""
        ...


class IndexPairs:
    """The open pairs of an index."""

    def __init__(self, indexes: FamilyIndexes, best_k: int = BEST_K) -> None:
        self._indexes = indexes
        self._best_k = best_k

    def places(self, lane: int) -> Sequence[Place]:
        """The open listings of the families in this lane, in order."""
        families = [family for family in self._indexes.families() if lane_of(family) == lane]
        found = [
            Place(family, record.key)
            for family in families
            for record in self._indexes.of(family)
            if not isinstance(record, Absent | SearchEntry) and record.is_open
        ]
        return sorted(found)

    def listing(self, place: Place) -> AnyListing | None:
        """The listing; None when it is not open any more."""
        record = self._indexes.of(place.family).entry(place.key)
        return None if record is None or isinstance(record, SearchEntry) or not record.is_open else record

    def pairs(self, family: str, listing: AnyListing, law: Law) -> Iterable[Fit]:
        """The pairs of this listing that stand in this family under that law.

        The index keeps lists and marks for one ranking at a time: asking for another law and then for that of today
        drops them, and they are worked out again.
        """
        ranking = Ranking(law.check, law.day, self._best_k)
        return list(self._indexes.of(family).standing(ranking).around(listing).values())

    def refresh(self) -> None:
        """Nothing to forget: the index corrects what it keeps with every change."""
