"""What matching knows of offers, wants and saved searches: frozen views of the newest event state.

A listing's state says how much there is in all; trades say how much of that is taken. Both arrive as events, in
any order, so an entry keeps what is taken and works out what remains.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from contracts.events.listings import OfferState, PlaceState, SavedSearchState, WantState
from contracts.vocabulary.materials import Concept, MaterialTree
from contracts.vocabulary.places import Point
from contracts.vocabulary.quantities import ConversionError, Unit, kg_per_unit
from contracts.vocabulary.terms import ListingKind, ListingStatus, Visibility
from matching.comparing import Measure

UNHEARD = -1
"""The revision of a listing of which only trades have been heard."""


class EntryKind(StrEnum):
    """What an entry is."""

    OFFER = "offer"
    WANT = "want"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Taken:
    """What trades hold and were promised of a listing, in `unit` (None: as the listing counts).

    `sequence` is that of the newest RemainingChanged heard; 0 when none was.
    """

    amount: Decimal = Decimal(0)
    unit: Unit | None = None
    sequence: int = 0


NOTHING_TAKEN = Taken()

S = TypeVar("S", OfferState, WantState)


@dataclass(frozen=True, slots=True)
class ListingEntry(Generic[S]):
    """An offer or want: its newest state, what is free of it (never below 0), its point and its concepts."""

    state: S
    taken: Taken
    remaining: Decimal
    point: Point
    concepts: tuple[Concept, ...]

    @property
    def key(self) -> UUID:
        """The listing id."""
        return self.state.listing_id

    @property
    def revision(self) -> int:
        """The newest revision heard."""
        return self.state.revision

    @property
    def organisation_id(self) -> UUID:
        """Whose it is."""
        return self.state.organisation_id

    @property
    def families(self) -> tuple[str, ...]:
        """The material families it lives in."""
        return self.state.families

    @property
    def is_open(self) -> bool:
        """Whether it may be proposed now: open, and something of it is free."""
        return self.state.status is ListingStatus.OPEN and self.remaining > 0

    @property
    def measure(self) -> Measure:
        """How it counts."""
        return Measure(self.state.unit, self.state.kg_per_unit, self.state.recurrence)

    def is_visible_to(self, organisation_id: UUID) -> bool:
        """Whether that organisation may be told of it."""
        return self.state.visibility is not Visibility.PARTNERS or organisation_id in self.state.partners


@dataclass(frozen=True, slots=True)
class OfferEntry(ListingEntry[OfferState]):
    """An offer; it has one concept."""

    @property
    def kind(self) -> EntryKind:
        """What it is."""
        return EntryKind.OFFER

    @property
    def concept(self) -> Concept:
        """What is on offer."""
        return self.concepts[0]


@dataclass(frozen=True, slots=True)
class WantEntry(ListingEntry[WantState]):
    """A want; any of its concepts or their descendants will do."""

    @property
    def kind(self) -> EntryKind:
        """What it is."""
        return EntryKind.WANT


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """A saved search; `point` is None when it says no place."""

    state: SavedSearchState
    point: Point | None
    concepts: tuple[Concept, ...]

    @property
    def kind(self) -> EntryKind:
        """What it is."""
        return EntryKind.SEARCH

    @property
    def key(self) -> UUID:
        """The search id."""
        return self.state.search_id

    @property
    def revision(self) -> int:
        """The newest revision heard."""
        return self.state.revision

    @property
    def organisation_id(self) -> UUID:
        """Whose it is."""
        return self.state.organisation_id

    @property
    def families(self) -> tuple[str, ...]:
        """The material families it looks in."""
        return self.state.families

    @property
    def is_open(self) -> bool:
        """Whether it wants to be told."""
        return self.state.active

    @property
    def taken(self) -> Taken:
        """Nothing: a search promises nothing."""
        return NOTHING_TAKEN


@dataclass(frozen=True, slots=True)
class Absent:
    """What is remembered of a listing or search that does not live here (any more).

    The revision tells a late copy from news; what trades took stays true when the listing comes (back).
    """

    key: UUID
    kind: EntryKind
    revision: int = UNHEARD
    taken: Taken = NOTHING_TAKEN


AnyListing = OfferEntry | WantEntry
Entry = OfferEntry | WantEntry | SearchEntry
Record = Entry | Absent


def entry_of_offer(state: OfferState, tree: MaterialTree, taken: Taken = NOTHING_TAKEN) -> OfferEntry:
    """The view of an offer; raises UnknownConcept, and ValueError when its place is not on earth."""
    return OfferEntry(state, taken, remaining_of(state, taken), _point(state.place), (tree.concept(state.concept),))


def entry_of_want(state: WantState, tree: MaterialTree, taken: Taken = NOTHING_TAKEN) -> WantEntry:
    """The view of a want; raises as `entry_of_offer` does."""
    concepts = tuple(tree.concept(concept) for concept in state.concepts)
    return WantEntry(state, taken, remaining_of(state, taken), _point(state.place), concepts)


def entry_of_listing(state: OfferState | WantState, tree: MaterialTree, taken: Taken = NOTHING_TAKEN) -> AnyListing:
    """The view of an offer or a want."""
    if isinstance(state, OfferState):
        return entry_of_offer(state, tree, taken)
    return entry_of_want(state, tree, taken)


def entry_of_search(state: SavedSearchState, tree: MaterialTree) -> SearchEntry:
    """The view of a saved search; raises as `entry_of_offer` does."""
    concepts = tuple(tree.concept(concept) for concept in state.concepts)
    return SearchEntry(state, _point(state.place) if state.place else None, concepts)


def with_taken(entry: AnyListing, taken: Taken) -> AnyListing:
    """The same listing after trades took from it or gave back."""
    return replace(entry, taken=taken, remaining=remaining_of(entry.state, taken))


def remaining_of(state: OfferState | WantState, taken: Taken) -> Decimal:
    """What is free of a listing, in its unit; 0 when what is taken cannot be expressed in that unit."""
    if taken.unit is None or taken.unit is state.unit or not taken.amount:
        return max(Decimal(0), state.quantity - taken.amount)
    # The unit was changed while trades held some of it. Without the weight of the old unit anything but 0 is a
    # guess, and what is promised twice on a guess disappoints a buyer.
    try:
        taken_kg = taken.amount * kg_per_unit(taken.unit)
    except ConversionError:
        return Decimal(0)
    if not state.kg_per_unit:
        return Decimal(0)
    return max(Decimal(0), state.quantity - taken_kg / state.kg_per_unit)


def meet_in(one: Entry, other: Entry) -> str | None:
    """The one family in which two listings that share several are told of each other; None: they share none."""
    return min(set(one.families).intersection(other.families), default=None)


def listing_kind(entry: AnyListing) -> ListingKind:
    """The kind of a listing as events name it."""
    return ListingKind(entry.kind.value)


def _point(place: PlaceState) -> Point:
    return Point(place.lat, place.lon)
