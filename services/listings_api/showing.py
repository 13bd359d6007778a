"""A listing as an HTTP answer."""

from infra.http.carrying import json_answer
from infra.http.idempotency import Answer
from infra.http.preconditions import etag
from listings.model import AnyListing, Organisation
from listings.rights import Actor
from listings.views import public_view


def answer_of(listing: AnyListing, owner: Organisation, viewer: Actor | None, status: int = 200) -> Answer:
    """The listing as `viewer` may see it, with its ETag, and where it is found when it is new."""
    headers = {"ETag": etag(listing.revision)}
    if status == 201:
        headers["Location"] = f"/v1/{listing.kind.value}s/{listing.listing_id}"
    return json_answer(public_view(listing, owner, viewer), status, headers)
