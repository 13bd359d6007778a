"""Who stays unknown, and whose things are whose: over every way out of the house."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from tests.support.marketplace import Marketplace, Member, eventually

SECRET: dict[str, Any] = {
    "kvk_number": "87654321",
    "postcode": "5038 XZ",
    "street_address": "Zandpad 17",
    "contact_email": "jan@geheim.example",
}
NAME = "Geheime Handel"
PLACE: dict[str, Any] = {
    "postcode": "5038 XZ", "point": {"lat": 51.5555123, "lon": 5.0833123}, "address": "Zandpad 17 achterom",
}  # fmt: skip
# What is in no event at all, and in no answer to another.
NEVER = [b"5038 XZ", b"51.5555123", b"5.0833123", b"Zandpad", b"jan@geheim"]
# What is in events of the organisation itself only, and in no answer of which an anonymous listing is part.
NAMES = [NAME.encode(), b"87654321"]
ANY_STATE = "status=open&status=reserved"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def betrayed(seen: bytes, secrets: list[bytes]) -> list[bytes]:
    """The secrets that stand in what was seen."""
    return [secret for secret in secrets if secret in seen]


@asynccontextmanager
async def anonymous_and_other(market: Marketplace) -> AsyncIterator[tuple[Member, Member, dict[str, Any]]]:
    """An anonymous holder with an offer, and another organisation with a want and a saved search."""
    async with market.member(NAME, **SECRET) as holder, market.member("Seeker") as seeker:
        search = {"name": "Hout", "looks_for": "offer", "concepts": ["wood"]}
        assert (await seeker.client.post("/v1/saved-searches", json=search)).status_code == 201
        await seeker.want()
        offer = await holder.offer(visibility="anonymous", external_id="GEHEIM-1", price_eur_per_tonne="5", **PLACE)
        yield holder, seeker, offer


async def raw_events(market: Marketplace, but: str = "") -> bytes:
    """The bytes of all events, but those of one topic."""
    async with market.house.database.connection() as connection:
        rows = await connection.fetch("SELECT raw FROM eventlog.events WHERE topic <> $1", but)
    return b"\n".join(row["raw"] for row in rows)


async def everything_seen(seeker: Member, offer: dict[str, Any], trade_id: str) -> bytes:
    """All answers that another organisation can get of which the offer is part, and the same of a visitor."""
    listing_id = offer["listing_id"]
    paths = [
        f"/v1/offers/{listing_id}",
        f"/v1/offers?{ANY_STATE}",
        f"/v1/offers?q=sloophout&order=relevance&{ANY_STATE}",
        f"/v1/offers?postcode=5038&order=nearest&radius_km=50&{ANY_STATE}",
        f"/v1/trades/{trade_id}",
        "/v1/trades",
        "/v1/alerts",
        *(f"/v1/alerts?channel=search:{item['search_id']}" for item in await searches(seeker)),
    ]
    answers = [await seeker.client.get(path) for path in paths]
    async with seeker.market.client() as visitor:
        answers += [await visitor.get(path) for path in paths[:4]]
    assert {answer.status_code for answer in answers} == {200}
    assert all(listing_id.encode() in answer.content for answer in answers)
    return b"\n".join(answer.content for answer in answers)


async def searches(member: Member) -> list[dict[str, Any]]:
    """The saved searches of an organisation."""
    return list((await member.client.get("/v1/saved-searches")).json()["items"])


async def test_an_anonymous_holder_stays_unknown_until_both_agreed(market: Marketplace) -> None:
    async with anonymous_and_other(market) as (holder, seeker, offer), seeker.listening() as pushed:
        added = await holder.client.post(
            f"/v1/listings/{offer['listing_id']}/evidence",
            data={"kind": "composition_report", "title": NAME},
            files={"file": (f"{NAME}.pdf", PDF)},
        )
        assert added.status_code == 201
        secrets = [*NEVER, *NAMES, b"GEHEIM-1", b"5038", str(holder.organisation_id).encode()]
        channel = f"search:{(await searches(seeker))[0]['search_id']}"
        await eventually(lambda: seeker.alerts(channel))
        # The document made a new revision, and so a proposal that replaces the first.
        trade_id = (await pushed.next_alert("trade_revised"))["about"]
        (trade,) = await eventually(
            seeker.trades,
            lambda found: [item["trade_id"] for item in found] == [trade_id] and found[0]["counterpart"]["title"],
        )
        path = f"/v1/trades/{trade['trade_id']}"
        assert betrayed(await everything_seen(seeker, offer, trade["trade_id"]), secrets) == []
        assert (await holder.client.post(f"{path}/accept")).json()["status"] == "accepted"
        await pushed.next_alert("trade_changed")
        frames = json.dumps(pushed.alerts).encode()
        assert betrayed(frames, secrets) == []
        assert betrayed(await everything_seen(seeker, offer, trade["trade_id"]), secrets) == []
        assert betrayed(await raw_events(market), NEVER) == []
        assert betrayed(await raw_events(market, but="kringmarkt.organisations"), [b"87654321"]) == []
        await names_are_exchanged(holder, seeker, path)
        told = await pushed.next_alert("trade_changed")
        assert told["body"]["counterpart"]["organisation"]["kvk_number"] == "87654321"
        assert betrayed(await raw_events(market), NEVER) == []


async def names_are_exchanged(holder: Member, seeker: Member, path: str) -> None:
    """Agreeing discloses the names, and nothing more."""
    agreed = await seeker.client.post(f"{path}/agree")
    assert agreed.json()["counterpart"]["organisation"] == {
        "organisation_id": str(holder.organisation_id), "name": NAME, "kvk_number": "87654321",
    }  # fmt: skip
    assert betrayed(agreed.content, NEVER) == []


async def test_no_radius_tells_where_an_anonymous_listing_is(market: Marketplace) -> None:
    """Wherever it is searched from, it stands at its municipality's own point, as any other of that municipality."""
    async with anonymous_and_other(market) as (holder, seeker, offer):
        twin = await holder.offer(visibility="anonymous", postcode="5011")
        for postcode in ("5011", "5038", "5041", "4811", "9711"):
            answer = await seeker.client.get("/v1/offers", params={"postcode": postcode, "order": "nearest"})
            distances = {item["listing"]["listing_id"]: item["distance_km"] for item in answer.json()["items"]}
            assert distances[offer["listing_id"]] == distances[twin["listing_id"]]


