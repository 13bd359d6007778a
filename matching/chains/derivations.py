"""Which derived offers an offer has, and the events that tell of those that came, changed and went."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.capabilities import DerivedOfferState, DerivedOfferWithdrawn, OfferDerived, StepState
from contracts.events.listings import OfferState
from contracts.vocabulary.joint_terms import CapabilityKind
from contracts.vocabulary.materials import MaterialTree
from matching.chains.capabilities import Capability, capability_of
from matching.chains.deriving import MOST_STEPS, Derived, derive
from matching.deciding import Cause
from matching.joint.family import FamilyParts
from matching.model import OfferEntry, Taken, entry_of_offer

MOST_PER_OUTPUT = 2
"""Derived offers of one offer for each output: the cheapest. A want that another processor could serve loses little."""

Derivations = Mapping[tuple[str, UUID], Derived]
"""By family of the output and derived id."""


def derivations_of(parts: FamilyParts, source: OfferEntry | Derived | None) -> Derivations:
    """What an offer, or an offer that was derived already, becomes by one more capability of this family."""
    if source is None or not len(parts.processors):
        return {}
    entry = source.entry if isinstance(source, Derived) else source
    if not entry.is_open:
        return {}
    found = [parts.capability_by_id[fit.want.key] for fit in parts.processors.fits_of(entry)]
    derived = [one for capability in found if (one := _one_more(parts, source, capability)) is not None]
    return {(one.entry.concept.family, one.key): one for one in _cheapest(derived)}


def _one_more(parts: FamilyParts, source: OfferEntry | Derived, capability: Capability) -> Derived | None:
    before = source.capabilities if isinstance(source, Derived) else ()
    if len(before) >= MOST_STEPS or not _makes_sense(before, capability):
        return None
    offer = source.source if isinstance(source, Derived) else source
    return derive(offer, (*before, capability), parts.tree)


def _makes_sense(before: tuple[Capability, ...], capability: Capability) -> bool:
    """Nobody does the same twice, and nothing is stored twice in a row."""
    if any(one.key == capability.key for one in before):
        return False
    stores = capability.state.kind is CapabilityKind.STORAGE
    return not (stores and before and before[-1].state.kind is CapabilityKind.STORAGE)


def _cheapest(derived: list[Derived]) -> Iterator[Derived]:
    """The cheapest of each output; an open price comes last."""
    counted: dict[tuple[str, bool], int] = {}
    for one in sorted(derived, key=_rank):
        output = one.entry.concept.id, one.stored
        counted[output] = counted.get(output, 0) + 1
        if counted[output] <= MOST_PER_OUTPUT:
            yield one


def _rank(derived: Derived) -> tuple[bool, Decimal, UUID]:
    price = derived.entry.state.price_eur_per_tonne
    return price is None, price or Decimal(0), derived.key


def changed_derivations(before: Derivations, after: Derivations, cause: Cause) -> tuple[NewEvent, ...]:
    """What went and what came or changed, each told in the family of its output."""
    gone = [key for key in sorted(before) if key not in after]
    news = [key for key in sorted(after) if key not in before or _said(after[key]) != _said(before[key])]
    withdrawn = [
        _event(DerivedOfferWithdrawn(derived_id=key, offer_id=before[family, key].source.key), family, key, cause)
        for family, key in gone
    ]
    told = [_event(OfferDerived(derived=state_of(after[place])), *place, cause) for place in news]
    return (*withdrawn, *told)


def _said(derived: Derived) -> tuple[object, ...]:
    """Everything that makes a derived offer another one."""
    source = derived.source
    steps = [(one.key, one.state.revision, one.free) for one in derived.capabilities]
    return source.revision, source.remaining, source.state.status, *steps


def _event(data: OfferDerived | DerivedOfferWithdrawn, family: str, key: UUID, cause: Cause) -> NewEvent:
    subject = f"derived:{key}"
    return NewEvent(data, subject, (family,), uuid5(cause.event_id, f"{cause.family}:{data.name}:{family}:{key}"))


def state_of(derived: Derived) -> DerivedOfferState:
    """As the event carries it."""
    return DerivedOfferState(
        derived_id=derived.key,
        offer=OfferState.model_validate(derived.source.state, from_attributes=True),
        remaining=derived.source.remaining,
        steps=tuple(StepState(capability=one.state, remaining=one.free) for one in derived.capabilities),
    )


def derived_from(state: DerivedOfferState, tree: MaterialTree) -> Derived | None:
    """The derived offer that an event tells of; None when by now it would not be derived any more."""
    taken = Taken(state.offer.quantity - state.remaining)
    source = entry_of_offer(state.offer, tree, taken)
    capabilities = tuple(capability_of(step.capability, step.remaining, tree) for step in state.steps)
    return derive(source, capabilities, tree)
