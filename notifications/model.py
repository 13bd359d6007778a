"""What notifications know: channels, the cards of the directory, and alerts before they have a number."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.events.alerts import AlertKind, AlertState
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingKind, Visibility
from notifications.errors import UnknownChannel


class ChannelKind(StrEnum):
    """Whose inbox a channel is."""

    ORGANISATION = "organisation"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Channel:
    """The name of one inbox: `organisation:<id>` or `search:<id>`."""

    kind: ChannelKind
    id: UUID

    @classmethod
    def parse(cls, text: str) -> "Channel":
        """Read a channel name; raises UnknownChannel. Only the form that `str` gives is accepted."""
        kind, _, identity = text.partition(":")
        try:
            channel = cls(ChannelKind(kind), UUID(identity))
        except ValueError:
            raise UnknownChannel.named(text) from None
        if str(channel) != text:
            raise UnknownChannel.named(text)
        return channel

    @classmethod
    def of_organisation(cls, organisation_id: UUID) -> "Channel":
        """The inbox of an organisation."""
        return cls(ChannelKind.ORGANISATION, organisation_id)

    @classmethod
    def of_search(cls, search_id: UUID) -> "Channel":
        """The inbox of a saved search."""
        return cls(ChannelKind.SEARCH, search_id)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class ListingCard:
    """What alerts may need to know of a listing. `concepts` has one entry for an offer, one or more for a want."""

    listing_id: UUID
    revision: int
    organisation_id: UUID
    kind: ListingKind
    title: str
    concepts: tuple[str, ...]
    quantity: Decimal
    unit: Unit
    municipality: str
    province: str
    visibility: Visibility
    partners: frozenset[UUID] = frozenset()

    def shows_its_holder_to(self, reader: UUID) -> bool:
        """Whether the organisation `reader` may know whose listing this is."""
        named_partner = self.visibility is Visibility.PARTNERS and reader in self.partners
        return self.visibility is Visibility.PUBLIC or named_partner or reader == self.organisation_id


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """An organisation by name."""

    organisation_id: UUID
    revision: int
    name: str
    kvk_number: str | None = None


@dataclass(frozen=True, slots=True)
class SearchCard:
    """Whose saved search it is: only that organisation may listen to its channel."""

    search_id: UUID
    revision: int
    organisation_id: UUID
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """An alert without a number. `dedupe_key` is unique within its channel; `body` is ready to be JSON."""

    channel: Channel
    kind: AlertKind
    about: UUID
    body: dict[str, Any]
    dedupe_key: str


@dataclass(frozen=True, slots=True)
class InboxHead:
    """The numbers that an inbox holds; `first` is `last` + 1 when it holds none. A new inbox is 1, 0."""

    first: int = 1
    last: int = 0


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A numbered alert as it is stored: with the key under which it is never stored again."""

    alert: AlertState
    dedupe_key: str
