"""What a reader may be shown of somebody else's listing, down to what could be worked out from figures."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.trades import CarbonState, LandedState, NoteState, ScoresState
from contracts.vocabulary.terms import ListingKind, Visibility
from matching.numeric import PARTS as PARTS_OF_SCORE
from notifications.disclosure import (
    PARTS_WITHOUT_PLACE,
    Cards,
    Sight,
    carbon_body,
    card_of,
    coarse_km,
    landed_body,
    listing_body,
    score_body,
    scores_body,
    verdict_body,
)
from notifications.model import ListingCard, OrganisationCard
from tests.unit.notifications.promises import a_listing
from tests.unit.notifications.scenes import PARTS, VERDICT, proposal

READER = uuid4()


def sight_of(card: ListingCard | None, **more: Any) -> Sight:
    listing_id = card.listing_id if card else uuid4()
    return Sight(READER, listing_id, ListingKind.OFFER, card, **more)


def directory(card: ListingCard) -> Cards:
    holder = OrganisationCard(card.organisation_id, 1, "Sloopbedrijf De Beuk", "12345678")
    return Cards({card.listing_id: card}, {card.organisation_id: holder})


OPEN = sight_of(a_listing())
HIDDEN = sight_of(a_listing(visibility=Visibility.ANONYMOUS))


def test_a_public_listing_is_shown_with_holder_and_municipality() -> None:
    card = a_listing()
    shown = listing_body(sight_of(card), directory(card), "brick", 17.34)
    assert shown["organisation"]["name"] == "Sloopbedrijf De Beuk"
    assert shown["organisation"]["kvk_number"] == "12345678"
    assert (shown["municipality"], shown["distance_km"], shown["anonymous"]) == ("Arnhem", 17.3, False)


def test_an_anonymous_listing_is_shown_with_title_province_and_a_rounded_distance_only() -> None:
    card = a_listing(visibility=Visibility.ANONYMOUS)
    assert listing_body(sight_of(card), directory(card), "brick", 17.34) == {
        "listing_id": str(card.listing_id),
        "kind": "offer",
        "title": "Gave bakstenen",
        "concept": "brick",
        "province": "Gelderland",
        "municipality": None,
        "distance_km": 15.0,
        "anonymous": True,
        "organisation": None,
    }


def test_an_unknown_listing_is_shown_as_anonymous_without_title() -> None:
    shown = listing_body(sight_of(None, holder=uuid4()), Cards(), "brick", 17.34)
    assert (shown["anonymous"], shown["title"], shown["organisation"]) == (True, None, None)


def test_a_card_older_than_the_event_counts_as_unknown_since_the_listing_may_have_become_anonymous() -> None:
    card = a_listing(revision=4)
    cards = directory(card)
    assert card_of(cards, card.listing_id, revision=4) is card
    assert card_of(cards, card.listing_id, revision=5) is None


def test_once_names_are_exchanged_even_a_holder_the_directory_does_not_know_is_named_by_id() -> None:
    holder = uuid4()
    shown = listing_body(sight_of(None, holder=holder, names_exchanged=True), Cards(), "brick", None)
    assert shown["organisation"] == {"organisation_id": str(holder), "name": None, "kvk_number": None}


def test_best_and_weakest_part_are_named() -> None:
    shown = score_body(OPEN, proposal(), 17.3)
    assert (shown["best"], shown["weakest"]) == ("material", "landed_value")
    assert [part["en"] for part in shown["parts"]] == [part.en for part in PARTS]


def test_sentences_and_values_of_an_anonymous_counterpart_do_not_give_the_distance_away() -> None:
    shown = score_body(HIDDEN, proposal(), 17.3)
    assert shown["score"] == 0.8
    assert shown["parts"] == [
        {"name": "material", "value": 1.0, "nl": "precies dit materiaal", "en": "exactly this material"},
        {"name": "place", "value": 0.8, "nl": "De afstand is ongeveer 15 km.", "en": "The distance is about 15 km."},
        {"name": "landed_value", "value": 0.6, "nl": None, "en": None},
    ]


def test_every_part_of_the_score_is_known_to_speak_of_place_or_not() -> None:
    assert {"place", "landed_value"} == set(PARTS_OF_SCORE) - PARTS_WITHOUT_PLACE
    assert set(PARTS_OF_SCORE) >= PARTS_WITHOUT_PLACE


def test_a_score_without_parts_has_no_best_and_no_weakest() -> None:
    shown = score_body(OPEN, proposal(parts=()), 17.3)
    assert (shown["parts"], shown["best"], shown["weakest"]) == ([], None, None)


WORTH = {
    "seeker_eur_per_tonne": Decimal("0.96"),
    "holder_eur_per_tonne": Decimal("7.50"),
    "total_eur_per_tonne": Decimal("6.54"),
    "notes": (NoteState(about="gate_fee", nl="n", en="e"),),
}


def test_transport_cost_is_exact_for_an_open_counterpart_and_coarse_for_an_anonymous_one() -> None:
    landed = proposal().landed.model_copy(update={"vehicle": "articulated", **WORTH})
    exact, coarse = landed_body(OPEN, landed), landed_body(HIDDEN, landed)
    shown = ("price", "transport", "landed", "seeker", "holder", "total")
    assert [exact[f"{name}_eur_per_tonne"] for name in shown] == ["-2.50", "3.46", "0.96", "0.96", "7.50", "6.54"]
    assert [coarse[f"{name}_eur_per_tonne"] for name in shown] == ["-2.50", "5", "2.50", "2.50", "7.50", "5.00"]
    assert (len(exact["notes"]), coarse["notes"]) == (1, [])


@pytest.mark.parametrize(("vehicle", "coarse"), [("articulated", "20"), ("rigid", "20"), ("van", "15"), (None, "15")])
def test_the_dearer_the_vehicle_the_coarser_its_cost(vehicle: str | None, coarse: str) -> None:
    landed = LandedState(transport_eur_per_tonne=Decimal("19.00"), vehicle=vehicle)
    assert landed_body(HIDDEN, landed)["transport_eur_per_tonne"] == coarse


def test_carbon_is_coarse_and_says_no_transport_for_an_anonymous_counterpart() -> None:
    carbon = CarbonState(
        low_kg_per_tonne=401.0,
        mid_kg_per_tonne=502.6,
        high_kg_per_tonne=603.0,
        transport_kg_per_tonne=4.4,
        tonnes=20.0,
        factor="Glass",
        convention="primary - closed loop",
        source="DESNZ 2025",
        attribution="Open Government Licence v3.0",
        nl="503 kg",
        en="503 kg",
    )
    shown = carbon_body(HIDDEN, carbon)
    assert shown is not None
    assert [shown[f"{name}_kg_per_tonne"] for name in ("low", "mid", "high")] == [400.0, 505.0, 605.0]
    assert (shown["transport_kg_per_tonne"], shown["nl"], shown["factor"]) == (None, None, "Glass")
    assert carbon_body(OPEN, carbon) == carbon.model_dump(mode="json")
    assert carbon_body(OPEN, None) is None


def test_scores_in_both_orders_are_coarse_for_an_anonymous_counterpart() -> None:
    scores = ScoresState(area_first=0.712345, chain_first=0.33)
    assert scores_body(OPEN, scores) == {"area_first": 0.7123, "chain_first": 0.33}
    assert scores_body(HIDDEN, scores) == {"area_first": 0.7, "chain_first": 0.35}
    assert scores_body(OPEN, None) is None


@pytest.mark.parametrize(("price", "transport"), [(None, Decimal(3)), (Decimal(3), None)])
def test_a_landed_price_is_not_shown_when_it_would_tell_the_part_left_out(
    price: Decimal | None, transport: Decimal | None
) -> None:
    landed = LandedState(
        price_eur_per_tonne=price, transport_eur_per_tonne=transport, landed_eur_per_tonne=Decimal("9.13")
    )
    assert landed_body(HIDDEN, landed)["landed_eur_per_tonne"] is None


def test_a_verdict_is_shown_without_measured_values_and_receipt() -> None:
    shown = verdict_body(VERDICT)
    assert shown["criteria"] == [{"rule_id": "eow-1", "article": "6", "outcome": "unknown"}]
    assert (shown["status"], shown["on"], shown["missing"]) == ("undetermined", "2026-03-04", ["asbestos_statement"])
    assert b"VERGUNNING-77" not in orjson.dumps(shown)


@given(distance=st.floats(min_value=0, max_value=400))
def test_a_coarse_distance_is_a_multiple_of_five_within_two_and_a_half_km(distance: float) -> None:
    assert coarse_km(distance) % 5 == 0
    assert abs(coarse_km(distance) - distance) <= 2.5
