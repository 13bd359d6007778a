"""Who fits whom, fast: the offers, wants and saved searches of one material family, in memory.

The index is a cache of the projection. It changes together with a transaction, so every change is written in a
journal from which a failed transaction is undone. What is searched stands in numbers (`matching.kd`); entries are
looked at only when they are part of an answer, or when numbers cannot tell.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import cast
from uuid import UUID

import numpy as np

from contracts.vocabulary.materials import Concept, material_tree
from contracts.vocabulary.terms import ListingKind
from matching.journal import Journal
from matching.kd.coarse import COLUMNS, REACH, X, Y, want_row
from matching.kd.describing import concepts_of, described, search_described, stock_of
from matching.kd.engine import Engine
from matching.kd.extras import Extras
from matching.kd.gathering import near
from matching.kd.holding import Holding
from matching.kd.lots import LOT
from matching.model import Absent, AnyListing, Entry, OfferEntry, Record, SearchEntry
from matching.proposing import Fit, fits
from matching.ranking import Ranking
from matching.searching import Hit, hits
from matching.standing import Standing


class ListingIndex:
    """Entries and what is remembered of absent ones, by key; exact answers to who fits whom.

    `family`: two listings that share several families stand in one of them only; None: this is the only index.
    """

    def __init__(self, journal: Journal | None = None, family: str | None = None) -> None:
        self.journal = journal or Journal()
        self._family = family
        concepts = concepts_of(material_tree())
        self.engine = Engine(concepts)
        self._searches = Holding(len(concepts.parent), is_offer=False)
        self._extras = Extras()
        self._records: dict[UUID, Record] = {}
        self._standing: Standing | None = None

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._records.values()))

    def get(self, key: UUID) -> Record | None:
        """The entry, or what is remembered of an absent one; None: never heard of."""
        return self._records.get(key)

    def entry(self, key: UUID) -> Entry | None:
        """The entry that lives here; None when it does not."""
        record = self._records.get(key)
        return None if isinstance(record, Absent) else record

    def put(self, record: Record) -> None:
        """Add the record, or put it in the place of the one with its key."""
        self._note(record.key)
        self._set(record.key, record)

    def remove(self, key: UUID) -> None:
        """Forget the key altogether, if it is there."""
        self._note(key)
        self._set(key, None)

    def rebuild(self, records: Iterable[Record]) -> None:
        """Hold these records and no others."""
        for key in list(self._records):
            self.remove(key)
        for record in records:
            self.put(record)

    def standing(self, ranking: Ranking) -> Standing:
        """Which pairs stand, by that ranking. Doors and marks of another one are dropped first."""
        if self._standing is None or self._standing.ranking != ranking:
            self.engine.forget()
            self._standing = Standing(self.engine, self.living, ranking, self._family)
        return self._standing

    def living(self, key: UUID) -> AnyListing:
        """The open offer or want with this key."""
        return cast("AnyListing", self._records[key])

    def fits_of(self, listing: AnyListing) -> list[Fit]:
        """Every pair of this listing and an open counterpart that satisfies all hard constraints.

        The listing need not be in the index: its former self is asked what stood before.
        """
        if not listing.is_open:
            return []
        holding = self._holding(listing)
        other = self.engine.other(holding)
        numbers = self.engine.all_fitting(holding, stock_of(described(listing, self._extras)))
        found = (self.living(other.key(number)) for number in numbers.tolist())
        pairs = (fits(listing, one) if isinstance(listing, OfferEntry) else fits(one, listing) for one in found)  # type: ignore[arg-type]
        return [fit for fit in pairs if fit is not None]

    def hits_of(self, entry: Entry) -> list[Hit]:
        """Every saved search that looks for this listing, or every listing that this saved search looks for."""
        if not entry.is_open:
            return []
        found = self._listings_for(entry) if isinstance(entry, SearchEntry) else self._searches_for(entry)
        return [hit for hit in found if hit is not None]

    def counterparts(self, entry: Entry) -> list[Entry]:
        """The wants of an offer, the offers of a want, the listings of a saved search: all of them, no cap."""
        if isinstance(entry, SearchEntry):
            return [hit.listing for hit in self.hits_of(entry)]
        if isinstance(entry, OfferEntry):
            return [fit.want for fit in self.fits_of(entry)]
        return [fit.offer for fit in self.fits_of(entry)]

    def searches_for(self, listing: AnyListing) -> list[SearchEntry]:
        """The saved searches that look for this listing."""
        return [hit.search for hit in self.hits_of(listing)]

    def _searches_for(self, listing: AnyListing) -> Iterator[Hit | None]:
        shelves = self._shelves(listing.concepts, below=not isinstance(listing, OfferEntry))
        point = _point(stock_of(described(listing, self._extras)).lots)
        for number in near(self._searches.side, shelves, point, True).tolist():
            yield hits(listing, cast("SearchEntry", self._records[self._searches.key(number)]))

    def _listings_for(self, search: SearchEntry) -> Iterator[Hit | None]:
        wanted = search.state.looks_for is ListingKind.WANT
        holding = self.engine.wants if wanted else self.engine.offers
        shelves = self._shelves(search.concepts, below=True, above=wanted)
        point = _point(stock_of(search_described(search)).lots)
        for number in near(holding.side, shelves, point, False).tolist():
            yield hits(self.living(holding.key(number)), search)

    def _shelves(self, concepts: Iterable[Concept], *, below: bool, above: bool = True) -> np.ndarray:
        parent = self.engine.concepts.parent
        found: set[int] = set()
        for concept in concepts:
            first, last = concept.first, concept.last
            found.update(range(first, last + 1) if below else (first,))
            node = int(parent[first]) if above else -1
            while node >= 0:
                found.add(node)
                node = int(parent[node])
        return np.array(sorted(found), np.int32)

    def _holding(self, entry: Entry) -> Holding:
        if isinstance(entry, SearchEntry):
            return self._searches
        return self.engine.offers if isinstance(entry, OfferEntry) else self.engine.wants

    def _note(self, key: UUID) -> None:
        self.journal.write(partial(self._set, key, self._records.get(key)))

    def _set(self, key: UUID, record: Record | None) -> None:
        former = self._records.pop(key, None)
        if former is not None and not isinstance(former, Absent):
            self._take_out(former)
        if record is not None:
            self._records[key] = record
            if not isinstance(record, Absent) and record.is_open:
                self._put_in(record)

    def _put_in(self, entry: Entry) -> None:
        if isinstance(entry, SearchEntry):
            one = search_described(entry)
            self._searches.add(_lot(one.lot), one.extras)
        else:
            self.engine.put(self._holding(entry), described(entry, self._extras))

    def _take_out(self, entry: Entry) -> None:
        if isinstance(entry, SearchEntry):
            self._searches.remove(entry.key)
        else:
            self.engine.remove(self._holding(entry), entry.key)


class FamilyIndexes:
    """One index per material family that this matcher serves, with one journal for all."""

    def __init__(self) -> None:
        self.journal = Journal()
        self._indexes: dict[str, ListingIndex] = {}

    def of(self, family: str) -> ListingIndex:
        """The index of a family, empty when nothing was heard of it."""
        if family not in self._indexes:
            self._indexes[family] = ListingIndex(self.journal, family)
        return self._indexes[family]

    def families(self) -> tuple[str, ...]:
        """The families of which something was heard, sorted."""
        return tuple(sorted(self._indexes))

    def drop(self, families: Collection[str]) -> None:
        """Forget families that another matcher serves from now on. Not undone by a rollback."""
        for family in families:
            self._indexes.pop(family, None)


def _lot(values: tuple[float, ...]) -> np.void:
    lot = np.zeros(1, LOT)
    lot[0] = values
    return cast("np.void", lot[0])


def _point(lots: np.ndarray) -> np.ndarray:
    """x, y and reach of the first lot in coarse numbers; no place at all is everywhere."""
    lot, row = lots[0], np.zeros(COLUMNS, np.int16)
    want_row(lot, row)
    return np.array([row[X], row[Y], row[REACH]], np.int32)