async def test_partners_know_and_others_do_not_even_know_that_it_exists(market: Marketplace) -> None:
    async with market.member("Holder") as holder, market.member("Partner") as partner, market.member("Other") as other:
        for member in (partner, other):
            await member.want()
        offer = await holder.offer(visibility="partners", partners=[str(partner.organisation_id)])
        (trade,) = await eventually(
            partner.trades, lambda found: len(found) == 1 and found[0]["counterpart"]["organisation"] is not None
        )
        assert trade["counterpart"]["organisation"]["organisation_id"] == str(holder.organisation_id)
        await holder.offer(title="Voor iedereen")
        (public,) = await eventually(
            other.trades, lambda found: len(found) == 1 and found[0]["counterpart"]["title"] is not None
        )
        assert public["counterpart"]["title"] == "Voor iedereen"
        listing_id = offer["listing_id"]
        assert (await other.client.get(f"/v1/offers/{listing_id}")).status_code == 404
        seen = [await other.client.get(path) for path in ("/v1/offers", "/v1/trades", "/v1/alerts")]
        assert betrayed(b"".join(answer.content for answer in seen), [listing_id.encode()]) == []
        accepted = await other.client.post(f"/v1/trades/{trade['trade_id']}/accept")
        assert accepted.status_code == 404


@dataclass
class Belongings:
    """The ids of everything that one organisation has."""

    ids: dict[str, str]
    secrets: list[bytes]


