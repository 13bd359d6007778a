"""Listings as cards in a list: what a visitor may see of each, with its photo and its distance."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from infra.postgres.stores.listing_search import Found
from infra.postgres.stores.listings import StoredOrganisations
from infra.postgres.stores.photos import StoredPhotos
from listings.photos import Photo
from listings.views import OfferView, WantView, public_view
from services.web.visiting import Visit


@dataclass(frozen=True, slots=True)
class Card:
    """A listing in a list; `distance_km` None when nobody asked from where."""

    listing: OfferView | WantView
    distance_km: float | None
    photo: Photo | None

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/plaatsing/{self.listing.listing_id}"

    @property
    def concepts(self) -> tuple[str, ...]:
        """The materials."""
        if isinstance(self.listing, WantView):
            return self.listing.concepts
        return (self.listing.concept,) if self.listing.concept else ()


async def cards_of(visit: Visit, found: Sequence[Found]) -> list[Card]:
    """The cards of what was found, in its order."""
    owners = list({item.listing.organisation_id for item in found})
    ids: list[UUID] = [item.listing.listing_id for item in found]
    async with visit.house.database.connection() as connection:
        known = await StoredOrganisations(connection).many(owners)
        photos = await StoredPhotos(connection).first_of(ids)
    return [
        Card(
            public_view(item.listing, known[item.listing.organisation_id], visit.viewer),
            item.distance_km,
            photos.get(item.listing.listing_id),
        )
        for item in found
        if item.listing.organisation_id in known
    ]
