"""Documents with a listing: recognised by their bytes, kept with their hash, shown to whom they are meant for."""

from base64 import b64decode
from hashlib import sha256
from io import BytesIO
from typing import Any

import httpx
import openpyxl
import pytest

from contracts.vocabulary.terms import Role
from listings.evidence import MAX_BYTES
from services.listings_api.evidence import FORM_OVERHEAD_BYTES, media_type_of
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc3300"
    "00000049454e44ae426082"
)
CSV = b"stof;waarde\nlood;12,5\n"
PROGRAM = b"MZ\x90\x00" + b"\x00" * 200
PAGE = b"<!doctype html><script>alert(1)</script>"


def workbook() -> bytes:
    file = BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("content", "named", "expected"),
    [
        (PDF, "report.pdf", "application/pdf"),
        (PDF, "report.png", "application/pdf"),
        (PNG, "photo.png", "image/png"),
        (PNG, "photo", "image/png"),
        (CSV, "values.csv", "text/csv"),
        (CSV, "values.txt", "text/plain"),
        (workbook(), "values.xlsx", SHEET),
        (b"", "empty.pdf", "text/plain"),
    ],
)
def test_a_document_is_what_its_bytes_say(content: bytes, named: str, expected: str) -> None:
    assert media_type_of(content, named) == expected


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (PROGRAM, "report.pdf"),
        (PAGE, "values.csv"),
        (b"a\x00b", "values.csv"),
        (b"\xff\xfe\xfa", "note.txt"),
        (b"  <svg onload='x'/>", "photo.png"),
    ],
)
async def test_wrong_content_under_a_right_name_is_refused(office: Office, content: bytes, named: str) -> None:
    holder = await office.member("Holder")
    refused = await upload(holder, await listing(holder), content, named)
    assert refused.status_code == 415, refused.text
    assert "application/pdf" in refused.json()["accepted"]


async def listing(holder: Member, **fields: Any) -> str:
    return str((await holder.offer(**fields))["listing_id"])


async def upload(
    member: Member, listing_id: str, content: bytes | None, named: str = "report.pdf", **more: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
    return await member.client.post(
        f"/v1/listings/{listing_id}/evidence",
        data={"kind": "composition_report", **more},
        files={"file": (named, content, "application/octet-stream")} if content is not None else None,
        headers=headers,
    )


@pytest.mark.parametrize(
    ("content", "named", "media_type"),
    [(PDF, "report.pdf", "application/pdf"), (PNG, "photo.png", "image/png"), (CSV, "values.csv", "text/csv")],
)
async def test_a_document_comes_back_as_it_was_sent(
    office: Office, content: bytes, named: str, media_type: str
) -> None:
    holder = await office.member("Holder")
    listing_id = await listing(holder)
    added = await upload(holder, listing_id, content, named, title="Keuring")
    assert (added.status_code, added.headers["etag"]) == (201, '"2"')
    (evidence,) = added.json()["evidence"]
    assert (evidence["media_type"], evidence["size_bytes"]) == (media_type, len(content))
    assert evidence["sha256"] == sha256(content).hexdigest()
    path = f"/v1/listings/{listing_id}/evidence/{evidence['evidence_id']}/content"
    got = await office.client().get(path)
    assert (got.content, got.headers["content-type"].partition(";")[0]) == (content, media_type)
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"].startswith("attachment")
    digest = got.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":")
    assert b64decode(digest) == sha256(content).digest()
    assert (await office.told())[-1] == "offer.evidence.added"


@pytest.mark.parametrize("size", [0, MAX_BYTES + 1, MAX_BYTES + 2 * FORM_OVERHEAD_BYTES])
async def test_an_empty_or_too_large_document_is_refused_and_leaves_nothing(office: Office, size: int) -> None:
    holder = await office.member("Holder")
    refused = await upload(holder, await listing(holder), (PNG + b"\x00" * size)[:size] if size else b"", "photo.png")
    assert refused.status_code in (413, 415, 422), refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert await office.value("SELECT count(*) FROM listings.documents") == 0