async def belongings(owner: Member, other: Member) -> Belongings:
    """One of each kind of thing, unpublished where that is possible."""
    offer = await owner.offer(title="Geheim concept", draft=True)
    want = await owner.want(title="Geheime wens", draft=True)
    search = {"name": "Geheime zoekopdracht", "looks_for": "offer", "concepts": ["glass"]}
    saved = (await owner.client.post("/v1/saved-searches", json=search)).json()
    evidence = await owner.client.post(
        f"/v1/listings/{offer['listing_id']}/evidence",
        data={"kind": "photo", "title": "Geheim document"},
        files={"file": ("x.pdf", PDF)},
    )
    await owner.offer()
    await other.want()
    (trade,) = await eventually(owner.trades, lambda found: len(found) == 1)
    await other.want(title="Samen", quantity="40", minimum="30")
    await owner.offer(title="Tweede partij")
    (joint,) = await eventually(owner.joint_trades, lambda found: len(found) == 1)
    capability = await owner.capability()
    ids = {
        "listing_id": offer["listing_id"],
        "offer_id": offer["listing_id"],
        "joint_id": joint["joint_id"],
        "capability_id": capability["capability_id"],
        "number": "1",
        "want_id": want["listing_id"],
        "search_id": saved["search_id"],
        "evidence_id": evidence.json()["evidence"][0]["evidence_id"],
        "trade_id": trade["trade_id"],
        "organisation_id": str(owner.organisation_id),
    }
    return Belongings(ids, [b"Geheim concept", b"Geheime wens", b"Geheime zoekopdracht", b"Geheim document"])


PUBLIC = {("get", "/v1/organisations/{organisation_id}"), ("get", "/v1/capabilities/{capability_id}")}
BODIES: dict[str, Any] = {
    "/v1/offers/{listing_id}": {"title": "Gekaapt", "quantity": "1", "unit": "t", "draft": True},
    "/v1/wants/{listing_id}": {"title": "Gekaapt", "concepts": ["wood"], "quantity": "1", "unit": "t", "draft": True},
    "/v1/saved-searches/{search_id}": {"name": "Gekaapt", "looks_for": "offer", "concepts": ["wood"]},
    "/v1/organisations/{organisation_id}": {"name": "Gekaapt"},
    "/v1/trades/{trade_id}/decline": {"reason": "other"},
    "/v1/joint-trades/{joint_id}/decline": {"reason": "other"},
    "/v1/capabilities/{capability_id}": {
        "kind": "storage",
        "title": "Gekaapt",
        "inputs": ["wood"],
        "capacity": "1",
        "postcode": "4811",
    },
}


async def tried(client: httpx.AsyncClient, method: str, path: str, ids: dict[str, str]) -> httpx.Response:
    """The answer of one route with the ids of somebody else, and a right ETag and body where one is needed."""
    listing = ids["want_id"] if path.startswith("/v1/wants/") else ids["listing_id"]
    address = path.format(**{**ids, "listing_id": listing})
    if path.endswith("/evidence"):
        return await client.post(address, data={"kind": "photo"}, files={"file": ("x.pdf", PDF)})
    tags = [f'"{number}"' for number in (1, 2, 3)] if method in ("put", "delete") else [""]
    answers = [
        await client.request(method, address, json=BODIES.get(path), headers={"If-Match": tag} if tag else {})
        for tag in tags
    ]
    return min(answers, key=lambda answer: answer.status_code)


async def test_nobody_touches_anothers_things_over_any_route(market: Marketplace) -> None:
    async with AsyncExitStack() as stack:
        owner, other, intruder = [
            await stack.enter_async_context(market.member(name)) for name in ("Owner", "Other side", "Intruder")
        ]
        visitor = await stack.enter_async_context(market.client())
        stranger = await stack.enter_async_context(market.client(UUID(int=7)))
        theirs = await belongings(owner, other)
        document = (await visitor.get("/openapi.json")).json()
        before = await raw_events(market)
        walked = 0
        for path, operations in document["paths"].items():
            if "_id}" not in path or path.startswith("/v1/materials"):
                continue
            for method in operations:
                for client in (intruder.client, visitor, stranger):
                    answer = await tried(client, method, path, theirs.ids)
                    walked += 1
                    if (method, path) not in PUBLIC:
                        assert answer.status_code in (401, 403, 404, 409), f"{method} {path}: {answer.text}"
                    assert betrayed(answer.content, theirs.secrets) == [], f"{method} {path}"
        assert walked > 60
        assert await raw_events(market) == before
        for channel in (f"organisation:{owner.organisation_id}", f"search:{theirs.ids['search_id']}"):
            assert (await intruder.client.get("/v1/alerts", params={"channel": channel})).status_code == 403
