"""Real processes, told to stop: what is at hand is finished, nothing is left behind, and the exit code says so."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from infra.eventlog.kafka_log import Cluster
from infra.eventlog.kafka_topics import ensure_topics
from infra.settings import stable_id
from tests.support.marketplace import SUBPROTOCOL, Listening, eventually
from tests.support.postgres import NewDsn
from tests.support.processes import Fleet, Served, fleet

pytestmark = pytest.mark.timeout(240)

MEMBER = stable_id("stopping:member")
CLOSED = re.compile(r"the service stops: connect again in (\d) s and subscribe after your last number")


async def listen(served: Fleet, market: Served) -> ClientConnection:
    """An open websocket that is subscribed."""
    socket = await connect(f"ws://127.0.0.1:{market.push_port}", subprotocols=[SUBPROTOCOL], compression=None)
    await Listening(socket).subscribe(served.token(MEMBER), f"organisation:{MEMBER}", 0)
    return socket


async def closing_of(socket: ClientConnection) -> tuple[int | None, str | None]:
    """Why the server closed."""
    async with asyncio.timeout(30):
        with pytest.raises(ConnectionClosed):
            while True:
                await socket.recv()
    return socket.close_code, socket.close_reason


async def members_of(cluster: Cluster, group: str) -> int:
    """How many take part in a consumer group."""
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    await admin.start()
    try:
        (answer,) = await admin.describe_consumer_groups([cluster.topic(group)])
        _error, _group, _state, _kind, _protocol, members, *_ = answer.groups[0]
        return len(members)
    finally:
        await admin.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_one_process_answers_what_it_took_and_closes_websockets_with_a_hint(
    tmp_path: Path, new_dsn: NewDsn, number: signal.Signals
) -> None:
    async with fleet(tmp_path, await new_dsn()) as served:
        market = served.prepare("run", "--no-demo", "--no-follow")
        await market.start()
        await market.ready()
        sockets = [await listen(served, market) for _ in range(3)]
        headers = {"Authorization": f"Bearer {served.token(MEMBER)}"}
        body_may_end = asyncio.Event()

        async def slow_body() -> AsyncIterator[bytes]:
            yield b'{"name": '
            await body_may_end.wait()
            yield b'"Sloperij"}'

        async with httpx.AsyncClient(base_url=market.url, headers=headers, timeout=30) as client:
            content = {"content-type": "application/json"}
            asked = asyncio.create_task(client.post("/v1/organisations", content=slow_body(), headers=content))
            await eventually(lambda: open_requests(market), lambda seen: seen > 1)
            stopping = asyncio.create_task(market.terminate(number))
            await eventually(lambda: refuses(market))
            body_may_end.set()
            assert (await asked).status_code == 201, "a request that was taken is answered"
        closings = await asyncio.gather(*(closing_of(socket) for socket in sockets))
        assert await stopping == 0
        assert {code for code, _reason in closings} == {1001}
        seconds = {found[1] for _code, reason in closings if (found := CLOSED.fullmatch(reason or ""))}
        assert len(seconds) == len(sockets), "they must not all come back at once"


async def open_requests(market: Served) -> float:
    """How many requests are being answered, this one too."""
    async with httpx.AsyncClient() as client:
        shown = (await client.get(f"{market.url}/metrics")).text
    found = re.search(r"^kringmarkt_http_requests_open (\S+)$", shown, re.MULTILINE)
    return float(found[1]) if found else 0


async def refuses(market: Served) -> bool:
    """Whether nobody listens there any more."""
    try:
        _reader, writer = await asyncio.open_connection("127.0.0.1", market.port)
    except OSError:
        return True
    writer.close()
    return False


async def test_services_over_kafka_leave_their_groups_at_once(
    tmp_path: Path, new_dsn: NewDsn, kafka_bootstrap: str
) -> None:
    cluster = Cluster(kafka_bootstrap, f"stop-{uuid4().hex[:10]}.")
    await ensure_topics(cluster)
    async with fleet(tmp_path, await new_dsn(), cluster) as served:
        started = await served.start("matcher", "notifier", "relay")
        await eventually(lambda: members_of(cluster, "matcher"), lambda members: members == 1)
        assert await asyncio.gather(*(one.terminate() for one in started)) == [0, 0, 0]
        # Without leaving, the broker would wait ten seconds for a sign of life before it gives the lanes to others.
        assert [await members_of(cluster, group) for group in ("matcher", "notifier")] == [0, 0]


async def test_a_service_that_still_waits_for_its_database_stops_too(tmp_path: Path) -> None:
    async with fleet(tmp_path, "postgresql://nobody@127.0.0.1:9/nothing") as served:
        api = served.prepare("serve", "api")
        await api.start()
        await eventually(lambda: said(api, "cannot be reached yet"))
        assert await api.terminate() == 0


async def said(one: Served, words: str) -> bool:
    """Whether a process said that."""
    return words in one.said()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM public.alembic_version", "run `kringmarkt migrate` once"),
        ("UPDATE public.alembic_version SET version_num = '9999'", "KRINGMARKT_ACCEPT_NEWER_SCHEMA"),
    ],
    ids=["no schema", "a newer schema"],
)
async def test_a_service_refuses_to_start_on_another_schema_in_one_sentence(
    tmp_path: Path, new_dsn: NewDsn, statement: str, told: str
) -> None:
    dsn = await new_dsn()
    connection = await asyncpg.connect(dsn)
    await connection.execute(statement)
    await connection.close()
    async with fleet(tmp_path, dsn) as served:
        api = served.prepare("serve", "api")
        await api.start()
        assert api.process is not None
        async with asyncio.timeout(60):
            assert await api.process.wait() == 2
        assert told in api.said()
        assert "Traceback" not in api.said()


async def test_wrong_settings_are_all_told_at_once(tmp_path: Path) -> None:
    async with fleet(tmp_path, "postgresql://nobody@127.0.0.1:9/nothing") as served:
        wrong = {"postgres_dsn": "mysql://a:geheim@db/x", "hold_days": "many", "log_level": "loud"}
        api = served.prepare("serve", "api", **wrong)
        await api.start()
        assert api.process is not None
        async with asyncio.timeout(60):
            assert await api.process.wait() == 2
        told = api.said()
    assert [name for name in ("POSTGRES_DSN", "HOLD_DAYS", "LOG_LEVEL") if f"KRINGMARKT_{name}: got" not in told] == []
    assert "geheim" not in told
    assert "Traceback" not in told
