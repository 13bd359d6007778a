"""Documents are added by owners and authorities, told to others, and forgotten when removed."""

from hashlib import sha256
from uuid import UUID

import pytest

from contracts.events.listings import OfferEvidenceAdded, OfferEvidenceRemoved
from contracts.problems import Refusal
from listings.commands import EvidenceDraft, Withdrawal
from listings.errors import (
    DocumentTooLarge,
    DocumentTypeRefused,
    EvidenceNotFound,
    ListingNotFound,
    NotTheOwner,
    RevisionMismatch,
    RoleNeeded,
    TooMuchEvidence,
    WrongState,
)
from listings.evidence import MAX_BYTES, MAX_DOCUMENTS, Upload, add_evidence, remove_evidence
from listings.model import AnyListing
from listings.outcomes import Outcome
from listings.publishing import create_offer, create_want, withdraw
from listings.rights import Actor
from tests.unit.listings.fakes import World
from tests.unit.listings.scenes import (
    AUTHORITY,
    HOLDER,
    LATER,
    NOW,
    OPERATOR,
    STRANGER,
    ids,
    names,
    offer_draft,
    registered_world,
    want_draft,
)

PDF = Upload("C:\\Users\\anna\\analyse klant Jansen.pdf", "application/pdf", b"%PDF-1.7 ...")


async def scene(**changes: object) -> tuple[World, AnyListing]:
    world = await registered_world()
    outcome = await create_offer(offer_draft(**changes), HOLDER, NOW, ids(), world.ports)
    return world, outcome.listing


async def add(
    world: World, listing: AnyListing, actor: Actor = HOLDER, grade: str = "documented", upload: Upload | None = PDF
) -> Outcome:
    draft = EvidenceDraft.model_validate({"kind": "composition_report", "grade": grade, "title": "Analyse 2026"})
    return await add_evidence(listing.listing_id, draft, upload, actor, LATER, ids(7000), world.ports)


async def test_an_added_document_is_kept_hashed_and_told_without_its_file_name() -> None:
    world, offer = await scene()
    outcome = await add(world, offer)
    data = outcome.events[0].data
    assert isinstance(data, OfferEvidenceAdded)
    assert data.offer.evidence == (data.evidence,)
    assert (data.offer.revision, data.evidence.size_bytes) == (2, len(PDF.content))
    assert data.evidence.sha256 == sha256(PDF.content).hexdigest()
    assert world.documents.content[data.evidence.evidence_id] == PDF.content
    assert outcome.listing.evidence[0].file_name == "analyse klant Jansen.pdf"
    assert "Jansen" not in data.model_dump_json()
    data.refuse_undeclared()


async def test_documents_of_a_want_are_told_as_such() -> None:
    world = await registered_world()
    want = (await create_want(want_draft(), HOLDER, NOW, ids(), world.ports)).listing
    added = await add(world, want)
    evidence_id = added.listing.evidence[0].evidence_id
    removed = await remove_evidence(want.listing_id, evidence_id, 2, HOLDER, LATER, ids(8000), world.ports)
    assert names((*added.events, *removed.events)) == ["want.evidence.added", "want.evidence.removed"]


async def test_a_document_may_be_announced_before_its_bytes_are_there() -> None:
    world, offer = await scene()
    outcome = await add(world, offer, upload=None, grade="declared")
    assert outcome.listing.evidence[0].sha256 is None
    assert world.documents.content == {}


async def test_a_removed_document_is_forgotten_and_told() -> None:
    world, offer = await scene()
    evidence_id = (await add(world, offer)).listing.evidence[0].evidence_id
    outcome = await remove_evidence(offer.listing_id, evidence_id, 2, HOLDER, LATER, ids(8000), world.ports)
    data = outcome.events[0].data
    assert isinstance(data, OfferEvidenceRemoved)
    assert (data.offer.evidence, data.offer.revision, data.evidence.evidence_id) == ((), 3, evidence_id)
    assert world.documents.content == {}
    with pytest.raises(EvidenceNotFound):
        await remove_evidence(offer.listing_id, evidence_id, None, HOLDER, LATER, ids(), world.ports)


