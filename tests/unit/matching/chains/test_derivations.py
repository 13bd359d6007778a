"""Which derived offers are told of, and when."""

from decimal import Decimal
from uuid import UUID

from contracts.events.capabilities import DerivedOfferWithdrawn, OfferDerived
from matching.chains.derivations import (
    MOST_PER_OUTPUT,
    changed_derivations,
    derivations_of,
    derived_from,
    state_of,
)
from matching.chains.deriving import MOST_STEPS
from matching.deciding import Cause
from matching.index import ListingIndex
from matching.joint.family import FamilyParts
from matching.legal import undetermined_check
from tests.unit.matching.chains.test_deriving import depot, processor, wood
from tests.unit.matching.makers import TODAY, TREE, uid

CAUSE = Cause(uid("cause"), "wood", TODAY, undetermined_check)


def parts_with(*names: str) -> FamilyParts:
    parts = FamilyParts(ListingIndex(), TREE)
    for number, name in enumerate(names):
        capability = processor(name, price_eur_per_tonne=Decimal(10 + number), organisation_id=uid(name))
        parts.put_capability(uid(name), capability, 0)
    return parts


def via(parts: FamilyParts) -> set[UUID]:
    return {one.capabilities[-1].key for one in derivations_of(parts, wood()).values()}


def test_the_cheapest_of_each_output_are_told_of() -> None:
    assert MOST_PER_OUTPUT == 2
    assert via(parts_with("first", "second", "third")) == {uid("first"), uid("second")}


def test_without_capabilities_or_without_anything_free_nothing_is_derived() -> None:
    assert derivations_of(parts_with(), wood()) == {}
    assert derivations_of(parts_with("first"), wood(taken=100)) == {}
    assert derivations_of(parts_with("first"), None) == {}


def test_nobody_does_the_same_twice_and_two_steps_are_the_most() -> None:
    parts = parts_with("first")
    (one,) = derivations_of(parts, wood()).values()
    assert derivations_of(parts, one) == {}

    parts.put_capability(uid("second"), processor("second", output="wood_fibre", organisation_id=uid("second")), 0)
    two = [item for item in derivations_of(parts, one).values() if len(item.legs) == MOST_STEPS]
    assert [item.entry.concept.id for item in two] == ["wood_fibre"]
    parts.put_capability(uid("third"), processor("third", inputs=("wood_fibre",), organisation_id=uid("third")), 0)
    assert derivations_of(parts, two[0]) == {}


def test_nothing_is_stored_twice_in_a_row() -> None:
    parts = FamilyParts(ListingIndex(), TREE)
    parts.put_capability(uid("depot"), depot(), 0)
    (stored,) = derivations_of(parts, wood(available_until=TODAY)).values()
    other = depot(capability_id=uid("other depot"), organisation_id=uid("other"))
    parts.put_capability(uid("other depot"), other, 0)

    assert derivations_of(parts, stored) == {}


def test_what_came_changed_and_went_is_told_in_the_family_of_the_output() -> None:
    parts = parts_with("first")
    before, after = derivations_of(parts, wood()), derivations_of(parts, wood(revision=2))

    (came,) = changed_derivations({}, before, CAUSE)
    (changed,) = changed_derivations(before, after, CAUSE)
    (went,) = changed_derivations(after, {}, CAUSE)
    assert isinstance(came.data, OfferDerived)
    assert isinstance(changed.data, OfferDerived)
    assert isinstance(went.data, DerivedOfferWithdrawn)
    assert came.partition_keys == went.partition_keys == ("wood",)
    assert changed_derivations(before, before, CAUSE) == ()


def test_what_an_event_tells_gives_the_same_derived_offer() -> None:
    (derived,) = derivations_of(parts_with("first"), wood(taken=30)).values()
    again = derived_from(state_of(derived), TREE)

    assert again is not None
    assert (again.key, again.entry.remaining) == (derived.key, derived.entry.remaining)
    assert again.entry.state.price_eur_per_tonne == derived.entry.state.price_eur_per_tonne
