"""Near-misses: for each listing without a match, the smallest changes that would give one.

The owner sees those of his own listings. A broker sees all that he may know of; who is behind an anonymous listing is
hidden from him as from everybody.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from contracts.events.near_misses import NearMissChange, NearMissesCounted, NearMissState
from contracts.vocabulary.terms import ListingKind, Role, Visibility
from infra.http.problems import documented
from infra.postgres.stores.near_misses import StoredNearMisses
from infra.postgres.stores.notifications import StoredDirectory
from notifications.disclosure import Cards, Sight, card_of, coarse_km, listing_body
from services.asking import InHouse, Who
from services.trades_api.consumer import SCHEMA

router = APIRouter(prefix="/v1/near-misses", tags=["near-misses"])

START = UUID(int=0)
OTHER = {ListingKind.OFFER: ListingKind.WANT, ListingKind.WANT: ListingKind.OFFER}


class NearMissView(BaseModel):
    """One change; `amount` in `unit`, None where it has no size or would give a hidden place away."""

    change: NearMissChange
    about: str | None
    amount: str | None
    unit: str | None
    nl: str | None
    en: str | None
    counterpart: dict[str, Any]


class NearMissesView(BaseModel):
    """What nearly matches one listing, the smallest change first."""

    listing: dict[str, Any]
    family: str
    misses: list[NearMissView]


class NearMissPage(BaseModel):
    """A page of listings; `next` is the `after` of the following page, none on the last one."""

    items: list[NearMissesView]
    next: UUID | None


@router.get("", responses=documented(401, 422))
async def browse(
    house: InHouse,
    who: Who,
    listing_id: Annotated[UUID | None, Query(description="Only of this listing")] = None,
    after: UUID = START,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> NearMissPage:
    """Your listings without a match, and what would give them one; for a broker those of everybody."""
    of = None if Role.BROKER in who.roles else who.organisation_id
    async with house.database.connection() as connection:
        found = await StoredNearMisses(connection).browse(of, after, listing_id, limit + 1)
        page = found[:limit]
        cards = await _cards(page, StoredDirectory(connection, SCHEMA))
    items = [
        _view(one, who.organisation_id, cards) for one in page if _may_know(one.listing_id, who.organisation_id, cards)
    ]
    return NearMissPage(items=items, next=page[-1].listing_id if len(found) > limit else None)


async def _cards(page: list[NearMissesCounted], directory: StoredDirectory) -> Cards:
    ids = {one.listing_id for one in page} | {miss.counterpart_id for one in page for miss in one.misses}
    listings = await directory.listings(ids)
    return Cards(listings, await directory.organisations({card.organisation_id for card in listings.values()}))


def _may_know(listing_id: UUID, reader: UUID, cards: Cards) -> bool:
    """A listing for named partners is nobody else's business, a broker's neither."""
    card = cards.listings.get(listing_id)
    if card is None:
        return False
    partner = card.visibility is not Visibility.PARTNERS or reader in card.partners
    return partner or card.organisation_id == reader


def _view(one: NearMissesCounted, reader: UUID, cards: Cards) -> NearMissesView:
    sight = Sight(reader, one.listing_id, one.listing_kind, card_of(cards, one.listing_id), one.organisation_id)
    known = [miss for miss in one.misses if _may_know(miss.counterpart_id, reader, cards)]
    return NearMissesView(
        listing=listing_body(sight, cards, None, None),
        family=one.family,
        misses=[_miss(miss, OTHER[one.listing_kind], reader, cards) for miss in known],
    )


def _miss(miss: NearMissState, kind: ListingKind, reader: UUID, cards: Cards) -> NearMissView:
    sight = Sight(
        reader, miss.counterpart_id, kind, card_of(cards, miss.counterpart_id), miss.counterpart_organisation_id
    )
    shown = miss.model_dump(include={"change", "about", "amount", "unit", "nl", "en"})
    if not sight.open and miss.change in (NearMissChange.RADIUS, NearMissChange.PRICE):
        # Exact kilometres, or the euros that follow from them, would tell where an anonymous listing is.
        shown |= _coarse(miss)
    return NearMissView(**shown, counterpart=listing_body(sight, cards, None, None))


def _coarse(miss: NearMissState) -> dict[str, Any]:
    if miss.change is not NearMissChange.RADIUS or miss.amount is None:
        return {"amount": None, "unit": None, "nl": None, "en": None}
    km = f"{max(5.0, coarse_km(float(miss.amount))):.0f}"
    return {"amount": km, "nl": f"Zoek ongeveer {km} km verder.", "en": f"Search about {km} km farther."}
