"""Who fits whom, fast: the offers, wants and saved searches of one material family, in memory.

The index is a cache of the projection. It changes together with a transaction, so every change is written in a
journal from which a failed transaction is undone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from contracts.vocabulary.terms import ListingKind
from matching.columns import (
    Columns,
    may_fit,
    may_hit,
    row_of_listing,
    row_of_offer,
    row_of_search,
    row_of_want,
)
from matching.model import Absent, AnyListing, Entry, OfferEntry, Record, SearchEntry, WantEntry
from matching.proposing import Fit, fits
from matching.ranking import Ranking
from matching.searching import Hit, hits
from matching.standing import Standing

Undo = Callable[[], None]


class Journal:
    """What to undo, newest last. It writes only while somebody holds a mark, so that it cannot grow for ever."""

    def __init__(self) -> None:
        self._undo: list[Undo] = []
        self._marks: list[int] = []

    def write(self, undo: Undo) -> None:
        """Note how to undo a change that is about to be made."""
        if self._marks:
            self._undo.append(undo)

    def checkpoint(self) -> None:
        """Set a mark; every mark is ended by one `rollback` or `release`."""
        self._marks.append(len(self._undo))

    def rollback(self) -> None:
        """Undo every change since the newest mark, newest first, and end that mark."""
        mark = self._marks.pop()
        for undo in reversed(self._undo[mark:]):
            undo()
        del self._undo[mark:]

    def release(self) -> None:
        """End the newest mark and keep the changes; an older mark can still undo them."""
        self._marks.pop()
        if not self._marks:
            self._undo.clear()

    @contextmanager
    def staged(self) -> Iterator[None]:
        """Keep the changes made inside when it ends well, undo them when it raises."""
        self.checkpoint()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.release()


class NumpyIndex:
    """Entries and what is remembered of absent ones, by key; exact answers to who fits whom."""

    def __init__(self, journal: Journal | None = None, family: str = "") -> None:
        self.journal = journal or Journal()
        self._family = family
        self._standing: Standing | None = None
        self._records: dict[UUID, Record] = {}
        self._offers: Columns[OfferEntry] = Columns(row_of_offer)
        self._wants: Columns[WantEntry] = Columns(row_of_want)
        self._searches: Columns[SearchEntry] = Columns(row_of_search)

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
        """The lists of the best under this ranking; those of another ranking are dropped."""
        if self._standing is None or self._standing.ranking != ranking:
            self._standing = Standing(self._family, self.fits_of, ranking)
        return self._standing

    def fits_of(self, listing: AnyListing) -> list[Fit]:
        """Every pair of this listing and an open counterpart that satisfies all hard constraints.

        The listing need not be in the index: its former self is asked what stood before.
        """
        if not listing.is_open:
            return []
        if isinstance(listing, OfferEntry):
            probe = row_of_offer(listing)
            wants = self._wants.candidates(probe, partial(may_fit, probe))
            found = [fits(listing, want) for want in wants]
        else:
            probe = row_of_want(listing)
            offers = self._offers.candidates(probe, lambda rows: may_fit(rows, probe))
            found = [fits(offer, listing) for offer in offers]
        return [fit for fit in found if fit is not None]

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

    def _searches_for(self, listing: AnyListing) -> list[Hit | None]:
        probe = row_of_listing(listing)
        return [hits(listing, search) for search in self._searches.candidates(probe, partial(may_hit, probe))]

    def _listings_for(self, search: SearchEntry) -> list[Hit | None]:
        probe = row_of_search(search)
        found: Iterable[AnyListing]
        if search.state.looks_for is ListingKind.OFFER:
            found = self._offers.candidates(probe, lambda rows: may_hit(rows, probe))
        else:
            found = self._wants.candidates(probe, lambda rows: may_hit(rows, probe))
        return [hits(listing, search) for listing in found]

    def _note(self, key: UUID) -> None:
        self.journal.write(partial(self._set, key, self._records.get(key)))

    def _set(self, key: UUID, record: Record | None) -> None:
        """A rollback comes through here too, so that the lists of the best always follow."""
        known = self._records.get(key)
        if self._standing and isinstance(known, OfferEntry | WantEntry):
            self._standing.forget(known)
        self._shelve(key, record)
        if record is None:
            self._records.pop(key, None)
        else:
            self._records[key] = record
        if self._standing and isinstance(record, OfferEntry | WantEntry):
            self._standing.meet(record)

    def _shelve(self, key: UUID, record: Record | None) -> None:
        """Take the key from every shelf first: nothing forbids that a key comes back as another kind."""
        for shelf in (self._offers, self._wants, self._searches):
            shelf.remove(key)
        if isinstance(record, OfferEntry):
            self._offers.put(record)
        elif isinstance(record, WantEntry):
            self._wants.put(record)
        elif isinstance(record, SearchEntry):
            self._searches.put(record)


class FamilyIndexes:
    """One index per material family that this matcher serves, with one journal for all."""

    def __init__(self) -> None:
        self.journal = Journal()
        self._indexes: dict[str, NumpyIndex] = {}

    def of(self, family: str) -> NumpyIndex:
        """The index of a family, empty when nothing was heard of it."""
        return self._indexes.setdefault(family, NumpyIndex(self.journal, family))

    def families(self) -> tuple[str, ...]:
        """The families of which something was heard, sorted."""
        return tuple(sorted(self._indexes))

    def drop(self, families: Collection[str]) -> None:
        """Forget families that another matcher serves from now on. Not undone by a rollback."""
        for family in families:
            self._indexes.pop(family, None)
