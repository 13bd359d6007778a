"""What the matcher knows of one material family for joint trades: capabilities, derived offers, refusals, what stands.

All of it changes on trial with the index, through the same journal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from uuid import UUID

from contracts.events.preferences import PreferenceState
from contracts.vocabulary.materials import MaterialTree
from matching.chains.capabilities import Capability
from matching.chains.chaining import Chain, chain_of, chains_of
from matching.chains.deriving import Derived
from matching.index import ListingIndex
from matching.joint.book import Book
from matching.model import WantEntry
from matching.pooling.lots import Lot, lots_of
from matching.pooling.pools import Pool, pool_of

V = TypeVar("V")
Refused = frozenset[UUID]


@dataclass(slots=True)
class FamilyParts:
    """The parts of one family; `index` is the matcher's own, of offers and wants."""

    index: ListingIndex
    tree: MaterialTree
    processors: ListingIndex = field(init=False)
    derived: ListingIndex = field(init=False)
    capability_by_id: dict[UUID, Capability] = field(default_factory=dict)
    sequence_by_id: dict[UUID, int] = field(default_factory=dict)
    derived_by_id: dict[UUID, Derived] = field(default_factory=dict)
    refused_by_want: dict[UUID, Refused] = field(default_factory=dict)
    preference_by_want: dict[UUID, PreferenceState] = field(default_factory=dict)
    pools: Book[Lot, Pool] = field(init=False)
    chains: Book[Chain, Chain] = field(init=False)

    def __post_init__(self) -> None:
        """The indexes and books of this family, empty."""
        journal = self.index.journal
        self.processors = ListingIndex(journal)
        self.derived = ListingIndex(journal)
        self.pools = Book(journal, self._lots, _at_most_one_pool)
        self.chains = Book(journal, self._chains, chains_of)

    def refuses(self, want_id: UUID, offer_id: UUID) -> bool:
        """Whether this pair was refused before."""
        return offer_id in self.refused_by_want.get(want_id, frozenset())

    def put_capability(self, key: UUID, capability: Capability | None, sequence: int) -> None:
        """Keep a capability, or forget it."""
        self._note(self.capability_by_id, key)
        self._note(self.sequence_by_id, key)
        if capability is None:
            self.processors.remove(key)
            self.capability_by_id.pop(key, None)
            self.sequence_by_id.pop(key, None)
        else:
            self.processors.put(capability.asked)
            self.capability_by_id[key] = capability
            self.sequence_by_id[key] = sequence

    def put_derived(self, key: UUID, derived: Derived | None) -> None:
        """Keep a derived offer, or forget it."""
        self._note(self.derived_by_id, key)
        if derived is None:
            self.derived.remove(key)
            self.derived_by_id.pop(key, None)
        else:
            self.derived.put(derived.entry)
            self.derived_by_id[key] = derived

    def refuse(self, want_id: UUID, offer_id: UUID, refused: bool = True) -> None:
        """Remember that a pair was refused, or that this was taken back."""
        self._note(self.refused_by_want, want_id)
        others = self.refused_by_want.get(want_id, frozenset()) - {offer_id}
        self.refused_by_want[want_id] = others | {offer_id} if refused else others

    def put_preference(self, preference: PreferenceState) -> None:
        """Keep what was learnt of a want."""
        self._note(self.preference_by_want, preference.want_id)
        self.preference_by_want[preference.want_id] = preference

    def tear_out(self, want_id: UUID) -> None:
        """Forget what stands for a want: it is worked out again when somebody asks."""
        self.pools.tear_out(want_id)
        self.chains.tear_out(want_id)

    def _lots(self, want: WantEntry) -> Mapping[UUID, Lot]:
        lots = lots_of(self.index, want)
        return {key: lot for key, lot in lots.items() if not self.refuses(want.key, key)}

    def _chains(self, want: WantEntry) -> Mapping[UUID, Chain]:
        found = ((fit, self.derived_by_id.get(fit.offer.key)) for fit in self.derived.fits_of(want))
        chains = [chain_of(derived, fit) for fit, derived in found if derived is not None]
        return {
            chain.derived.key: chain
            for chain in chains
            if chain is not None and not self.refuses(want.key, chain.derived.source.key)
        }

    def _note(self, table: dict[UUID, V], key: UUID) -> None:
        self.index.journal.write(partial(_put_back, table, key, table.get(key)))


def _put_back(table: dict[UUID, V], key: UUID, value: V | None) -> None:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value


def _at_most_one_pool(want: WantEntry, lots: Mapping[UUID, Lot]) -> tuple[Pool, ...]:
    pool = pool_of(want, lots)
    return () if pool is None else (pool,)
