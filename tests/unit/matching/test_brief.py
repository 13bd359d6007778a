"""Failing examples are printed in few words, with everything that matters."""

from decimal import Decimal
from typing import Any

from contracts.vocabulary.terms import Operator
from tests.unit.matching.brief import Drawn, brief
from tests.unit.matching.makers import limit, offer_state, place, search_state, want_state


def test_a_listing_or_search_says_only_what_differs_from_what_its_maker_makes() -> None:
    assert brief(offer_state("planks", quantity=Decimal(3))) == "<planks quantity=3>"
    assert brief(want_state("near", max_distance_km=1.5)) == "<near max_distance_km=1.5>"
    assert brief(search_state("sought", active=False)) == "<sought active=False>"


def test_places_and_limits_are_told_by_what_they_say() -> None:
    said = brief(want_state(place=place(51.44, 5.48), limits=(limit("lead", Operator.AT_MOST, Decimal(9), "mg/kg"),)))
    assert "lat=51.44 lon=5.48" in said
    assert "property=lead" in said


def test_a_drawn_list_prints_each_of_its_values_briefly() -> None:
    drawn = Drawn([("planks", offer_state("planks", revision=2), None), ("near", None, Decimal(9))])
    assert repr(drawn) == "[[planks, <planks revision=2>, None], [near, None, 9]]"


def test_thirty_changes_of_an_offer_and_a_want_stay_far_below_what_hypothesis_warns_of() -> None:
    full: dict[str, Any] = {"quantity": Decimal("8.666667"), "place": place(51.44, 5.48), "kg_per_unit": None}
    changes = Drawn([("offer-1", offer_state(**full), want_state(**full))] * 30)
    assert len(repr(changes)) < 15_000 < len(str(list(changes)))