async def test_removal_of_what_changed_in_the_meantime_is_refused() -> None:
    world, offer = await scene()
    evidence_id = (await add(world, offer)).listing.evidence[0].evidence_id
    with pytest.raises(RevisionMismatch):
        await remove_evidence(offer.listing_id, evidence_id, 1, HOLDER, LATER, ids(), world.ports)


async def test_documents_of_a_draft_are_told_to_nobody() -> None:
    world, offer = await scene(draft=True)
    assert (await add(world, offer)).events == ()


@pytest.mark.parametrize("actor", [AUTHORITY, OPERATOR])
async def test_only_authority_and_operator_verify(actor: Actor) -> None:
    world, offer = await scene()
    with pytest.raises(RoleNeeded):
        await add(world, offer, HOLDER, "verified")
    outcome = await add(world, offer, actor, "verified")
    assert names(outcome.events) == ["offer.evidence.added"]
    assert outcome.listing.evidence[0].added_by == actor.organisation_id


async def test_an_authority_adds_to_what_it_may_see_but_removes_nothing() -> None:
    world, offer = await scene()
    evidence_id = (await add(world, offer)).listing.evidence[0].evidence_id
    with pytest.raises(NotTheOwner):
        await remove_evidence(offer.listing_id, evidence_id, None, AUTHORITY, LATER, ids(), world.ports)
    hidden = await create_offer(offer_draft(draft=True, external_id="D"), HOLDER, NOW, ids(50), world.ports)
    with pytest.raises(ListingNotFound):
        await add(world, hidden.listing, AUTHORITY, "verified")


async def test_others_add_nothing() -> None:
    world, offer = await scene()
    with pytest.raises(NotTheOwner):
        await add(world, offer, STRANGER)


@pytest.mark.parametrize(
    ("upload", "refusal"),
    [
        (Upload("a.exe", "application/x-msdownload", b"MZ"), DocumentTypeRefused),
        (Upload("a.svg", "image/svg+xml", b"<svg/>"), DocumentTypeRefused),
        (Upload("a.pdf", "application/pdf", b""), DocumentTooLarge),
        (Upload("a.pdf", "application/pdf", b"x" * (MAX_BYTES + 1)), DocumentTooLarge),
    ],
)
async def test_a_file_that_is_dangerous_empty_or_too_large_is_refused(upload: Upload, refusal: type[Refusal]) -> None:
    world, offer = await scene()
    with pytest.raises(refusal):
        await add(world, offer, upload=upload)
    assert world.documents.content == {}


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd", "passwd"), ("a\x00b.pdf", None), ("  ", None), ("x" * 300, "x" * 200), ("dir/", None)],
)
async def test_a_file_name_is_only_the_last_part_and_left_out_when_hostile(given: str, kept: str | None) -> None:
    world, offer = await scene()
    outcome = await add(world, offer, upload=Upload(given, "application/pdf", b"x"))
    assert outcome.listing.evidence[0].file_name == kept


async def test_a_listing_has_room_for_so_many_documents() -> None:
    world, offer = await scene()
    one = (await add(world, offer)).listing.evidence[0]
    copies = tuple(one.model_copy(update={"evidence_id": UUID(int=number)}) for number in range(MAX_DOCUMENTS))
    await world.listings.save(offer.model_copy(update={"evidence": copies}))
    with pytest.raises(TooMuchEvidence):
        await add(world, offer)


async def test_a_withdrawn_listing_takes_no_documents() -> None:
    world, offer = await scene()
    await withdraw(offer.listing_id, Withdrawal(), HOLDER, LATER, ids(), world.ports)
    with pytest.raises(WrongState):
        await add(world, offer)
