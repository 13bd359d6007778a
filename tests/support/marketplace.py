"""A whole marketplace at work in this process, on real parts, and clients that use it as people would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from contracts.vocabulary.terms import Role
from infra.eventlog.kafka_log import Cluster
from infra.eventlog.kafka_topics import ensure_topics
from infra.settings import Settings, stable_id
from services.deployables import ALL_IN_ONE, DEPLOYABLES, Deployable
from services.house import House, utc_now
from services.serving import serving
from services.supervisor import Supervisor
from services.wiring import cluster_of, open_house
from tests.support.ports import free_ports

PATIENCE_S = 60
SUBPROTOCOL = Subprotocol("kringmarkt.v1")

# In Kafka mode the relay runs beside the rest; each service is still a consumer group of its own.
WITH_RELAY = Deployable(
    "all_in_one",
    ALL_IN_ONE.routers,
    ALL_IN_ONE.consumers,
    ALL_IN_ONE.tasks,
    DEPLOYABLES["relay"].works,
    pushes=True,
)


@dataclass
class Marketplace:
    """A marketplace that serves HTTP and websockets on loopback."""

    house: House
    supervisor: Supervisor

    @property
    def url(self) -> str:
        """Address of the HTTP API."""
        return f"http://127.0.0.1:{self.house.settings.port}"

    @property
    def push_url(self) -> str:
        """Address of the websocket."""
        return f"ws://127.0.0.1:{self.house.settings.push_port}"

    def token(self, organisation_id: UUID, roles: Sequence[Role] = (), hours: float = 1) -> str:
        """A token for an organisation."""
        assert self.house.issuer is not None
        # The real time: a marketplace with a clock of its own still checks tokens by it.
        return self.house.issuer.token(organisation_id, roles, utc_now(), timedelta(hours=hours))

    def client(self, organisation_id: UUID | None = None, roles: Sequence[Role] = ()) -> httpx.AsyncClient:
        """An HTTP client signed in for an organisation, or a visitor."""
        headers = {"Authorization": f"Bearer {self.token(organisation_id, roles)}"} if organisation_id else {}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=PATIENCE_S)

    @asynccontextmanager
    async def member(self, name: str, **fields: Any) -> AsyncIterator["Member"]:
        """A registered organisation of that name."""
        organisation_id = stable_id(f"test:{name}")
        async with self.client(organisation_id) as client:
            answer = await client.post("/v1/organisations", json={"name": name, **fields})
            assert answer.status_code in (201, 409), answer.text
            yield Member(self, organisation_id, client)


@dataclass
class Member:
    """An organisation with its HTTP client."""

    market: Marketplace
    organisation_id: UUID
    client: httpx.AsyncClient

    async def offer(self, **fields: Any) -> dict[str, Any]:
        """Publish an offer: B-hout in Tilburg unless said otherwise."""
        usual = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "20", "unit": "t", "postcode": "5038"}
        return await self._post("/v1/offers", {**usual, **fields})

    async def want(self, **fields: Any) -> dict[str, Any]:
        """Publish a want: B-hout in Breda unless said otherwise."""
        usual = {"title": "Hout", "concepts": ["wood_grade_b"], "quantity": "20", "unit": "t", "postcode": "4811"}
        return await self._post("/v1/wants", {**usual, **fields})

    async def capability(self, **fields: Any) -> dict[str, Any]:
        """Publish a capability: chips of B-hout in Breda unless said otherwise."""
        usual = {
            "kind": "processing",
            "title": "Houtbreker",
            "inputs": ["wood_grade_b"],
            "output": "wood_b_chips",
            "yield_share": "0.9",
            "capacity": "500",
            "price_eur_per_tonne": "20",
            "postcode": "4811",
        }
        return await self._post("/v1/capabilities", {**usual, **fields})

    async def _post(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.post(path, json=fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def trades(self, **query: Any) -> list[dict[str, Any]]:
        """All trades of this organisation (living ones unless `status` is given), page by page."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = {**query, "limit": 200, **({"after": after} if after else {})}
            answer = await self.client.get("/v1/trades", params=page)
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            after = answer.json()["next"]
            if after is None:
                return found

    async def joint_trades(self, **query: Any) -> list[dict[str, Any]]:
        """The joint trades of this organisation (living ones unless `status` is given), at most 200."""
        answer = await self.client.get("/v1/joint-trades", params={**query, "limit": 200})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def alerts(self, channel: str | None = None) -> list[dict[str, Any]]:
        """The whole inbox."""
        found: list[dict[str, Any]] = []
        while True:
            query: dict[str, Any] = {"after": len(found), "limit": 500, **({"channel": channel} if channel else {})}
            answer = await self.client.get("/v1/alerts", params=query)
            assert answer.status_code == 200, answer.text
            if not answer.json()["items"]:
                return found
            found += answer.json()["items"]

    @asynccontextmanager
    async def listening(self, channel: str | None = None, after: int | None = 0) -> AsyncIterator["Listening"]:
        """A websocket subscribed to a channel (the organisation's own unless said otherwise)."""
        name = channel or f"organisation:{self.organisation_id}"
        async with connect(self.market.push_url, subprotocols=[SUBPROTOCOL], compression=None) as socket:
            yield await Listening(socket).subscribe(self.market.token(self.organisation_id), name, after)


