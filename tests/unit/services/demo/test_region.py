"""The demo region is whole, fictional, valid on any day, and made so that a good part of it fits together."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import distance_km, municipalities, place_of_postcode
from contracts.vocabulary.quantities import ConversionError, Conversions, Quantity, Recurrence, Unit
from contracts.vocabulary.terms import Grade, Language, Role, Visibility
from infra.settings import stable_id
from listings.commands import OfferDraft, WantDraft
from services.demo.region import (
    BrokenRegion,
    Region,
    RegionOrganisation,
    demo_organisations,
    load_region,
    organisation_of,
)

TODAY = date(2026, 11, 21)
DAYS = (TODAY, date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1))
# Numbers that the Chamber of Commerce hands out for its own test environment: they belong to no real firm.
TEST_KVK_NUMBERS = {"68750110", "90001354", "69599084", "68727720", "69599068", "90000102", "69599076"}
TREE = material_tree()

Owned = tuple[RegionOrganisation, OfferDraft | WantDraft]


@cache
def region() -> Region:
    return load_region(TODAY)


def every_listing() -> Iterator[Owned]:
    return ((one, listing) for one in region().organisations for listing in one.listings)


def offers() -> list[tuple[RegionOrganisation, OfferDraft]]:
    return [(one, offer) for one in region().organisations for offer in one.offers if not offer.draft]


def wants() -> list[tuple[RegionOrganisation, WantDraft]]:
    return [(one, want) for one in region().organisations for want in one.wants if not want.draft]


def test_there_are_exactly_sixty_organisations_with_ids_that_follow_from_their_slugs() -> None:
    organisations = region().organisations
    assert len(organisations) == 60
    assert [one.slug for one in organisations] == list(demo_organisations())
    assert all(one.organisation_id == stable_id(f"organisation:{one.slug}") for one in organisations)
    assert len(set(demo_organisations().values())) == 60
    assert len({one.draft.name for one in organisations}) == 60


def test_there_are_about_three_hundred_listings_three_drafts_and_some_saved_searches() -> None:
    assert 170 <= sum(len(one.offers) for one in region().organisations) <= 200
    assert 100 <= sum(len(one.wants) for one in region().organisations) <= 135
    assert sum(listing.draft for _, listing in every_listing()) == 3
    assert sum(len(one.searches) for one in region().organisations) >= 10


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_region_loads_on_any_day_with_windows_that_have_not_passed(today: date) -> None:
    listings = [listing for one in load_region(today).organisations for listing in one.listings]
    assert all(listing.available_until is None or listing.available_until > today for listing in listings)
    assert all(listing.available_from is None or listing.available_from >= today for listing in listings)
    measured = [p.measured_on for one in load_region(today).organisations for o in one.offers for p in o.properties]
    assert all(day is None or day <= today for day in measured)


def test_a_day_later_only_the_dates_differ() -> None:
    before, after = load_region(TODAY), load_region(TODAY + timedelta(days=1))
    dated = {"available_from", "available_until", "properties"}
    for one, other in zip(before.organisations, after.organisations, strict=True):
        assert one.draft == other.draft
        assert [listing.model_dump(exclude=dated) for listing in one.listings] == [
            listing.model_dump(exclude=dated) for listing in other.listings
        ]


def test_every_listing_has_an_external_id_of_its_own() -> None:
    ids = Counter(listing.external_id for _, listing in every_listing())
    assert None not in ids
    assert [external_id for external_id, times in ids.items() if times > 1] == []


def test_every_listing_can_open_once_it_is_no_draft() -> None:
    assert [offer.external_id for _, offer in offers() if offer.concept is None] == []
    assert [listing.external_id for _, listing in every_listing() if listing.postcode is None] == []


def test_places_exist_and_most_lie_in_brabant() -> None:
    places = [place_of_postcode(one.draft.postcode or "") for one in region().organisations]
    assert all(place.municipality_code in municipalities() for place in places)
    provinces = Counter(place.province for place in places)
    assert provinces["Noord-Brabant"] >= 45
    assert {"Utrecht", "Zuid-Holland", "Limburg"} <= set(provinces)
    assert len({place.municipality for place in places}) >= 20


def test_nobody_is_real() -> None:
    drafts = [one.draft for one in region().organisations]
    numbers = [draft.kvk_number for draft in drafts if draft.kvk_number]
    assert len(numbers) == len(set(numbers)) <= 7
    assert set(numbers) <= TEST_KVK_NUMBERS
    hosts = {(draft.contact_email or "").rpartition("@")[2] for draft in drafts}
    assert {".".join(host.split(".")[-2:]) for host in hosts} == {"example.nl", "example.org"}
    vihb = [draft.vihb_number for draft in drafts if draft.vihb_number]
    assert len(vihb) == len(set(vihb)) >= 5
    assert all(number.startswith("9999") for number in vihb)


def test_all_roles_but_that_of_the_operator_are_held_by_somebody() -> None:
    held = {role for one in region().organisations for role in one.roles}
    assert held == set(Role) - {Role.OPERATOR}


def test_only_authorities_call_something_verified() -> None:
    verified = [one for one, o in offers() for p in o.properties if p.grade is Grade.VERIFIED]
    assert verified
    assert all(Role.AUTHORITY in one.roles for one in verified)


def test_the_listings_show_what_a_marketplace_must_cope_with() -> None:
    listings = [listing for _, listing in every_listing()]
    families = {TREE.concept(offer.concept).family for _, offer in offers() if offer.concept}
    prices = [offer.price_eur_per_tonne for _, offer in offers()]
    assert len(families) >= 18
    assert {listing.unit for listing in listings} == set(Unit)
    assert {listing.recurrence for listing in listings} == set(Recurrence)
    assert {listing.visibility for listing in listings} == set(Visibility)
    assert sum(price is None for price in prices) >= 10
    assert sum(price is not None and price < 0 for price in prices) >= 40
    assert 5 <= sum(listing.language is Language.ENGLISH for listing in listings) <= 15
    assert sum(bool(want.limits) for _, want in wants()) >= 40
    assert any(offer.unit is Unit.CUBIC_METRE and in_kg(offer, offer.quantity) is None for _, offer in offers())


def test_texts_hold_no_control_characters() -> None:
    for one in region().organisations:
        texts = [text for listing in one.listings for text in (listing.title, listing.description)]
        names = [one.draft.name, *(search.name for search in one.searches)]
        odd = {c for text in (*texts, *names) for c in text if unicodedata.category(c)[0] == "C" and c != "\n"}
        assert odd == set(), one.slug


def in_kg(offer: OfferDraft, amount: Decimal) -> Decimal | None:
    """By the offer's own figures, else those of its material; None when unknown."""
    assert offer.concept is not None
    density, weight = TREE.density_of(offer.concept), TREE.unit_weight_of(offer.concept)
    known = Conversions(
        offer.density_kg_per_m3 or (Decimal(str(density.value)) if density else None),
        offer.unit_weight_kg or (Decimal(str(weight.value)) if weight else None),
    )
    try:
        return Quantity(amount, offer.unit).in_kg(known)
    except ConversionError:
        return None


