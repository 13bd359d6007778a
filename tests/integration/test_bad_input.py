"""Wrong, oversized, foreign and hostile content: a named answer each time, and no trace of it in any table."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from contracts.vocabulary.terms import Role
from tests.support.marketplace import Member
from tests.support.postgres import NewDsn
from tests.unit.services.scenes import Office, office_at

TABLES = """
SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
WHERE schemaname IN ('eventlog', 'listings', 'matching', 'trades', 'notifications') ORDER BY 1
"""
CONTENT = "SELECT '{0}' AS name, count(*) AS rows, md5(string_agg(t::text, '' ORDER BY t::text)) AS hash FROM {0} AS t"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MIB = 1024 * 1024

# What is wrong with a body whatever it is about.
BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "half a document": b'{"title": "Sloop',
    "no UTF-8": b'{"title": "\xff\xfe\xfa"}',
    "UTF-16": '{"title": "Sloophout"}'.encode("utf-16"),
    "null": b"null",
    "a list": b"[]",
    "a number": b"17",
    "a text": b'"Sloophout"',
    "an archive": b"PK\x03\x04" + b"\x00" * 100,
    "a page": b"<html><script>alert(1)</script></html>",
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "a huge text": b'{"title": "' + b"x" * (MIB - 100) + b'"}',
    "more than the limit": b'{"title": "' + b"x" * (2 * MIB) + b'"}',
    "many fields": b"{" + b",".join(b'"f%d": 1' % number for number in range(20_000)) + b"}",
    "a number of 5,000 digits": b'{"quantity": ' + b"9" * 5000 + b"}",
    "not a number": b'{"quantity": NaN, "price_eur_per_tonne": Infinity}',
    "a surrogate": b'{"title": "\\ud800 hout", "name": "\\udfff"}',
    "a surrogate as name": b'{"\\ud800": 1}',
}

OFFER: dict[str, Any] = {
    "title": "Sloophout", "concept": "wood_grade_b", "quantity": "20", "unit": "t", "postcode": "5038",
}  # fmt: skip
WANT: dict[str, Any] = {
    "title": "Gezocht hout", "concepts": ["wood_grade_b"], "quantity": "20", "unit": "t", "postcode": "4811",
}  # fmt: skip
SEARCH: dict[str, Any] = {"name": "Hout", "looks_for": "offer", "concepts": ["wood"]}
ORGANISATION: dict[str, Any] = {"name": "Houthandel"}
CAPABILITY: dict[str, Any] = {
    "kind": "processing", "title": "Houtbreker", "inputs": ["wood_grade_b"], "output": "wood_b_chips",
    "capacity": "100", "postcode": "4811",
}  # fmt: skip

# What is wrong with single fields, put in a body that is right otherwise.
TEXTS = ["", "\x00", "a\x00b", "a\nb", "\u202egnp.exe", "x" * 100_000, 17, None, ["a"], {"a": 1}]
NUMBERS = [0, -1, "0", "-1", "NaN", "Infinity", "1e400", "1e-400", "1e-999999999", "9" * 400, "twenty", True, [], {}]
WRONG: dict[str, tuple[dict[str, Any], dict[str, list[Any]]]] = {
    "offers": (
        OFFER,
        {
            "title": TEXTS,
            "quantity": NUMBERS,
            "unit": ["stone", "", None, 1],
            "concept": ["unobtainium", "", "wood\x00", 1, ["wood_grade_b"]],
            "postcode": ["0000", "99999", "SW1A 1AA", "", 5038, None],
            "eural_code": ["999999", "", 1],
            "price_eur_per_tonne": ["1e9", "NaN", "cheap", True],
            "available_until": ["yesterday", "2020-01-01", 1e30, "2026-13-45"],
            "visibility": ["secret", 1],
            "partners": [["nobody"], [1], "all"],
            "point": [{"lat": 91, "lon": 0}, {"lat": 48.85, "lon": 2.35}, {"lat": "NaN", "lon": 1}, {}, [5, 52]],
            "properties": [[{}], "x", [{"name": "moisture", "value": "NaN", "unit": "% w/w"}], [1] * 100],
            "unknown_field": ["anything"],
            "listing_id": ["00000000-0000-0000-0000-000000000001"],
            "organisation_id": ["00000000-0000-0000-0000-000000000001"],
            "status": ["closed"],
        },
    ),
    "wants": (
        WANT,
        {
            "title": TEXTS,
            "quantity": NUMBERS,
            "minimum": [0, "21", "NaN"],
            "concepts": [[], ["unobtainium"], ["wood"] * 30 + ["glass"], "wood", [1]],
            "max_distance_km": [0, -1, 1e9, "far"],
            "limits": [[{}], [{"property": "moisture", "operator": "~", "value": 1, "unit": "% w/w"}]],
            "r_step": [0, 2, 10, "R8", 8.5],
            "intended_use": ["mischief"],
        },
    ),
    "saved-searches": (
        SEARCH,
        {
            "name": TEXTS,
            "looks_for": ["gift", 1],
            "concepts": [[], ["x"]],
            "max_distance_km": [10],
            "minimum_kg": NUMBERS,
        },
    ),
    "capabilities": (
        CAPABILITY,
        {
            "kind": ["magic", 1, None],
            "title": TEXTS,
            "inputs": [[], ["unobtainium"], "wood", [1]],
            "output": ["unobtainium", "", "wood\x00", None, 1],
            "yield_share": ["0", "1.1", "NaN", "1e-400", True],
            "capacity": NUMBERS,
            "minimum": NUMBERS,
            "storage_eur_per_tonne_week": ["1", "-1", "NaN"],
            "longest_storage_weeks": [0, 26, 1e9, "long"],
            "eural_codes": [["999999"], ["\x00"], "170201", [1]],
            "output_eural_code": ["999999", "\x00", 1],
            "processing_methods": [["Z99"], [""], 1],
            "available_until": ["yesterday", "2026-13-45"],
            "postcode": ["0000", "", 4811, None],
            "unknown_field": ["anything"],
            "organisation_id": ["00000000-0000-0000-0000-000000000001"],
        },
    ),
    "organisations": (
        ORGANISATION,
        {
            "name": TEXTS,
            "kvk_number": ["1234567", "123456789", "1234567a", 12345678],
            "contact_email": ["nobody", "a@b", "a b@c.nl", "\x00@c.nl"],
            "vihb_number": ["XXXXXXXXXX", "810933XXXX"],
            "roles": [["king"], "holder", ["operator"]],
            "permits": [[{}], [{"number": ""}], [{"number": "1", "eural_codes": ["x"]}]],
        },
    ),
}


@dataclass
class Scene:
    """A market with one thing of each kind, and the rows that it had before anything was tried."""

    office: Office
    holder: Member
    addresses: list[tuple[str, str, dict[str, str]]]
    before: dict[str, tuple[int, str | None]]


async def counts(office: Office) -> dict[str, tuple[int, str | None]]:
    """The number of rows of every table, and a hash of what they say."""
    tables = [CONTENT.format(row["name"]) for row in await office.rows(TABLES)]
    return {row["name"]: (row["rows"], row["hash"]) for row in await office.rows(" UNION ALL ".join(tables))}


@pytest.fixture(scope="module")
async def scene(new_dsn: NewDsn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A market with one thing of each kind, and every address that takes a body."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    async with office_at(await new_dsn(), folder) as office:
        holder, seeker = await office.member("Holder"), await office.member("Seeker")
        offer, want = await holder.offer(), await holder.want(concepts=["glass"])
        await seeker.want()
        search = (await holder.client.post("/v1/saved-searches", json=SEARCH)).json()
        await office.settle()
        (trade,) = await holder.trades()
        tag = {"If-Match": '"1"'}
        addresses = [
            ("POST", "/v1/offers", {}),
            ("PUT", f"/v1/offers/{offer['listing_id']}", tag),
            ("POST", "/v1/wants", {}),
            ("PUT", f"/v1/wants/{want['listing_id']}", tag),
            ("POST", "/v1/saved-searches", {}),
            ("PUT", f"/v1/saved-searches/{search['search_id']}", tag),
            ("POST", "/v1/organisations", {}),
            ("PUT", f"/v1/organisations/{holder.organisation_id}", tag),
            ("POST", f"/v1/offers/{offer['listing_id']}/withdraw", {}),
            ("POST", f"/v1/wants/{want['listing_id']}/withdraw", {}),
            ("POST", f"/v1/listings/{offer['listing_id']}/evidence", {}),
            *(
                ("POST", f"/v1/trades/{trade['trade_id']}/{step}", {})
                for step in ("accept", "decline", "withdraw", "agree")
            ),
        ]
        yield Scene(office, holder, addresses, await counts(office))


def refused(answer: httpx.Response, what: str) -> None:
    """A named refusal of a reasonable size."""
    assert 400 <= answer.status_code < 500, f"{what}: {answer.status_code} {answer.text[:300]}"
    assert answer.headers["content-type"] == "application/problem+json", what
    assert answer.json()["type"].startswith("urn:kringmarkt:problem:"), what
    assert len(answer.content) < 60_000, f"{what}: an answer of {len(answer.content)} bytes"


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_broken_body_is_refused_everywhere_and_leaves_nothing(scene: Scene, broken: str) -> None:
    body = BROKEN[broken]
    for method, path, headers in scene.addresses:
        # Steps whose body may be left out would be taken by a body of nothing or null.
        if broken in ("nothing", "null") and path.rpartition("/")[2] in ("accept", "withdraw", "agree"):
            continue
        for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
            answer = await scene.holder.client.request(
                method, path, content=body, headers={**headers, "Content-Type": kind, "Idempotency-Key": "hostile"}
            )
            refused(answer, f"{broken} as {kind} to {method} {path}")
    assert await counts(scene.office) == scene.before


CASES = [(kind, field) for kind, (_right, fields) in WRONG.items() for field in fields]


@pytest.mark.parametrize(("kind", "field"), CASES, ids=lambda value: str(value))
async def test_a_wrong_field_is_named_and_leaves_nothing(scene: Scene, kind: str, field: str) -> None:
    right, fields = WRONG[kind]
    stranger = scene.office.client(scene.office.house.new_id()) if kind == "organisations" else scene.holder.client
    for value in fields[field]:
        if value is None and field not in ("title", "name", "unit", "postcode"):
            continue
        body = {**right, field: value}
        answer = await stranger.post(f"/v1/{kind}", json=body)
        refused(answer, f"{field} = {str(value)[:60]!r}")
    for name in right:
        refused(
            await stranger.post(f"/v1/{kind}", json={key: right[key] for key in right if key != name}), f"no {name}"
        )
    assert await counts(scene.office) == scene.before


@pytest.mark.parametrize("path", ["x", "0", "%00", "..%2F..%2Fetc", "00000000-0000-0000-0000-00000000000g", "x" * 3000])
async def test_an_id_that_is_none_is_refused(scene: Scene, path: str) -> None:
    for method, address in [
        ("GET", "/v1/offers/{}"), ("PUT", "/v1/wants/{}"), ("POST", "/v1/offers/{}/withdraw"),
        ("GET", "/v1/trades/{}"), ("POST", "/v1/trades/{}/accept"), ("DELETE", "/v1/saved-searches/{}"),
        ("GET", "/v1/listings/{}/evidence/{}/content"), ("GET", "/v1/organisations/{}"),
    ]:  # fmt: skip
        answer = await scene.holder.client.request(method, address.replace("{}", path), json=OFFER)
        refused(answer, f"{method} {address}")
    assert await counts(scene.office) == scene.before


@pytest.mark.parametrize(
    ("named", "content", "form"),
    [
        ("report.pdf", b"", {"kind": "photo"}),
        ("report.pdf", b"MZ\x90\x00", {"kind": "photo"}),
        ("report.pdf", b"%PDF" + b"\x00" * (10 * MIB), {"kind": "photo"}),
        ("report.pdf", b"%PDF" + b"\x00" * (11 * MIB), {"kind": "photo"}),
        ("photo.png", b"<svg onload='x'/>", {"kind": "photo"}),
        ("report.pdf", PDF, {"kind": "hearsay"}),
        ("report.pdf", PDF, {}),
        ("report.pdf", PDF, {"kind": "photo", "grade": "verified"}),
        ("report.pdf", PDF, {"kind": "photo", "title": "x" * 100_000}),
        ("report.pdf", PDF, {"kind": "photo", "title": "a\x00b"}),
        ("report.pdf", PDF, {"kind": "photo", "valid_until": "9" * 50}),
    ],
)
async def test_a_wrong_document_leaves_nothing(scene: Scene, named: str, content: bytes, form: dict[str, str]) -> None:
    address = next(path for _method, path, _headers in scene.addresses if path.endswith("/evidence"))
    answer = await scene.holder.client.post(address, data=form, files={"file": (named, content)})
    refused(answer, named)
    assert await counts(scene.office) == scene.before


async def test_half_a_batch_is_done_and_the_other_half_leaves_nothing(scene: Scene) -> None:
    office = scene.office
    member = await office.member("Bulk")
    before = await counts(office)
    lines = [body for body in BROKEN.values() if b"\n" not in body and len(body) < 500_000]
    good = b'{"kind":"offer","title":"Partij","concept":"wood_grade_b","quantity":"1","unit":"t","postcode":"5038"}'
    answer = await member.client.post(
        "/v1/listings/batch", content=b"\n".join(line for bad in lines for line in (bad, good))
    )
    assert answer.status_code == 200, answer.text[:500]
    results = [line["result"] for line in map(orjson.loads, answer.content.splitlines())]
    after = await counts(office)
    grown = {name: after[name][0] - before[name][0] for name in after if after[name] != before[name]}
    assert results.count("created") == len(lines)
    assert grown == {"listings.listings": len(lines), "eventlog.events": len(lines)}
    scene.before.update(after)


async def test_headers_that_are_hostile_do_no_harm(scene: Scene) -> None:
    long = "x" * 20_000
    for headers in [
        {"Idempotency-Key": long}, {"Idempotency-Key": "a\tb"}, {"If-Match": long}, {"traceparent": long},
        {"Authorization": f"Bearer {long}"}, {"Authorization": "Bearer a.b.c"}, {"Content-Type": long},
    ]:  # fmt: skip
        for method, path, needed in scene.addresses[:4]:
            answer = await scene.holder.client.request(method, path, json={"title": "x"}, headers={**needed, **headers})
            refused(answer, f"{method} {path} {list(headers)}")
    assert await counts(scene.office) == scene.before


async def test_roles_in_a_token_of_which_nobody_knows_the_meaning_give_no_rights(scene: Scene) -> None:
    other = await scene.office.member("Ander")
    scene.before.update(await counts(scene.office))
    client = scene.office.client(other.organisation_id, [Role.BROKER, Role.MUNICIPALITY])
    for method, path, headers in scene.addresses[1:4:2]:
        answer = await client.request(method, path, json=OFFER if "offers" in path else WANT, headers=headers)
        assert answer.status_code == 403
    assert await counts(scene.office) == scene.before
