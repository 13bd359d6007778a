"""A listing as an answer: the view that fits who looks, its ETag, and where a new one is found."""

from uuid import uuid4

import orjson
import pytest

from listings.errors import ListingNotFound
from listings.publishing import created
from listings.rights import Actor
from services.listings_api.showing import answer_of
from tests.unit.listings.scenes import HOLDER_ID, NOW, offer_draft, organisation

HOLDER = Actor(HOLDER_ID, frozenset(), "somebody")


def test_a_new_listing_is_answered_with_its_address_and_its_tag() -> None:
    listing = created(offer_draft(), HOLDER, NOW, uuid4).listing
    answer = answer_of(listing, organisation(), HOLDER, 201)
    assert answer.headers == {"ETag": '"1"', "Location": f"/v1/offers/{listing.listing_id}"}
    assert orjson.loads(answer.body)["mine"] is True


def test_others_see_no_private_part_and_no_draft_at_all() -> None:
    listing = created(offer_draft(), HOLDER, NOW, uuid4).listing
    answer = answer_of(listing, organisation(), None)
    assert (answer.status, "Location" in answer.headers) == (200, False)
    assert orjson.loads(answer.body)["private"] is None
    with pytest.raises(ListingNotFound):
        answer_of(created(offer_draft(draft=True), HOLDER, NOW, uuid4).listing, organisation(), None)
