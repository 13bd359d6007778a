"""The people, drafts and moments that the tests of listings play with."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from contracts.envelope import NewEvent
from contracts.events.listings import OfferEvent, OfferState, RemainingChanged, WantEvent, WantState
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import Role
from listings.commands import OfferDraft, OrganisationDraft, SavedSearchDraft, WantDraft
from listings.model import AnyListing, Organisation
from listings.organisations import new_organisation
from listings.ports import NewId
from listings.rights import Actor
from tests.unit.listings.fakes import World

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 9, 2, 10, 0, tzinfo=UTC)
TODAY = date(2026, 9, 1)

HOLDER_ID = UUID(int=1)
SEEKER_ID = UUID(int=2)
STRANGER_ID = UUID(int=3)
OPERATOR_ID = UUID(int=4)
AUTHORITY_ID = UUID(int=5)

HOLDER = Actor(HOLDER_ID, frozenset({Role.HOLDER}), "anna")
SEEKER = Actor(SEEKER_ID, frozenset({Role.SEEKER}), "bram")
STRANGER = Actor(STRANGER_ID, frozenset({Role.SEEKER}), "carla")
OPERATOR = Actor(OPERATOR_ID, frozenset({Role.OPERATOR}), "dirk")
AUTHORITY = Actor(AUTHORITY_ID, frozenset({Role.AUTHORITY}), "els")


def ids(start: int = 1000) -> NewId:
    """Fresh ids that a reader recognises: 1000, 1001 ..."""
    numbers = count(start)
    return lambda: UUID(int=next(numbers))


def offer_draft(**changes: Any) -> OfferDraft:
    """An offer that can open, with private parts."""
    fields: dict[str, Any] = {
        "title": "Schone zaagresten",
        "concept": "wood_grade_a",
        "quantity": "12.5",
        "unit": "t",
        "postcode": "3511 AB",
        "point": {"lat": 52.0934567, "lon": 5.1123456},
        "address": "Zaagsteeg 17 achter",
        "external_id": "ERP-1",
    }
    return OfferDraft.model_validate({**fields, **changes})


def want_draft(**changes: Any) -> WantDraft:
    """A want that can open."""
    fields: dict[str, Any] = {
        "title": "Hout voor spaanplaat",
        "concepts": ["wood_grade_a"],
        "quantity": "200",
        "unit": "t",
        "postcode": "7411",
    }
    return WantDraft.model_validate({**fields, **changes})


def search_draft(**changes: Any) -> SavedSearchDraft:
    """A saved search for timber."""
    fields: dict[str, Any] = {"name": "Hout", "looks_for": "offer", "concepts": ["wood"], "postcode": "3511 AB"}
    return SavedSearchDraft.model_validate({**fields, **changes})


def organisation_draft(**changes: Any) -> OrganisationDraft:
    """A holder of timber."""
    fields: dict[str, Any] = {
        "name": "Houthandel De Vries",
        "kvk_number": "87654321",
        "roles": ["holder"],
        "postcode": "3511 AB",
        "street_address": "Zaagsteeg 17",
        "contact_email": "anna@devries.example",
    }
    return OrganisationDraft.model_validate({**fields, **changes})


def organisation(organisation_id: UUID = HOLDER_ID, **changes: Any) -> Organisation:
    """A registered organisation."""
    return new_organisation(organisation_draft(**changes), organisation_id, NOW)


async def registered_world() -> World:
    """A marketplace where everybody is registered."""
    world = World()
    for actor in (HOLDER, SEEKER, STRANGER, OPERATOR, AUTHORITY):
        await world.organisations.save(organisation(actor.organisation_id, name=f"Firma {actor.subject}"))
    return world


def names(events: tuple[NewEvent, ...]) -> list[str]:
    """The events by name, in order."""
    return [event.data.name for event in events]


def state_in(event: NewEvent) -> OfferState | WantState:
    """The full state that an event about a listing carries."""
    data = event.data
    assert isinstance(data, OfferEvent | WantEvent)
    return data.offer if isinstance(data, OfferEvent) else data.want


def change(listing: AnyListing, sequence: int, held: str = "0", promised: str = "0") -> RemainingChanged:
    """What trades say of an offer of 12.5 t after holding and promising that much of it."""
    total = listing.terms.quantity
    return RemainingChanged(
        listing_id=listing.listing_id,
        kind=listing.kind,
        families=listing.families,
        unit=Unit.TONNE,
        total=total,
        held=Decimal(held),
        promised=Decimal(promised),
        remaining=total - Decimal(held) - Decimal(promised),
        sequence=sequence,
    )
