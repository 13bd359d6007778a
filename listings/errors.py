"""Refusals of this domain: each says what was got, what was expected and what to do."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from contracts.problems import Refusal


class ListingNotFound(Refusal):
    """No such listing, or none that this reader may know of: both look the same on purpose."""

    status: ClassVar[int] = 404
    slug: ClassVar[str] = "listing-not-found"
    title: ClassVar[str] = "Listing not found"

    def __init__(self, listing_id: UUID) -> None:
        super().__init__(f"there is no listing {listing_id} that you may see; check the id", listing_id=str(listing_id))


class EvidenceNotFound(Refusal):
    """The listing has no such document."""

    status: ClassVar[int] = 404
    slug: ClassVar[str] = "evidence-not-found"
    title: ClassVar[str] = "Document not found"

    def __init__(self, evidence_id: UUID) -> None:
        super().__init__(
            f"the listing has no document {evidence_id}; it may have been removed, so read the listing again",
            evidence_id=str(evidence_id),
        )


class SearchNotFound(Refusal):
    """No such saved search, or one of somebody else."""

    status: ClassVar[int] = 404
    slug: ClassVar[str] = "saved-search-not-found"
    title: ClassVar[str] = "Saved search not found"

    def __init__(self, search_id: UUID) -> None:
        super().__init__(f"you have no saved search {search_id}; check the id", search_id=str(search_id))


class OrganisationNotFound(Refusal):
    """No such organisation."""

    status: ClassVar[int] = 404
    slug: ClassVar[str] = "organisation-not-found"
    title: ClassVar[str] = "Organisation not found"

    def __init__(self, organisation_id: UUID) -> None:
        super().__init__(
            f"there is no organisation {organisation_id}; check the id", organisation_id=str(organisation_id)
        )


class NotTheOwner(Refusal):
    """The thing may be seen but not changed by who asks. The owner stays unnamed: the listing may be anonymous."""

    status: ClassVar[int] = 403
    slug: ClassVar[str] = "not-the-owner"
    title: ClassVar[str] = "Only the owner may change this"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} belongs to another organisation; sign in for that organisation to change it")


class RoleNeeded(Refusal):
    """Something that only certain roles may say or claim."""

    status: ClassVar[int] = 403
    slug: ClassVar[str] = "role-needed"
    title: ClassVar[str] = "Your role does not allow this"

    def __init__(self, what: str, needed: Iterable[str], instead: str) -> None:
        roles = sorted(needed)
        super().__init__(f"{what} needs the role {' or '.join(roles)}; {instead}", roles=roles)


class OrganisationNotRegistered(Refusal):
    """Somebody signed in for an organisation that the marketplace does not know yet."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "organisation-not-registered"
    title: ClassVar[str] = "Register your organisation first"

    def __init__(self, organisation_id: UUID) -> None:
        super().__init__(
            f"organisation {organisation_id}, for which you are signed in, is not registered; register it once with "
            "its name and roles, then send this request again",
            organisation_id=str(organisation_id),
        )


class AlreadyRegistered(Refusal):
    """An organisation is registered once and revised afterwards."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "organisation-already-registered"
    title: ClassVar[str] = "Your organisation is registered already"

    def __init__(self, organisation_id: UUID, revision: int) -> None:
        super().__init__(
            f"organisation {organisation_id} is registered (revision {revision}); revise it instead",
            organisation_id=str(organisation_id),
            current_revision=revision,
        )


class RevisionMismatch(Refusal):
    """Somebody else changed the thing between reading and writing."""

    status: ClassVar[int] = 412
    slug: ClassVar[str] = "revision-mismatch"
    title: ClassVar[str] = "This was changed in the meantime"

    def __init__(self, expected: int, current: int) -> None:
        super().__init__(
            f"you expected revision {expected}, but the current revision is {current}; read it again, "
            "make your change to that and send it with the new revision",
            expected_revision=expected,
            current_revision=current,
        )


class WrongState(Refusal):
    """A step that the listing's state does not allow."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "wrong-state"
    title: ClassVar[str] = "The listing's state does not allow this"

    def __init__(self, step: str, status: str, instead: str) -> None:
        super().__init__(f"got {step} for a listing that is {status}; {instead}", listing_status=status, step=step)


class WrongKind(Refusal):
    """An offer was sent for a want, or the reverse."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "wrong-kind"
    title: ClassVar[str] = "The listing is of the other kind"

    def __init__(self, listing_id: UUID, kind: str) -> None:
        super().__init__(
            f"listing {listing_id} is one of kind {kind!r}, and you sent the other kind; send it as that kind, or "
            "make a new listing with another external_id",
            listing_id=str(listing_id),
        )


class NotReadyToOpen(Refusal):
    """A listing lacks something without which it cannot be matched."""

    status: ClassVar[int] = 422
    slug: ClassVar[str] = "not-ready-to-open"
    title: ClassVar[str] = "The listing is not complete"

    def __init__(self, missing: dict[str, str]) -> None:
        advice = "; ".join(missing.values())
        super().__init__(f"before it can open: {advice}; or keep it as a draft", missing=missing)


class ExternalIdTaken(Refusal):
    """An external id is used for one listing only."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "external-id-taken"
    title: ClassVar[str] = "You used this key already"

    def __init__(self, external_id: str, listing_id: UUID) -> None:
        super().__init__(
            f"your listing {listing_id} has external_id {external_id!r}; revise that one or choose another key",
            external_id=external_id,
            listing_id=str(listing_id),
        )


class PromisedAway(Refusal):
    """A change of quantity that would promise the same material twice."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "promised-away"
    title: ClassVar[str] = "Trades already hold part of this"

    def __init__(self, got: str, taken: str) -> None:
        super().__init__(
            f"got {got}, but trades hold or promise {taken}; keep the unit and at least that quantity, "
            "or withdraw from those trades first",
            taken=taken,
        )


class DocumentTooLarge(Refusal):
    """A document of more bytes than are kept."""

    status: ClassVar[int] = 413
    slug: ClassVar[str] = "document-too-large"
    title: ClassVar[str] = "The document is too large"

    def __init__(self, size: int, most: int) -> None:
        super().__init__(f"got {size} bytes, expected 1 to {most}; send a smaller file", size=size, most=most)


class DocumentTypeRefused(Refusal):
    """A document of a kind that readers cannot open safely."""

    status: ClassVar[int] = 415
    slug: ClassVar[str] = "document-type-refused"
    title: ClassVar[str] = "This type of document is not accepted"

    def __init__(self, media_type: str, accepted: Iterable[str]) -> None:
        types = sorted(accepted)
        super().__init__(
            f"got {media_type[:60]!r}, expected one of {', '.join(types)}; convert the file first", accepted=types
        )


class TooMuchEvidence(Refusal):
    """A listing with more documents than a reader can weigh."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "too-much-evidence"
    title: ClassVar[str] = "The listing has too many documents"

    def __init__(self, most: int) -> None:
        super().__init__(f"the listing has {most} documents, which is the most; remove one first", most=most)