async def test_a_document_may_be_announced_without_its_bytes(office: Office) -> None:
    holder = await office.member("Holder")
    listing_id = await listing(holder)
    added = await upload(holder, listing_id, None, issued_on="2026-01-31")
    (evidence,) = added.json()["evidence"]
    assert (evidence["sha256"], evidence["issued_on"]) == (None, "2026-01-31")
    path = f"/v1/listings/{listing_id}/evidence/{evidence['evidence_id']}/content"
    assert (await holder.client.get(path)).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"kind": "hearsay"}, {"grade": "certain"}, {"issued_on": "yesterday"}, {"title": "a\x00b"},
     {"issued_on": "2026-02-01", "valid_until": "2026-01-01"}],
)  # fmt: skip
async def test_a_wrong_description_is_refused(office: Office, fields: dict[str, str]) -> None:
    holder = await office.member("Holder")
    refused = await upload(holder, await listing(holder), PDF, **fields)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:kringmarkt:problem:invalid-request")


async def test_only_who_does_not_profit_from_it_calls_a_document_verified(office: Office) -> None:
    holder = await office.member("Holder")
    listing_id = await listing(holder)
    assert (await upload(holder, listing_id, PDF, grade="verified")).status_code == 403
    authority = await office.member("Omgevingsdienst", roles=[Role.AUTHORITY])
    assert (await upload(authority, listing_id, PDF, grade="verified")).status_code == 201
    other = await office.member("Ander")
    assert (await upload(other, listing_id, PDF)).status_code == 403


async def test_a_form_that_is_sent_again_with_its_key_is_done_once(office: Office) -> None:
    """Each time it is sent, a form has another boundary between its parts."""
    holder = await office.member("Holder")
    listing_id = await listing(holder)
    first, again = [await upload(holder, listing_id, PDF, key="form-1") for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert await office.value("SELECT count(*) FROM listings.documents") == 1
    other = await upload(holder, listing_id, PNG, key="form-1")
    assert (other.status_code, other.json()["type"]) == (422, "urn:kringmarkt:problem:idempotency-key-reused")


async def test_a_document_can_be_taken_away_by_who_saw_the_newest_version(office: Office) -> None:
    holder = await office.member("Holder")
    listing_id = await listing(holder)
    evidence_id = (await upload(holder, listing_id, PDF)).json()["evidence"][0]["evidence_id"]
    path = f"/v1/listings/{listing_id}/evidence/{evidence_id}"
    assert (await holder.client.delete(path, headers={"If-Match": '"1"'})).status_code == 412
    assert (await (await office.member("Ander")).client.delete(path)).status_code == 403
    gone = await holder.client.delete(path, headers={"If-Match": '"2"'})
    assert (gone.status_code, gone.json()["evidence"], gone.headers["etag"]) == (200, [], '"3"')
    assert (await holder.client.delete(path)).status_code == 404
    assert await office.value("SELECT count(*) FROM listings.documents") == 0
    assert (await office.told())[-1] == "offer.evidence.removed"


async def test_documents_of_an_anonymous_listing_tell_others_only_their_kind(office: Office) -> None:
    holder, other = await office.member("Holder"), await office.member("Ander")
    listing_id = await listing(holder, visibility="anonymous")
    added = await upload(holder, listing_id, PDF, "Keuring Holder BV.pdf", title="Keuring Holder BV")
    evidence_id = added.json()["evidence"][0]["evidence_id"]
    assert added.json()["evidence"][0]["file_name"] == "Keuring Holder BV.pdf"
    (seen,) = (await other.client.get(f"/v1/offers/{listing_id}")).json()["evidence"]
    hidden = ("file_name", "title", "sha256", "size_bytes", "media_type")
    assert [seen[name] for name in hidden] == [None] * len(hidden)
    path = f"/v1/listings/{listing_id}/evidence/{evidence_id}/content"
    assert (await other.client.get(path)).status_code == (await office.client().get(path)).status_code == 404
    assert (await holder.client.get(path)).content == PDF