@dataclass
class Listening:
    """A websocket and what came over it."""

    socket: ClientConnection
    alerts: list[dict[str, Any]] = field(default_factory=list)

    async def subscribe(self, token: str, channel: str, after: int | None) -> Self:
        """Authenticate and subscribe; returns when the server says so."""
        await self.send({"type": "authenticate", "token": token})
        await self.frame("welcome")
        await self.send({"type": "subscribe", "channel": channel, "after": after})
        await self.frame("subscribed")
        return self

    async def send(self, frame: dict[str, Any]) -> None:
        """Send a frame."""
        await self.socket.send(orjson.dumps(frame).decode())

    async def frame(self, kind: str, patience_s: float | None = PATIENCE_S) -> dict[str, Any]:
        """The next frame of that type; alerts are kept, heartbeats dropped."""
        async with asyncio.timeout(patience_s):
            while True:
                found: dict[str, Any] = orjson.loads(await self.socket.recv())
                if found["type"] == "alert":
                    self.alerts.append(found)
                if found["type"] == kind:
                    return found
                assert found["type"] != "error", found

    async def next_alert(self, kind: str | None = None) -> dict[str, Any]:
        """The next alert (of that kind)."""
        while True:
            alert: dict[str, Any] = (await self.frame("alert"))["alert"]
            if kind is None or alert["kind"] == kind:
                return alert


async def eventually(
    look: Callable[[], Awaitable[Any]], wanted: Callable[[Any], bool] = bool, seconds: float = PATIENCE_S
) -> Any:
    """What `look` gives once it is `wanted`; fails with the last thing seen.

    For effects that are promised "soon" over HTTP, where there is nothing to await.
    """
    seen: Any = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                seen = await look()
                if wanted(seen):
                    return seen
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain; last seen: {str(seen)[:2000]}") from None


@asynccontextmanager
async def marketplace(
    folder: Path,
    dsn: str,
    cluster: Cluster | None = None,
    now: Callable[[], datetime] = utc_now,
    **settings: Any,
) -> AsyncIterator[Marketplace]:
    """A marketplace on this database: one process, or over Kafka when a cluster is given; `now` is its clock."""
    port, push_port = free_ports(2)
    chosen = Settings(
        data_dir=folder,
        postgres_dsn=dsn,
        port=port,
        push_port=push_port,
        kafka_bootstrap=cluster.bootstrap if cluster else None,
        kafka_prefix=cluster.prefix if cluster else "",
        **settings,
    )
    found = cluster_of(chosen)
    if found is not None:
        await ensure_topics(found)
    deployable = WITH_RELAY if found else ALL_IN_ONE
    async with open_house(chosen, dsn) as opened:
        house = replace(opened, now=now)
        async with serving(house, deployable) as supervisor:
            yield Marketplace(house, supervisor)
