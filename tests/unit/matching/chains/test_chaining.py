"""A chain takes no more than the want needs, pays for every step, and exists only where the pair does not."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.vocabulary.joint_terms import JointKind
from matching.chains.capabilities import capability_of
from matching.chains.chaining import CHAINS_PER_WANT, Chain, chain_between, chains_of
from matching.chains.deriving import Derived, derive
from tests.unit.matching.chains.test_deriving import depot, processor, wood
from tests.unit.matching.joint.scenes import PROCESSOR, depot_state
from tests.unit.matching.makers import TREE, offer, uid, want


def chips(**given: Any) -> Derived:
    derived = derive(wood(**given), (processor(),), TREE)
    assert derived is not None
    return derived


def asked(**given: Any) -> Any:
    return want("want", **{"concepts": ("wood_clean_chips",), "quantity": Decimal(45), **given})


def test_every_step_carries_its_share_of_what_the_want_needs() -> None:
    chain = chain_between(chips(), asked())

    assert chain is not None
    assert [step.quantity for step in chain.steps] == [50, 45]
    assert list(chain.received) == [50, 45]
    assert chain.kind is JointKind.CHAINED


def test_landed_value_counts_each_cost_per_delivered_tonne() -> None:
    chain = chain_between(chips(), asked())

    assert chain is not None
    landed = chain.landed
    assert landed.price_eur_per_tonne == Decimal("11.11")
    assert landed.transport_eur_per_tonne == Decimal("5.28")
    assert landed.treatment_eur_per_tonne == Decimal("22.22")
    assert landed.storage_eur_per_tonne == 0
    assert landed.landed_eur_per_tonne == Decimal("38.61")


def test_a_chain_that_is_too_dear_is_none() -> None:
    assert chain_between(chips(), asked(max_landed_eur_per_tonne=Decimal("38.60"))) is None
    assert chain_between(chips(), asked(max_landed_eur_per_tonne=Decimal(39))) is not None


def test_no_chain_is_needed_where_the_pair_fits_or_the_processor_is_the_seeker() -> None:
    assert chain_between(chips(), asked(concepts=("wood",))) is None
    assert chain_between(chips(), asked(organisation_id=PROCESSOR)) is None
    assert chain_between(None, asked()) is None


def test_a_processor_gets_at_least_its_minimum() -> None:
    picky = derive(wood(), (processor(minimum=Decimal(60)),), TREE)

    assert chain_between(picky, asked()) is None
    assert chain_between(picky, asked(quantity=Decimal(80))) is not None


def test_storage_is_paid_until_the_day_it_is_needed() -> None:
    stored = derive(wood(available_until=date(2027, 1, 31)), (depot(),), TREE)
    late = want("late", concepts=("wood",), available_from=date(2027, 3, 1))
    chain = chain_between(stored, late)

    assert chain is not None
    assert chain.kind is JointKind.BRIDGED
    assert chain.landed.storage_eur_per_tonne == 8


def test_storage_that_takes_too_long_is_too_dear() -> None:
    stored = derive(wood(available_until=date(2027, 1, 31)), (depot(),), TREE)
    late = want("late", concepts=("wood",), available_from=date(2027, 3, 1), max_landed_eur_per_tonne=Decimal(22))

    assert chain_between(stored, late) is None


def test_a_depot_may_follow_a_processor() -> None:
    keeping = capability_of(depot_state(inputs=("wood_clean_chips",)), Decimal(500), TREE)
    both = derive(wood(available_until=date(2027, 1, 31)), (processor(), keeping), TREE)
    chain = chain_between(both, asked(available_from=date(2027, 3, 1)))

    assert chain is not None
    assert chain.kind is JointKind.BRIDGED
    assert len(chain.steps) == 3
    assert chain.landed.treatment_eur_per_tonne == Decimal("22.22")


def test_the_cheapest_at_the_door_stand_and_open_prices_come_last() -> None:
    def of(name: str, price: int | None) -> Chain:
        source = offer(name, concept="wood_grade_a", price_eur_per_tonne=None if price is None else Decimal(price))
        chain = chain_between(derive(source, (processor(),), TREE), asked())
        assert chain is not None
        return chain

    chains = [of("dear", 30), of("open", None), of("cheap", 1), of("middle", 10), of("middling", 12)]
    found = chains_of(asked(), {one.derived.key: one for one in chains})

    assert len(found) == CHAINS_PER_WANT
    assert [one.derived.source.key for one in found] == [uid("cheap"), uid("middle"), uid("middling")]


def test_the_id_is_the_same_for_the_same_revisions() -> None:
    one, same = chain_between(chips(), asked()), chain_between(chips(), asked())
    other = chain_between(chips(revision=2), asked())

    assert one is not None
    assert same is not None
    assert other is not None
    assert one.joint_id == same.joint_id != other.joint_id
    assert one.members == frozenset({chips().key})