def is_enough(offer: OfferDraft, want: WantDraft) -> bool:
    """Only what can be compared without a doubt counts: in the same unit, or both in a unit of mass."""
    minimum = want.minimum or Decimal(0)
    have: Decimal | None = offer.quantity
    if offer.unit is not want.unit:
        have = in_kg(offer, offer.quantity)
        minimum *= {Unit.TONNE: 1000, Unit.KG: 1}.get(want.unit, Decimal("Infinity"))
    rates = (offer.recurrence.times_a_year, want.recurrence.times_a_year)
    if have is not None and rates[0] is not None and rates[1] is not None:
        have, minimum = have * rates[0], minimum * rates[1]
    return have is not None and have >= minimum


def may_fit(offer: OfferDraft, want: WantDraft) -> bool:
    """Material, place, time and quantity, as plainly as can be."""
    assert offer.concept is not None
    starts = (offer.available_from or date.min, want.available_from or date.min)
    ends = (offer.available_until or date.max, want.available_until or date.max)
    places = (place_of_postcode(offer.postcode or "").point, place_of_postcode(want.postcode or "").point)
    return (
        any(TREE.is_within(offer.concept, concept) for concept in want.concepts)
        and max(starts) <= min(ends)
        and (want.max_distance_km is None or distance_km(*places) <= want.max_distance_km)
        and is_enough(offer, want)
    )


def test_a_good_part_fits_together_and_some_wants_find_nothing() -> None:
    pairs = Counter(
        {
            want.external_id: sum(may_fit(offer, want) for holder, offer in offers() if holder is not seeker)
            for seeker, want in wants()
        }
    )
    assert 200 <= pairs.total() <= 450
    assert sum(found == 0 for found in pairs.values()) >= 10
    assert max(pairs.values()) <= 20


def entry(**fields: Any) -> dict[str, Any]:
    offer = {"external_id": "T-1", "title": "Resthout", "concept": "wood_grade_a", "amount": "3 t per_week"}
    return {"slug": "testhof", "name": "Testhof", "postcode": "5038 ED", "offers": [{**offer, **fields}]}


def test_an_amount_is_written_as_number_unit_and_how_often() -> None:
    (offer,) = organisation_of(entry(), TODAY).offers
    assert (offer.quantity, offer.unit, offer.recurrence) == (Decimal(3), Unit.TONNE, Recurrence.PER_WEEK)
    assert offer.postcode == "5038 ED"


def test_days_count_from_the_day_of_loading() -> None:
    stated = {"name": "moisture", "value": 12, "unit": "% w/w", "days_ago": 1}
    (offer,) = organisation_of(entry(from_days=0, until_days=366, properties=[stated]), date(2028, 2, 29)).offers
    assert (offer.available_from, offer.available_until) == (date(2028, 2, 29), date(2029, 3, 1))
    assert offer.properties[0].measured_on == date(2028, 2, 28)


def test_partners_are_named_by_slug() -> None:
    (offer,) = organisation_of(entry(visibility="partners", partners=["zagerij-kale-beuk"]), TODAY).offers
    assert offer.partners == (demo_organisations()["zagerij-kale-beuk"],)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": "3"}, "testhof, T-1: got amount '3', expected a number, a unit"),
        ({"amount": "3 barrels"}, "testhof, T-1"),
        ({"concept": "wod_grade_a"}, "wood_grade_a"),
        ({"partners": ["nobody"]}, "expected slugs of organisations of the region"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_mistake_in_a_file_names_the_listing_and_what_is_wrong(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(BrokenRegion) as raised:
        organisation_of(entry(**wrong), TODAY)
    assert words in str(raised.value)
    assert "testhof" in str(raised.value)
