"""One trace leads from the request to the pushed frame, over real processes, in both run modes."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from websockets.asyncio.client import connect

from infra.eventlog.kafka_log import Cluster
from infra.eventlog.kafka_topics import ensure_topics
from infra.settings import stable_id
from tests.support.marketplace import SUBPROTOCOL, Listening
from tests.support.otlp_collector import Collector, KeptSpan, collecting
from tests.support.postgres import NewDsn
from tests.support.processes import Fleet, fleet

pytestmark = pytest.mark.timeout(300)

HOLDER, SEEKER = stable_id("trace:holder"), stable_id("trace:seeker")
OFFER = {"title": "Sloophout", "concept": "wood_grade_b", "quantity": "20", "unit": "t", "postcode": "5038"}
WANT = {"title": "Hout", "concepts": ["wood_grade_b"], "quantity": "20", "unit": "t", "postcode": "4811"}

PUSHED = ["POST /v1/offers", "transaction", "matcher offer.published", "notifier trades.proposed", "push alert"]
"""What lies between the request and the frame, each under the one before it; over Kafka the relay in between."""


def with_relay(path: Sequence[str]) -> list[str]:
    """The path where each event is carried to Kafka."""
    return [*path[:2], *(name for step in path[2:] for name in ("relay", step))]


async def post(served: Fleet, url: str, who: UUID, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    """Post as an organisation; fails unless it was taken."""
    authorization = {"Authorization": f"Bearer {served.token(who)}"}
    async with httpx.AsyncClient(base_url=url, headers={**authorization, **headers}, timeout=60) as client:
        answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer


async def offer_until_heard(served: Fleet, url: str, push_port: int, traceparent: str) -> None:
    """A want is there, its owner listens, and an offer that fits is published in a trace of the caller's."""
    for who, name in ((HOLDER, "Sloperij"), (SEEKER, "Plaatfabriek")):
        await post(served, url, who, "/v1/organisations", {"name": name})
    await post(served, url, SEEKER, "/v1/wants", WANT)
    async with connect(f"ws://127.0.0.1:{push_port}", subprotocols=[SUBPROTOCOL], compression=None) as socket:
        listening = await Listening(socket).subscribe(served.token(SEEKER), f"organisation:{SEEKER}", 0)
        await post(served, url, HOLDER, "/v1/offers", OFFER, traceparent=traceparent)
        await listening.next_alert("trade_proposed")


def path_to(span: KeptSpan, spans: Sequence[KeptSpan]) -> list[KeptSpan]:
    """The span and all above it, the first one first."""
    by_id = {item.span_id: item for item in spans}
    above: list[KeptSpan] = [span]
    while above[-1].parent in by_id:
        above.append(by_id[above[-1].parent])
    return above[::-1]


def one_tree(spans: Sequence[KeptSpan], expected: list[str]) -> bool:
    """Whether all spans hang on the first of those that lead to a frame. Each process sends its spans when it likes."""
    frames = [path_to(span, spans) for span in spans if span.name == PUSHED[-1]]
    if not frames or [span.name for span in frames[0]] != expected:
        return False
    return all(path_to(span, spans)[0] is frames[0][0] for span in spans)


async def path_to_frame(collector: Collector, trace_id: str, expected: list[str]) -> list[KeptSpan]:
    """The spans from the request to a frame, once the whole trace is one tree."""
    await collector.until(lambda _: one_tree(collector.of(trace_id), expected))
    spans = collector.of(trace_id)
    return path_to(next(span for span in spans if span.name == PUSHED[-1]), spans)


async def test_one_process(tmp_path: Path, new_dsn: NewDsn) -> None:
    trace_id, caller = secrets.token_hex(16), secrets.token_hex(8)
    async with collecting() as collector, fleet(tmp_path, await new_dsn()) as served:
        market = served.prepare("run", "--no-demo", "--no-follow", otlp_endpoint=collector.url)
        await market.start()
        await market.ready()
        await offer_until_heard(served, market.url, market.push_port, f"00-{trace_id}-{caller}-01")
        path = await path_to_frame(collector, trace_id, PUSHED)
        assert path[0].parent == caller, "the request hangs on the span that the caller named"
        assert {span.service for span in path} == {"kringmarkt.all_in_one"}
        without = [span for span in collector.spans if span.name == "POST /v1/wants"]
        assert [span.parent for span in without] == [""], "a request without a trace begins one"
        assert await market.terminate() == 0


async def test_one_process_per_service_over_kafka(tmp_path: Path, new_dsn: NewDsn, kafka_bootstrap: str) -> None:
    trace_id, caller = secrets.token_hex(16), secrets.token_hex(8)
    cluster = Cluster(kafka_bootstrap, f"trace-{uuid4().hex[:10]}.")
    await ensure_topics(cluster)
    async with (
        collecting() as collector,
        fleet(tmp_path, await new_dsn(), cluster, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as served,
    ):
        api, _relay, _matcher, notifier = await served.start("api", "relay", "matcher", "notifier")
        await offer_until_heard(served, api.url, notifier.push_port, f"00-{trace_id}-{caller}-01")
        path = await path_to_frame(collector, trace_id, with_relay(PUSHED))
    assert path[0].parent == caller, "the request hangs on the span that the caller named"
    named = dict.fromkeys(span.service.removeprefix("kringmarkt.") for span in path)
    assert list(named) == ["api", "relay", "matcher", "notifier"]
