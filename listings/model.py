"""Organisations, offers, wants, saved searches and evidence as this domain keeps them.

What its owner wrote stands in `terms`; what follows from that (place, families, weight) beside it; what nobody
else may ever see in `private`. Events and views are made field by field from the first two.

`revision` counts changes of content. Steps that leave the content alone (reserved, reopened, closed, withdrawn,
expired) keep it, because trade ids are derived from revisions and must survive such a step.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from contracts.events.listings import PlaceState
from contracts.events.organisations import Permit
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import Grade, ListingKind, ListingStatus, Role
from listings.terms import ExactPoint, Frozen, ListingTerms, OfferTerms, SearchTerms, WantTerms


class Kept(Frozen):
    """Something that is stored as JSON."""

    def to_record(self) -> dict[str, Any]:
        """The whole as JSON values; decimals are text."""
        return self.model_dump(mode="json")

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """What `to_record` gave, read back; raises pydantic's ValidationError for anything else."""
        return cls.model_validate(record)


class Revisable(Kept):
    """Something whose content changes by whole revisions; `CONTENT` names the fields that count as content."""

    CONTENT: ClassVar[tuple[str, ...]]

    revision: int
    created_at: AwareDatetime
    changed_at: AwareDatetime

    def with_content_of(self, wanted: Self, now: AwareDatetime) -> Self:
        """The next revision, with the content of `wanted`; this very object when nothing differs."""
        content = {name: getattr(wanted, name) for name in self.CONTENT}
        if all(getattr(self, name) == value for name, value in content.items()):
            return self
        return self.model_copy(update={**content, "revision": self.revision + 1, "changed_at": now})


class OrganisationPrivate(Frozen):
    """What only the organisation itself sees."""

    postcode: str | None = None
    street_address: str | None = None
    contact_email: str | None = None


class Organisation(Revisable):
    """A business, municipality or authority on the marketplace."""

    CONTENT = ("name", "kvk_number", "roles", "vihb_number", "permits", "place", "private")

    organisation_id: UUID
    name: str
    kvk_number: str | None = None
    roles: tuple[Role, ...] = ()
    vihb_number: str | None = None
    permits: tuple[Permit, ...] = ()
    place: PlaceState | None = None
    private: OrganisationPrivate = OrganisationPrivate()


class Evidence(Kept):
    """A document with a listing. `sha256` (hex) and size are of its bytes; None when only announced.

    `file_name` is private: people put names of persons and customers in it. `added_by` is the organisation.
    """

    evidence_id: UUID
    kind: EvidenceKind
    grade: Grade = Grade.DECLARED
    title: str | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    file_name: str | None = None
    added_by: UUID
    added_at: AwareDatetime


class ListingPrivate(Frozen):
    """Where the material is exactly; only the owner sees it."""

    postcode: str | None = None
    point: ExactPoint | None = None
    address: str | None = None


class Remaining(Frozen):
    """What trades left free, in `unit`, as of change number `sequence`.

    `held`: accepted by one side; `promised`: agreed by both; `remaining`: free.
    """

    unit: Unit
    total: Decimal
    held: Decimal
    promised: Decimal
    remaining: Decimal
    sequence: int


class Ending(StrEnum):
    """Why a listing is closed: its owner took it back, or trades took all of it."""

    WITHDRAWN = "withdrawn"
    TRADED = "traded"


class Listing(Revisable):
    """What offers and wants share. `kg_per_unit` is None when the weight is unknown, `place` only in a draft.

    `published_at` is None until the listing opens for the first time: until then nobody else knows of it.
    """

    CONTENT = ("terms", "families", "kg_per_unit", "place", "private")

    kind: ListingKind
    listing_id: UUID
    organisation_id: UUID
    status: ListingStatus
    ending: Ending | None = None
    closed_reason: str | None = None
    terms: ListingTerms
    families: tuple[str, ...] = ()
    kg_per_unit: Decimal | None = None
    place: PlaceState | None = None
    private: ListingPrivate = ListingPrivate()
    evidence: tuple[Evidence, ...] = ()
    remaining: Remaining | None = None
    published_at: AwareDatetime | None = None

    def evidence_with(self, evidence_id: UUID) -> Evidence | None:
        """The document with that id."""
        return next((item for item in self.evidence if item.evidence_id == evidence_id), None)


class Offer(Listing):
    """A residual stream or lot on offer."""

    kind: Literal[ListingKind.OFFER] = ListingKind.OFFER
    terms: OfferTerms


class Want(Listing):
    """A need for material."""

    kind: Literal[ListingKind.WANT] = ListingKind.WANT
    terms: WantTerms


AnyListing = Offer | Want

_any_listing: TypeAdapter[AnyListing] = TypeAdapter(Annotated[AnyListing, Field(discriminator="kind")])


def listing_from_record(record: dict[str, Any]) -> AnyListing:
    """The offer or want that `to_record` gave, by its kind; raises pydantic's ValidationError for anything else."""
    return _any_listing.validate_python(record)


class SearchPrivate(Frozen):
    """From where a saved search measures, as exactly as its owner gave it."""

    postcode: str | None = None


class SavedSearch(Revisable):
    """A standing alert. A deleted one is kept, inactive, so that its deletion is heard."""

    CONTENT = ("terms", "families", "place", "private")

    search_id: UUID
    organisation_id: UUID
    terms: SearchTerms
    families: tuple[str, ...] = ()
    place: PlaceState | None = None
    private: SearchPrivate = SearchPrivate()
    deleted: bool = False
