"""What an offer becomes: at another place, for another price, at another time, and never more than can be taken."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import LegalStatus, Operator
from matching.chains.capabilities import Capability, capability_of
from matching.chains.deriving import derive, derived_id, leg_between, storage_fee, weeks_of_storage
from tests.unit.matching.joint.scenes import capability_state, depot_state
from tests.unit.matching.makers import HOLDER, TREE, limit, offer, place, stated, uid


def processor(name: str = "capability", free: int = 500, **given: Any) -> Capability:
    return capability_of(capability_state(name, **given), Decimal(free), TREE)


def depot(**given: Any) -> Capability:
    return capability_of(depot_state(**given), Decimal(500), TREE)


def wood(**given: Any) -> Any:
    return offer("offer", **{"concept": "wood_grade_a", **given})


def test_treatment_gives_another_material_at_the_processor_for_a_price_that_carries_everything() -> None:
    derived = derive(wood(properties=(stated("moisture", Decimal(12), "% w/w"),)), (processor(),), TREE)

    assert derived is not None
    out = derived.entry
    assert [out.concept.id, out.remaining, out.state.unit] == ["wood_clean_chips", 90, Unit.TONNE]
    # (10 asked + 2.50 road + 20 treatment) over 0.9 tonne of output
    assert out.state.price_eur_per_tonne == Decimal("36.11")
    assert out.state.properties == ()
    assert out.key == derived_id(uid("offer"), (uid("capability"),))
    assert out.organisation_id == HOLDER


def test_no_more_goes_in_than_is_free() -> None:
    derived = derive(wood(), (processor(free=40),), TREE)

    assert derived is not None
    assert [derived.legs[0].tonnes, derived.entry.remaining] == [40, 36]


def test_a_capability_takes_what_it_asks_for_and_nothing_else() -> None:
    dry: dict[str, Any] = {"limits": (limit("moisture", Operator.AT_MOST, Decimal(10), "% w/w"),)}
    wet = (stated("moisture", Decimal(30), "% w/w"),)

    assert leg_between(wood(properties=wet), processor(**dry)) is None
    assert leg_between(wood(concept="wood_grade_b"), processor()) is None
    assert leg_between(wood(place=place(50.9)), processor(max_distance_km=20.0)) is None
    assert leg_between(wood(quantity=Decimal(2)), processor(minimum=Decimal(5))) is None
    assert leg_between(wood(unit=Unit.CUBIC_METRE), processor()) is None


def test_a_code_outside_the_permit_is_refused_and_an_unknown_one_is_not() -> None:
    permitted = processor(eural_codes=("170201",))

    assert leg_between(wood(eural_code="191207"), permitted) is None
    assert leg_between(wood(eural_code="170201"), permitted) is not None
    assert leg_between(wood(), permitted) is not None


def test_nobody_is_his_own_processor() -> None:
    assert derive(wood(), (processor(organisation_id=HOLDER),), TREE) is None


def test_a_price_that_is_not_stated_stays_open() -> None:
    for one in (
        derive(wood(price_eur_per_tonne=None), (processor(),), TREE),
        derive(wood(), (processor(price_eur_per_tonne=None),), TREE),
    ):
        assert one is not None
        assert one.entry.state.price_eur_per_tonne is None


def test_the_status_is_the_one_the_treatment_is_meant_to_give() -> None:
    derived = derive(wood(claimed_status=LegalStatus.WASTE), (processor(gives_status=LegalStatus.END_OF_WASTE),), TREE)

    assert derived is not None
    assert derived.entry.state.claimed_status is LegalStatus.END_OF_WASTE


def test_two_capabilities_multiply_their_yields() -> None:
    second = processor("second", inputs=("wood_clean_chips",), output="wood_pellets", yield_share=Decimal("0.5"))
    derived = derive(wood(), (processor(), second), TREE)

    assert derived is not None
    assert [derived.entry.concept.id, derived.entry.remaining] == ["wood_pellets", 45]
    assert [leg.tonnes for leg in derived.legs] == [100, 90]


def test_a_depot_changes_the_days_and_the_price_and_nothing_else() -> None:
    derived = derive(wood(available_until=date(2027, 1, 31)), (depot(),), TREE)

    assert derived is not None
    assert derived.stored
    state = derived.entry.state
    assert (state.available_from, state.available_until) == (date(2027, 2, 1), date(2027, 8, 1))
    assert [state.concept, derived.entry.remaining] == ["wood_grade_a", 100]
    assert state.price_eur_per_tonne == Decimal("16.50")


def test_what_has_no_last_day_needs_no_depot() -> None:
    assert derive(wood(), (depot(),), TREE) is None


def test_every_week_that_was_begun_is_paid() -> None:
    derived = derive(wood(available_until=date(2027, 1, 31)), (depot(),), TREE)

    assert derived is not None
    assert weeks_of_storage(derived, date(2027, 2, 7)) == 1
    assert weeks_of_storage(derived, date(2027, 2, 8)) == 2
    assert weeks_of_storage(derived, None) == 1
    assert storage_fee(depot().state, 4) == 7
    assert storage_fee(depot(storage_eur_per_tonne_week=None).state, 4) is None
