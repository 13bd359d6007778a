"""Events about organisations: full state each time, so that the newest one is enough."""

from typing import ClassVar
from uuid import UUID

from contracts.events.base import EventData, Part
from contracts.vocabulary.terms import Role


class Permit(Part):
    """A permit of an organisation: its number, and which Eural codes and processing methods it covers."""

    number: str
    authority: str | None = None
    eural_codes: tuple[str, ...] = ()
    processing_methods: tuple[str, ...] = ()


class OrganisationState(Part):
    """An organisation as others on the marketplace may know it."""

    organisation_id: UUID
    revision: int
    name: str
    kvk_number: str | None = None
    roles: tuple[Role, ...] = ()
    vihb_number: str | None = None
    permits: tuple[Permit, ...] = ()
    postcode4: str | None = None
    municipality: str | None = None


class OrganisationRegistered(EventData):
    """An organisation joined the marketplace."""

    name: ClassVar[str] = "organisation.registered"
    topic: ClassVar[str] = "kringmarkt.organisations"
    organisation: OrganisationState


class OrganisationRevised(EventData):
    """An organisation changed what others know of it."""

    name: ClassVar[str] = "organisation.revised"
    topic: ClassVar[str] = "kringmarkt.organisations"
    organisation: OrganisationState
