"""What is kept survives its record, value for value."""

import json
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from listings.commands import EvidenceDraft
from listings.drafting import new_offer, new_search, new_want
from listings.evidence import Upload, evidence_of
from listings.model import AnyListing, Listing, Offer, Organisation, SavedSearch, listing_from_record
from listings.publishing import opened
from listings.remaining import after_trades
from tests.unit.listings.scenes import (
    HOLDER,
    HOLDER_ID,
    LATER,
    NOW,
    change,
    offer_draft,
    organisation,
    search_draft,
    want_draft,
)

PROPERTIES = [
    {"name": "count_as_text", "value": "12", "unit": "code"},
    {"name": "moisture", "value": "12.50", "unit": "%"},
    {"name": "painted", "value": True, "unit": "bool"},
    {"name": "sampled", "value": "2026-05-31", "unit": "date"},
]


def there_and_back(listing: AnyListing) -> AnyListing:
    return listing_from_record(json.loads(json.dumps(listing.to_record())))


def test_a_listing_with_everything_survives_its_record() -> None:
    offer = opened(new_offer(offer_draft(properties=PROPERTIES), UUID(int=1), HOLDER_ID, NOW), NOW, UUID(int=2)).listing
    draft = EvidenceDraft.model_validate({"kind": "photo"})
    evidence = evidence_of(draft, Upload("a.png", "image/png", b"x"), UUID(int=3), HOLDER, NOW)
    full = after_trades(offer.model_copy(update={"evidence": (evidence,)}), change(offer, 1, held="1"), LATER).listing
    back = there_and_back(full)
    assert back == full
    assert isinstance(back, Offer)
    assert [type(item.value) for item in back.terms.properties] == [str, Decimal, bool, str]


@given(quantity=st.decimals("0.000001", "999999", places=6), title=st.text(min_size=3, max_size=100))
def test_any_accepted_want_survives_its_record(quantity: Decimal, title: str) -> None:
    try:
        draft = want_draft(quantity=quantity, title=title)
    except ValidationError:
        return
    want = new_want(draft, UUID(int=1), HOLDER_ID, NOW)
    assert there_and_back(want) == want


def test_organisations_and_saved_searches_survive_their_records() -> None:
    kept = organisation(permits=[{"number": "1", "eural_codes": ["030105"]}])
    assert Organisation.from_record(json.loads(json.dumps(kept.to_record()))) == kept
    search = new_search(search_draft(), UUID(int=3), HOLDER_ID, NOW)
    assert SavedSearch.from_record(json.loads(json.dumps(search.to_record()))) == search


def test_a_record_of_another_shape_is_refused_loudly() -> None:
    record = new_offer(offer_draft(), UUID(int=1), HOLDER_ID, NOW).to_record()
    with pytest.raises(ValidationError):
        listing_from_record({**record, "surprise": 1})
    with pytest.raises(ValidationError):
        listing_from_record({**record, "kind": "gift"})


def test_a_listing_never_changes_in_place() -> None:
    offer: Listing = new_offer(offer_draft(), UUID(int=1), HOLDER_ID, NOW)
    with pytest.raises(ValidationError):
        offer.revision = 2  # type: ignore[misc]
