"""Who sees what: nothing private reaches another organisation, and nothing of an anonymous owner reaches anybody."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from contracts.vocabulary.places import municipalities, postcodes
from contracts.vocabulary.terms import Grade
from listings.announcements import Happening, about_listing
from listings.commands import EvidenceDraft
from listings.drafting import new_offer, new_search, new_want
from listings.errors import ListingNotFound
from listings.evidence import Upload, evidence_of
from listings.model import AnyListing, Organisation
from listings.publishing import opened
from listings.rights import Actor
from listings.views import (
    LEFT_OUT,
    Look,
    OfferView,
    OrganisationView,
    SavedSearchView,
    WantView,
    organisation_view,
    public_view,
    search_view,
)
from tests.unit.listings.scenes import (
    HOLDER,
    HOLDER_ID,
    NOW,
    OPERATOR,
    STRANGER,
    STRANGER_ID,
    offer_draft,
    organisation,
    search_draft,
    want_draft,
)

OTHERS = [STRANGER, None]
PARTNERS: dict[str, Any] = {"visibility": "partners", "partners": [STRANGER_ID]}
FIELDS_OF_AN_ANONYMOUS_OFFER = {
    *("kind", "listing_id", "revision", "status", "mine", "families", "kg_per_unit", "remaining", "place", "evidence"),
    *("published_at", "title", "description", "language", "quantity", "unit", "recurrence", "available_from"),
    *("available_until", "visibility", "concept", "eural_code", "unit_weight_kg", "density_kg_per_m3", "condition"),
    *("price_eur_per_tonne", "properties", "origin_process", "processing_done", "claimed_status"),
}
LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"


def an_offer(visibility: str = "public", **changes: Any) -> AnyListing:
    draft = offer_draft(**{"visibility": visibility, **changes})
    listing = opened(new_offer(draft, UUID(int=500), HOLDER_ID, NOW), NOW, UUID(int=501)).listing
    paper = EvidenceDraft.model_validate({"kind": "photo", "grade": Grade.DOCUMENTED, "title": "Titel van document"})
    upload = Upload("Bestand van Anna.png", "image/png", b"bytes")
    evidence = evidence_of(paper, upload, UUID(int=502), HOLDER, NOW)
    return listing.model_copy(update={"evidence": (evidence,)})


def shown(listing: AnyListing, viewer: Actor | None, owner: Organisation | None = None) -> dict[str, Any]:
    view: OfferView | WantView = public_view(listing, owner or organisation(), viewer)
    return view.model_dump(mode="json")


@pytest.mark.parametrize("viewer", [HOLDER, OPERATOR])
@pytest.mark.parametrize("visibility", ["public", "anonymous"])
def test_the_owner_and_the_operator_see_everything(viewer: Actor, visibility: str) -> None:
    view = shown(an_offer(visibility), viewer)
    assert view["private"]["address"] == "Zaagsteeg 17 achter"
    assert view["private"]["point"] == {"lat": 52.0934567, "lon": 5.1123456}
    assert view["organisation"]["organisation_id"] == str(HOLDER_ID)
    assert view["evidence"][0]["file_name"] == "Bestand van Anna.png"
    assert (view["external_id"], view["place"]["postcode4"]) == ("ERP-1", "3511")
    assert view["mine"] is (viewer is HOLDER)


@pytest.mark.parametrize("viewer", OTHERS)
def test_of_a_public_offer_others_see_whose_it_is_and_the_postcode_area(viewer: Actor | None) -> None:
    view = shown(an_offer(), viewer)
    assert view["organisation"] == {
        "organisation_id": str(HOLDER_ID),
        "name": "Houthandel De Vries",
        "kvk_number": "87654321",
    }
    assert view["place"]["postcode4"] == "3511"
    assert (view["private"], view["mine"], view["remaining"]) == (None, False, "12.5")
    assert (view["evidence"][0]["title"], view["evidence"][0]["file_name"]) == ("Titel van document", None)


@pytest.mark.parametrize("viewer", OTHERS)
def test_of_an_anonymous_offer_others_see_no_owner_and_only_the_municipality(viewer: Actor | None) -> None:
    view = shown(an_offer("anonymous"), viewer)
    point = municipalities()["GM0344"].point
    assert view["place"] == {
        "municipality_code": "GM0344",
        "municipality": "Utrecht",
        "province": "Utrecht",
        "lat": point.lat,
        "lon": point.lon,
        "postcode4": None,
    }
    assert (view["organisation"], view["private"], view["external_id"]) == (None, None, None)
    known = {name for name, value in view["evidence"][0].items() if value is not None}
    assert known == {"evidence_id", "kind", "grade"}


def test_a_permit_number_would_name_an_anonymous_seeker() -> None:
    draft = want_draft(visibility="anonymous", permits=["OLO-4711"])
    want = opened(new_want(draft, UUID(int=5), HOLDER_ID, NOW), NOW, UUID(int=6)).listing
    assert shown(want, STRANGER)["permits"] == []
    assert shown(want, HOLDER)["permits"] == ["OLO-4711"]


def test_only_the_owner_and_named_partners_see_a_listing_for_partners() -> None:
    listing = an_offer(**PARTNERS)
    assert shown(listing, STRANGER)["partners"] == []
    assert shown(listing, HOLDER)["partners"] == [str(STRANGER_ID)]
    for viewer in (Actor(UUID(int=9), frozenset(), "x"), None):
        with pytest.raises(ListingNotFound):
            shown(listing, viewer)


@pytest.mark.parametrize("viewer", OTHERS)
def test_nobody_else_sees_a_draft(viewer: Actor | None) -> None:
    listing = new_offer(offer_draft(), UUID(int=500), HOLDER_ID, NOW)
    with pytest.raises(ListingNotFound):
        shown(listing, viewer)
    assert shown(listing, HOLDER)["status"] == "draft"


def test_a_new_field_of_a_view_must_be_weighed_before_it_is_shown_of_an_anonymous_listing() -> None:
    visible = set(OfferView.model_fields) - LEFT_OUT[Look.ANONYMOUS]
    assert visible == FIELDS_OF_AN_ANONYMOUS_OFFER


SECRETS = st.text(st.sampled_from("QJXZ0123456789"), min_size=8, max_size=20).map(lambda text: f"~{text}~")


@st.composite
def scenes(draw: st.DrawFn) -> tuple[AnyListing, Organisation, list[str], list[str]]:
    """An open listing, its owner, the strings that nobody else may see, and those that name the owner."""
    postcode = draw(st.sampled_from(sorted(postcodes())))
    letters = draw(st.text(st.sampled_from(LETTERS), min_size=2, max_size=2))
    full = f"{postcode} {letters}"
    centre = postcodes()[postcode].point
    point = {"lat": centre.lat + draw(st.floats(-0.01, 0.01)), "lon": centre.lon + draw(st.floats(-0.01, 0.01))}
    address, key, title, file, permit, street, name = draw(st.lists(SECRETS, min_size=7, max_size=7, unique=True))
    kvk = draw(st.from_regex(r"[0-9]{8}", fullmatch=True))
    where = {"postcode": full, "point": point, "address": address, "external_id": key}
    where["visibility"] = draw(st.sampled_from(["public", "anonymous"]))
    owner = organisation(name=name, kvk_number=kvk, street_address=street, contact_email=f"{kvk}@{kvk}.nl")
    listing: AnyListing = new_offer(offer_draft(**where), UUID(int=500), HOLDER_ID, NOW)
    if draw(st.booleans()):
        listing = new_want(want_draft(**where, permits=[permit]), UUID(int=500), HOLDER_ID, NOW)
    draft = EvidenceDraft.model_validate({"kind": "photo", "title": title})
    evidence = evidence_of(draft, Upload(file, "image/png", b"x"), UUID(int=502), HOLDER, NOW)
    listing = opened(listing.model_copy(update={"evidence": (evidence,)}), NOW, UUID(int=1)).listing
    assert listing.private.point is not None
    exact = [f"{listing.private.point.lat!r}", f"{listing.private.point.lon!r}"]
    exact = [] if point == {"lat": centre.lat, "lon": centre.lon} else exact
    private = [full, address, file, street, f"{kvk}@{kvk}.nl", *(text for text in exact if len(text) > 9)]
    naming = [name, f'"{kvk}"', str(HOLDER_ID), key, title, permit, f'"{postcode}"']
    return listing, owner, private, naming


@given(scene=scenes(), viewer=st.sampled_from(OTHERS))
def test_no_private_value_reaches_another_reader(
    scene: tuple[AnyListing, Organisation, list[str], list[str]], viewer: Actor | None
) -> None:
    listing, owner, private, naming = scene
    text = json.dumps(shown(listing, viewer, owner), ensure_ascii=False)
    hidden = private if listing.terms.visibility == "public" else [*private, *naming]
    assert [value for value in hidden if value in text] == []


@given(scene=scenes(), happening=st.sampled_from(Happening))
def test_no_private_value_is_in_any_event(
    scene: tuple[AnyListing, Organisation, list[str], list[str]], happening: Happening
) -> None:
    listing, owner, private, _ = scene
    event = about_listing(listing, happening, UUID(int=9))
    event.data.refuse_undeclared()
    text = event.data.model_dump_json()
    assert [value for value in [*private, owner.name, f'"{owner.kvk_number}"'] if value in text] == []


def test_an_organisation_shows_its_addresses_to_itself_only() -> None:
    own = organisation_view(organisation(), HOLDER)
    assert (own.mine, own.street_address, own.postcode) == (True, "Zaagsteeg 17", "3511 AB")
    for viewer in OTHERS:
        view = organisation_view(organisation(), viewer)
        assert (view.street_address, view.contact_email, view.postcode) == (None, None, None)
        assert view.place is not None
        assert view.place.postcode4 == "3511"


def test_a_saved_search_is_shown_as_it_was_written() -> None:
    view = search_view(new_search(search_draft(max_distance_km=40), UUID(int=3), STRANGER_ID, NOW))
    assert (view.name, view.postcode, view.max_distance_km, view.revision) == ("Hout", "3511 AB", 40, 1)


@pytest.mark.parametrize("kind", [OfferView, WantView, OrganisationView, SavedSearchView])
def test_a_view_documents_itself_with_an_example_that_holds(kind: type[BaseModel]) -> None:
    examples = kind.model_json_schema()["examples"]
    for example in examples:
        assert kind.model_validate_json(json.dumps(example))
