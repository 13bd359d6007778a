"""Documents with listings: added by the owner, or by an authority that verified the material."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from contracts.vocabulary.terms import Role
from listings.announcements import EvidenceHappening, about_evidence
from listings.commands import EvidenceDraft
from listings.errors import (
    DocumentTooLarge,
    DocumentTypeRefused,
    EvidenceNotFound,
    TooMuchEvidence,
    WrongState,
)
from listings.model import AnyListing, Ending, Evidence
from listings.outcomes import Outcome
from listings.ports import NewId, Ports
from listings.publishing import require_registered, require_revision
from listings.rights import Actor, commands_all, require_changeable, require_grade, require_visible
from listings.values import clean_line

MAX_DOCUMENTS = 100
MAX_BYTES = 10 * 1024 * 1024
MAX_FILE_NAME = 200
ACCEPTED_TYPES = frozenset(
    {
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)


@dataclass(frozen=True, slots=True)
class Upload:
    """The bytes of a document. `media_type` is what the bytes were found to be, not what the sender called them."""

    file_name: str
    media_type: str
    content: bytes = field(repr=False)


async def add_evidence(
    listing_id: UUID,
    draft: EvidenceDraft,
    upload: Upload | None,
    actor: Actor,
    now: datetime,
    new_id: NewId,
    ports: Ports,
) -> Outcome:
    """Add a document, or announce one without its bytes, to a listing that is not withdrawn.

    An authority may add documents to listings of others that it may see: verifying is its task.
    """
    await require_registered(actor, ports)
    listing = _for_adding(await ports.listings.get_for_update(listing_id), listing_id, actor)
    require_grade(draft.grade, actor)
    _require_acceptable(upload)
    evidence = evidence_of(draft, upload, new_id(), actor, now)
    fresh = with_evidence(listing, (*listing.evidence, evidence), now)
    if upload is not None:
        await ports.documents.save(evidence.evidence_id, listing_id, upload.content)
    await ports.listings.save(fresh)
    return _told(fresh, EvidenceHappening.ADDED, evidence, new_id())


async def remove_evidence(
    listing_id: UUID,
    evidence_id: UUID,
    expected_revision: int | None,
    actor: Actor,
    now: datetime,
    new_id: NewId,
    ports: Ports,
) -> Outcome:
    """Take a document away and forget its bytes. `expected_revision` None: whatever the revision is."""
    listing = require_changeable(await ports.listings.get_for_update(listing_id), listing_id, actor)
    if expected_revision is not None:
        require_revision(expected_revision, listing.revision)
    evidence = listing.evidence_with(evidence_id)
    if evidence is None:
        raise EvidenceNotFound(evidence_id)
    fresh = with_evidence(listing, tuple(item for item in listing.evidence if item is not evidence), now)
    await ports.documents.remove(evidence_id)
    await ports.listings.save(fresh)
    return _told(fresh, EvidenceHappening.REMOVED, evidence, new_id())


def evidence_of(
    draft: EvidenceDraft, upload: Upload | None, evidence_id: UUID, actor: Actor, now: datetime
) -> Evidence:
    """The document as it is kept: what was said of it, and the size and hash of its bytes."""
    return Evidence(
        evidence_id=evidence_id,
        kind=draft.kind,
        grade=draft.grade,
        title=draft.title,
        issued_on=draft.issued_on,
        valid_until=draft.valid_until,
        media_type=upload and upload.media_type,
        size_bytes=len(upload.content) if upload else None,
        sha256=sha256(upload.content).hexdigest() if upload else None,
        file_name=_clean_name(upload) if upload else None,
        added_by=actor.organisation_id,
        added_at=now,
    )


def with_evidence(listing: AnyListing, evidence: tuple[Evidence, ...], now: datetime) -> AnyListing:
    """The next revision of the listing, with these documents; raises TooMuchEvidence, WrongState."""
    if len(evidence) > MAX_DOCUMENTS:
        raise TooMuchEvidence(MAX_DOCUMENTS)
    if listing.ending is Ending.WITHDRAWN:
        raise WrongState("a change of documents", listing.status.value, "it was withdrawn; make a new listing")
    return listing.model_copy(update={"evidence": evidence, "revision": listing.revision + 1, "changed_at": now})


def _for_adding(listing: AnyListing | None, listing_id: UUID, actor: Actor) -> AnyListing:
    seen = require_visible(listing, listing_id, actor)
    verifies = Role.AUTHORITY in actor.roles and not commands_all(actor, seen.organisation_id)
    return seen if verifies else require_changeable(seen, listing_id, actor)


def _require_acceptable(upload: Upload | None) -> None:
    if upload is None:
        return
    if upload.media_type not in ACCEPTED_TYPES:
        raise DocumentTypeRefused(upload.media_type, ACCEPTED_TYPES)
    if not 1 <= len(upload.content) <= MAX_BYTES:
        raise DocumentTooLarge(len(upload.content), MAX_BYTES)


def _clean_name(upload: Upload) -> str | None:
    """Browsers send what the disk had, so a name that cannot be kept is left out instead of refused."""
    last = upload.file_name.replace("\\", "/").rpartition("/")[2]
    try:
        cleaned = clean_line(last)
    except ValueError:
        return None
    return str(cleaned)[:MAX_FILE_NAME] or None


def _told(listing: AnyListing, happening: EvidenceHappening, evidence: Evidence, event_id: UUID) -> Outcome:
    """Nobody hears of the documents of a draft."""
    known = listing.published_at is not None
    return Outcome(listing, (about_evidence(listing, happening, evidence, event_id),) if known else ())
