"""What the matcher does for trades of more than two parties: which joint trades follow from each event.

`follow` is called for every changed offer and want, while the index still holds its former self; `handle` for the
events that only joint trades care about. Both return events and commit nothing.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

from contracts.envelope import NewEvent
from contracts.events.base import EventData
from contracts.events.capabilities import (
    CapabilityEvent,
    CapabilityPublished,
    CapabilityRevised,
    CapabilityWithdrawn,
    CapacityChanged,
    DerivedOfferWithdrawn,
    OfferDerived,
)
from contracts.events.joint_trades import JointTradeDeclined, JointTradeVacated
from contracts.events.preferences import PreferenceChanged, PreferenceState, PreferenceWideningAsked
from contracts.events.trades import TradeDeclined
from contracts.vocabulary.joint_terms import JointLapseReason, PartyAnswer, PartyRole
from contracts.vocabulary.materials import MaterialTree
from contracts.vocabulary.terms import LapseReason, Side
from matching.chains.capabilities import Capability, capability_of
from matching.chains.chaining import Chain
from matching.chains.derivations import changed_derivations, derivations_of, derived_from
from matching.chains.deriving import Derived
from matching.deciding import Cause, Change, follow_pairs
from matching.index import FamilyIndexes, ListingIndex
from matching.joint.family import FamilyParts
from matching.joint.parts import KeptCapability, KeptRefusal, preference_id, refusal_id
from matching.joint.ports import JointProjection, StoredPart
from matching.joint.replacing import replacement
from matching.joint.standing import Standing, chains_changed, pools_changed, standing_events
from matching.model import AnyListing, OfferEntry, WantEntry
from matching.nearness.telling import near_misses_told
from matching.pooling.pools import Pool
from matching.refusals import as_it_says, lesson_of, narrowed, with_lesson, without

SAID_NO = (PartyAnswer.DECLINED, PartyAnswer.WITHDRAWN)


class JointMatcher:
    """Capabilities, derived offers and refusals of each family, and what follows for joint trades."""

    def __init__(self, tree: MaterialTree, indexes: FamilyIndexes, projection: JointProjection) -> None:
        self._tree = tree
        self._indexes = indexes
        self._projection = projection
        self._families: dict[str, FamilyParts] = {}

    def of(self, family: str) -> FamilyParts:
        """The parts of a family, empty when nothing was heard of it."""
        if family not in self._families:
            self._families[family] = FamilyParts(self._indexes.of(family), self._tree)
        return self._families[family]

    async def restore(self, lanes: Collection[int]) -> None:
        """Fill the parts of the families in these lanes from the table."""
        async for stored in self._projection.load(lanes):
            if stored.data is not None:
                RESTORE[stored.type](self, self.of(stored.family), stored)

    def follow(self, _index: ListingIndex, change: Change, cause: Cause) -> tuple[NewEvent, ...]:
        """The joint trades that come and go because an offer or want changed."""
        parts = self.of(cause.family)
        listing = change.listing
        if isinstance(listing, OfferEntry):
            before, after = _offer(change.before), _offer(change.after)
            standing = pools_changed(parts, listing.key, before, after)
            derived = changed_derivations(derivations_of(parts, before), derivations_of(parts, after), cause)
            told = standing_events(standing, _reason(change), listing.key, cause)
            return (*told, *derived, *near_misses_told(parts.index, change, cause))
        if isinstance(listing, WantEntry):
            standing = _of_want(parts, listing.key, _want(change.before), _want(change.after))
            return (
                *standing_events(standing, _reason(change), listing.key, cause),
                *near_misses_told(parts.index, change, cause),
            )
        return ()

    async def handle(self, data: EventData, cause: Cause) -> tuple[NewEvent, ...]:
        """The events that follow from an event that only joint trades care about."""
        # A message that turns out bad must leave nothing of it in the index.
        with self._indexes.journal.staged():
            return await JOINT_HANDLERS[type(data)](self, data, cause)

    async def capability_changed(self, event: CapabilityEvent, cause: Cause) -> tuple[NewEvent, ...]:
        """A capability was published, revised or withdrawn."""
        state, parts = event.capability, self.of(cause.family)
        known = parts.capability_by_id.get(state.capability_id)
        if known is not None and state.revision < known.state.revision:
            return ()
        taken = known.state.capacity - known.free if known is not None else 0
        fresh = capability_of(state, state.capacity - taken, self._tree)
        lives = state.active and cause.family in state.families
        sequence = parts.sequence_by_id.get(state.capability_id, 0)
        return await self._capability(known, fresh if lives else None, sequence, cause)

    async def capacity_changed(self, event: CapacityChanged, cause: Cause) -> tuple[NewEvent, ...]:
        """Joint trades took from a capability or gave back."""
        parts = self.of(cause.family)
        known = parts.capability_by_id.get(event.capability_id)
        if known is None or event.sequence <= parts.sequence_by_id.get(event.capability_id, 0):
            return ()
        fresh = capability_of(known.state, event.remaining, self._tree)
        return await self._capability(known, fresh, event.sequence, cause)

    async def _capability(
        self, before: Capability | None, after: Capability | None, sequence: int, cause: Cause
    ) -> tuple[NewEvent, ...]:
        """Derive anew every offer that the capability takes or took."""
        living = after or before
        if living is None:
            return ()
        key, parts = living.key, self.of(cause.family)
        touched = _taken_by(parts, before, after)
        old = [derivations_of(parts, source) for source in touched]
        kept = None if after is None else KeptCapability(capability=after.state, free=after.free, sequence=sequence)
        await self._save(cause.family, key, kept)
        parts.put_capability(key, after, sequence)
        new = [derivations_of(parts, source) for source in touched]
        return tuple(
            event for one, other in zip(old, new, strict=True) for event in changed_derivations(one, other, cause)
        )

    async def offer_derived(self, event: OfferDerived, cause: Cause) -> tuple[NewEvent, ...]:
        """An offer can become something of this family."""
        derived = derived_from(event.derived, self._tree)
        await self._save(cause.family, event.derived.derived_id, event if derived else None)
        return self._derived(event.derived.derived_id, derived, cause, JointLapseReason.REVISED)

    async def derived_withdrawn(self, event: DerivedOfferWithdrawn, cause: Cause) -> tuple[NewEvent, ...]:
        """That is no longer so."""
        await self._save(cause.family, event.derived_id, None)
        return self._derived(event.derived_id, None, cause, JointLapseReason.WITHDRAWN)

    def _derived(
        self, key: UUID, after: Derived | None, cause: Cause, reason: JointLapseReason
    ) -> tuple[NewEvent, ...]:
        parts = self.of(cause.family)
        before = parts.derived_by_id.get(key)
        standing = chains_changed(parts, key, before, after)
        further = changed_derivations(derivations_of(parts, before), derivations_of(parts, after), cause)
        parts.put_derived(key, after)
        return (*standing_events(standing, reason, key, cause), *further)

    async def vacated(self, event: JointTradeVacated, cause: Cause) -> tuple[NewEvent, ...]:
        """A party dropped out of a pool: others are looked for, and who said no is not asked again."""
        said_no = [party.listing_id for party in event.trade.parties if party.answer in SAID_NO]
        told = await self._refuse(event.trade.want_id, said_no, cause)
        return (*told, replacement(self.of(cause.family), event.trade, cause))

    async def declined(self, event: JointTradeDeclined, cause: Cause) -> tuple[NewEvent, ...]:
        """A holder said no to a want, or the seeker to the holders: they are not brought together again."""
        return await self._refuse(event.trade.want_id, refused_offers(event), cause)

    async def _refuse(self, want_id: UUID, offer_ids: Collection[UUID], cause: Cause) -> tuple[NewEvent, ...]:
        parts = self.of(cause.family)
        want = _want(parts.index.entry(want_id))
        old = _plans(parts, want)
        for offer_id in offer_ids:
            kept = KeptRefusal(want_id=want_id, offer_id=offer_id)
            await self._save(cause.family, refusal_id(want_id, offer_id), kept)
            parts.refuse(want_id, offer_id)
        parts.tear_out(want_id)
        standing = [Standing(one, other, want_id) for one, other in zip(old, _plans(parts, want), strict=True)]
        return standing_events(standing, JointLapseReason.SURPASSED, want_id, cause)

    async def pair_declined(self, event: TradeDeclined, cause: Cause) -> tuple[NewEvent, ...]:
        """A seeker said no to an offer: the term of the want that would have kept it away is narrowed."""
        trade, parts = event.trade, self.of(cause.family)
        offer, want = parts.index.entry(trade.offer_id), parts.index.entry(trade.want_id)
        if trade.ended_by is not Side.SEEKER or not isinstance(offer, OfferEntry) or not isinstance(want, WantEntry):
            return ()
        if trade.decline_reason is None or (lesson := lesson_of(offer, want, trade.decline_reason)) is None:
            return ()
        known = parts.preference_by_want.get(want.key)
        taught = with_lesson(known, want, cause.family, lesson, trade.decline_reason, trade.trade_id, offer.key)
        return () if taught == known else await self._prefer(taught, cause)

    async def widening_asked(self, event: PreferenceWideningAsked, cause: Cause) -> tuple[NewEvent, ...]:
        """The owner of a want takes narrower terms back."""
        known = self.of(cause.family).preference_by_want.get(event.want_id)
        wider = None if known is None else without(known, event.numbers)
        return () if wider is None or wider == known else await self._prefer(wider, cause)

    async def _prefer(self, preference: PreferenceState, cause: Cause) -> tuple[NewEvent, ...]:
        """Match a want anew with what was learnt, or unlearnt, and tell its owner."""
        parts = self.of(cause.family)
        event = PreferenceChanged(preference=preference)
        await self._save(cause.family, preference_id(preference.want_id), event)
        parts.put_preference(preference)
        told = cause.event(event, preference.want_id, f"preference:{preference.revision}")
        before = _want(parts.index.entry(preference.want_id))
        if before is None:
            return (told,)
        after = narrowed(as_it_says(before), preference)
        change = Change(before, after, LapseReason.REVISED)
        joint = self.follow(parts.index, change, cause)
        return (told, *follow_pairs(parts.index, change, after, cause), *joint)

    def narrow(self, family: str, listing: AnyListing) -> AnyListing:
        """A listing of a family as it is matched, with what was learnt from refusals."""
        if not isinstance(listing, WantEntry):
            return listing
        return narrowed(listing, self.of(family).preference_by_want.get(listing.key))

    async def _save(self, family: str, key: UUID, kept: Any) -> None:
        data = None if kept is None else kept.model_dump_json().encode()
        await self._projection.save(StoredPart(family, key, type(kept).__name__, data))

    def _restore_capability(self, parts: FamilyParts, stored: StoredPart) -> None:
        kept = KeptCapability.model_validate_json(stored.data or b"")
        parts.put_capability(stored.key, capability_of(kept.capability, kept.free, self._tree), kept.sequence)

    def _restore_derived(self, parts: FamilyParts, stored: StoredPart) -> None:
        kept = OfferDerived.model_validate_json(stored.data or b"")
        parts.put_derived(stored.key, derived_from(kept.derived, self._tree))

    def _restore_preference(self, parts: FamilyParts, stored: StoredPart) -> None:
        """The index is filled before the parts are, so that the want is there and is narrowed now."""
        kept = PreferenceChanged.model_validate_json(stored.data or b"")
        parts.put_preference(kept.preference)
        want = _want(parts.index.entry(kept.preference.want_id))
        if want is not None:
            parts.index.put(narrowed(want, kept.preference))

    def _restore_refusal(self, parts: FamilyParts, stored: StoredPart) -> None:
        kept = KeptRefusal.model_validate_json(stored.data or b"")
        parts.refuse(kept.want_id, kept.offer_id)


def refused_offers(event: JointTradeDeclined) -> list[UUID]:
    """The offers that are not brought to this want again: those of the holder who declined, else all of them."""
    offers = [party for party in event.trade.parties if party.role is PartyRole.HOLDER]
    mine = [party.listing_id for party in offers if party.organisation_id == event.trade.ended_by]
    return mine or [party.listing_id for party in offers]


def _taken_by(parts: FamilyParts, *capabilities: Capability | None) -> list[OfferEntry | Derived]:
    """The offers and derived offers that these capabilities take, each once, in order of key."""
    found: dict[UUID, OfferEntry | Derived] = {}
    for capability in filter(None, capabilities):
        found |= {fit.offer.key: fit.offer for fit in parts.index.fits_of(capability.asked)}
        derived = [parts.derived_by_id.get(fit.offer.key) for fit in parts.derived.fits_of(capability.asked)]
        found |= {one.key: one for one in derived if one is not None}
    return [found[key] for key in sorted(found)]


def _plans(parts: FamilyParts, want: WantEntry | None) -> tuple[tuple[Pool, ...], tuple[Chain, ...]]:
    """What stands for a want as the index is now."""
    if want is None or not want.is_open:
        return (), ()
    return parts.pools.page(want).plans, parts.chains.page(want).plans


def _of_want(parts: FamilyParts, key: UUID, before: WantEntry | None, after: WantEntry | None) -> list[Standing]:
    """The pools and chains of a want before and after it changed; its pages are turned."""
    old = _plans(parts, before)
    parts.tear_out(key)
    return [Standing(one, other, key) for one, other in zip(old, _plans(parts, after), strict=True)]


def _offer(listing: object) -> OfferEntry | None:
    return listing if isinstance(listing, OfferEntry) else None


def _want(listing: object) -> WantEntry | None:
    return listing if isinstance(listing, WantEntry) else None


def _reason(change: Change) -> JointLapseReason:
    return JointLapseReason(change.reason.value)


Restore = Callable[[JointMatcher, FamilyParts, StoredPart], None]
RESTORE: dict[str, Restore] = {
    KeptCapability.__name__: JointMatcher._restore_capability,
    OfferDerived.__name__: JointMatcher._restore_derived,
    PreferenceChanged.__name__: JointMatcher._restore_preference,
    KeptRefusal.__name__: JointMatcher._restore_refusal,
}

JOINT_HANDLERS: dict[type[EventData], Callable[[JointMatcher, Any, Cause], Awaitable[tuple[NewEvent, ...]]]] = {
    CapabilityPublished: JointMatcher.capability_changed,
    CapabilityRevised: JointMatcher.capability_changed,
    CapabilityWithdrawn: JointMatcher.capability_changed,
    CapacityChanged: JointMatcher.capacity_changed,
    OfferDerived: JointMatcher.offer_derived,
    DerivedOfferWithdrawn: JointMatcher.derived_withdrawn,
    JointTradeVacated: JointMatcher.vacated,
    JointTradeDeclined: JointMatcher.declined,
    TradeDeclined: JointMatcher.pair_declined,
    PreferenceWideningAsked: JointMatcher.widening_asked,
}
