"""What an offer becomes at a processor, or when a depot keeps it: an offer at another place, price and time.

The price carries everything that was paid on the way, per tonne of output, so that landed value compares it honestly
with offers that need no treatment.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from contracts.events.capabilities import CapabilityState
from contracts.vocabulary.joint_terms import CapabilityKind
from contracts.vocabulary.materials import MaterialTree
from contracts.vocabulary.places import Point
from contracts.vocabulary.quantities import KG_PER_TONNE, Unit
from matching.chains.capabilities import Capability
from matching.joint.road import cents, transport_for
from matching.joint.seen import seen_with
from matching.model import NOTHING_TAKEN, OfferEntry
from matching.proposing import TRADES, Fit, fits

MOST_STEPS = 2
"""Capabilities in a row."""
SHORTEST_STORAGE_WEEKS = 1


@dataclass(frozen=True, slots=True)
class Leg:
    """What one capability takes in and gives out.

    `quantity` is as the sender counts, `tonnes` the same as a weight in the sender's rhythm; `transport` and `fee` are
    EUR per tonne that goes in; `fee` None: not stated.
    """

    fit: Fit
    capability: Capability
    quantity: Decimal
    tonnes: Decimal
    transport: Decimal
    fee: Decimal | None


@dataclass(frozen=True, slots=True)
class Derived:
    """An offer, the steps it takes, and the offer that it is then."""

    source: OfferEntry
    legs: tuple[Leg, ...]
    entry: OfferEntry

    @property
    def key(self) -> UUID:
        """The same for the same offer and capabilities."""
        return self.entry.key

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """In the order in which the material meets them."""
        return tuple(leg.capability for leg in self.legs)

    @property
    def stored(self) -> bool:
        """Whether the last step is a depot."""
        return self.legs[-1].capability.state.kind is CapabilityKind.STORAGE


def derived_id(offer_id: UUID, capability_ids: tuple[UUID, ...]) -> UUID:
    """The id of what an offer becomes by these capabilities, in this order."""
    return uuid5(TRADES, f"derived:{offer_id}:{','.join(map(str, capability_ids))}")


def derive(source: OfferEntry, capabilities: tuple[Capability, ...], tree: MaterialTree) -> Derived | None:
    """What an offer becomes by these capabilities; None when one of them does not take it."""
    entry, legs = source, list[Leg]()
    for number, capability in enumerate(capabilities, 1):
        leg = leg_between(entry, capability)
        if leg is None or capability.state.organisation_id == source.organisation_id:
            return None
        legs.append(leg)
        key = derived_id(source.key, tuple(one.key for one in capabilities[:number]))
        entry = _after(entry, leg, key, tree)
    return Derived(source, tuple(legs), entry)


def leg_between(offer: OfferEntry, capability: Capability) -> Leg | None:
    """The way of an offer into a capability; None when it does not take it, or no weight is known."""
    state = capability.state
    fit = fits(offer, capability.asked)
    kg = offer.measure.known_kg_per_unit
    if fit is None or fit.quantity is None or kg is None or not _permitted(offer, state):
        return None
    if state.kind is CapabilityKind.STORAGE and offer.state.available_until is None:
        # What stays where it is for as long as it takes needs no depot.
        return None
    transport = transport_for(fit.measured.distance_km, float(fit.quantity * kg))
    return Leg(fit, capability, fit.quantity, fit.quantity * kg / KG_PER_TONNE, transport, _fee(state))


def _permitted(offer: OfferEntry, state: CapabilityState) -> bool:
    """A code that the permit does not name is refused; a code that is not known yet is asked, as with any unknown."""
    code = offer.state.eural_code
    return not state.eural_codes or code is None or code in state.eural_codes


def _fee(state: CapabilityState) -> Decimal | None:
    if state.kind is not CapabilityKind.STORAGE:
        return state.price_eur_per_tonne
    return storage_fee(state, SHORTEST_STORAGE_WEEKS)


def storage_fee(state: CapabilityState, weeks: int) -> Decimal | None:
    """What a depot asks per tonne for so many weeks: handling once, and every week that was begun."""
    if state.storage_eur_per_tonne_week is None:
        return None
    return (state.price_eur_per_tonne or Decimal(0)) + state.storage_eur_per_tonne_week * weeks


def _after(entry: OfferEntry, leg: Leg, key: UUID, tree: MaterialTree) -> OfferEntry:
    """The offer after one capability."""
    state = leg.capability.state
    out = leg.tonnes * state.yield_share
    changes: dict[str, Any] = {
        "listing_id": key,
        "quantity": out,
        "unit": Unit.TONNE,
        "kg_per_unit": KG_PER_TONNE,
        "place": state.place,
        "price_eur_per_tonne": _price(entry, leg),
        **(_kept(entry, state) if state.kind is CapabilityKind.STORAGE else _made(state, entry, tree)),
    }
    concept = tree.concept(changes.get("concept", entry.state.concept))
    return replace(
        entry,
        state=seen_with(entry.state, **changes),
        taken=NOTHING_TAKEN,
        remaining=out,
        point=Point(state.place.lat, state.place.lon),
        concepts=(concept,),
    )


def _price(entry: OfferEntry, leg: Leg) -> Decimal | None:
    """EUR per tonne of output: what the holder asks, the road to the processor and its fee, over what is left."""
    price = entry.state.price_eur_per_tonne
    if price is None or leg.fee is None:
        return None
    return cents((price + leg.transport + leg.fee) / leg.capability.state.yield_share)


def _made(state: CapabilityState, entry: OfferEntry, tree: MaterialTree) -> dict[str, Any]:
    """What treatment makes of it. Nothing that was stated of the input is taken over: it is another material now."""
    output = state.output or entry.state.concept
    return {
        "concept": output,
        "families": tree.families_of([output]),
        "claimed_status": state.gives_status,
        "eural_code": state.output_eural_code,
        "properties": state.output_properties,
        "processing_done": state.processing_words,
        "origin_process": None,
        "condition": None,
        "evidence": state.evidence,
    }


def _kept(entry: OfferEntry, state: CapabilityState) -> dict[str, Any]:
    """What a depot changes: only when the material is there."""
    last = entry.state.available_until or date.max
    weeks = timedelta(weeks=state.longest_storage_weeks or 52)
    until = min(last + weeks, state.available_until or date.max)
    return {"available_from": last + timedelta(days=1), "available_until": until}


def weeks_of_storage(derived: Derived, needed_from: date | None) -> int:
    """The weeks that a depot keeps it for a want that starts on `needed_from`; at least one."""
    released = derived.legs[-1].fit.offer.state.available_until
    if released is None or needed_from is None or needed_from <= released:
        return SHORTEST_STORAGE_WEEKS
    days = (needed_from - released).days
    return max(SHORTEST_STORAGE_WEEKS, -(-days // 7))
