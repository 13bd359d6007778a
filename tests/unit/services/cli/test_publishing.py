"""Sending: what is tried again, under which key, and what ends it. The marketplace is a small application of ours."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import orjson
import pytest
from fastapi import FastAPI, Request, Response

from contracts.vocabulary.terms import ListingKind
from services.cli.binding import knows
from services.cli.drafts import Drafts, Ready
from services.cli.files import open_file
from services.cli.keys import Seen
from services.cli.publishing import Marketplace, NotAccepted, Patience
from tests.support.http_server import serving

Answer = Callable[[int], tuple[int, bytes]]
GOOD = orjson.dumps({"line": 1, "result": "created"}) + b"\n"


class Counter:
    """Answers as it is told, and remembers the keys and the pauses."""

    def __init__(self, answer: Answer) -> None:
        self.keys: list[str] = []
        self.pauses: list[float] = []
        self.told: list[str] = []
        self.app = FastAPI()

        @self.app.post("/v1/listings/batch")
        async def batch(request: Request) -> Response:
            self.keys.append(request.headers["idempotency-key"])
            status, body = answer(len(self.keys))
            return Response(body, status, media_type="application/json")

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def publish(self, batch: list[Ready], times: int = 1) -> list[str]:
        async with serving(self.app) as url, httpx.AsyncClient(base_url=url) as client:
            market = Marketplace(client, "token", Patience(5.0, self.sleep), self.told.append)
            answers = [await market.publish(batch) for _ in range(times)]
        return [answered.result for answer in answers for answered in answer]


@pytest.fixture
async def batch(tmp_path: Path) -> AsyncIterator[list[Ready]]:
    path = tmp_path / "x.csv"
    path.write_text("titel;hoeveelheid\nPuin;1 t\n")
    with Seen() as seen:
        drafts = Drafts(open_file(path, knows), ListingKind.OFFER, None, seen)
        yield [item for item in drafts if isinstance(item, Ready)]


async def test_a_busy_marketplace_is_asked_again_under_the_same_key(batch: list[Ready]) -> None:
    market = Counter(lambda number: (503, b"") if number < 4 else (200, GOOD))
    assert await market.publish(batch) == ["created"]
    assert len(set(market.keys)) == 1
    assert market.pauses == [0.5, 1.0, 2.0]
    assert market.told[0] == "answer 503; trying again in 0.5 s"


async def test_patience_ends(batch: list[Ready]) -> None:
    market = Counter(lambda _: (503, b""))
    with pytest.raises(NotAccepted, match="answer 503; check the address"):
        await market.publish(batch)
    assert sum(market.pauses) <= 5.0


async def test_another_run_has_another_key_for_the_same_content(batch: list[Ready]) -> None:
    market = Counter(lambda _: (200, GOOD))
    await market.publish(batch)
    await market.publish(batch)
    assert len(set(market.keys)) == 2


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, b'{"detail": "expired"}', "answered 401; expired; get a new token"),
        (409, b'{"detail": "register first"}', "register first"),
        (404, b"<html>", "check --url"),
        (500, b"", "answered 500"),
        (200, b"<html>hello</html>", "not as a Kringmarkt does"),
        (200, GOOD * 2, "got 2 answers for 1 rows"),
        (200, b"[]\n", "got 1 answers for 1 rows"),
    ],
)
async def test_what_asking_again_does_not_help_ends_at_once(
    batch: list[Ready], status: int, body: bytes, message: str
) -> None:
    market = Counter(lambda _: (status, body))
    with pytest.raises(NotAccepted, match=message):
        await market.publish(batch)
    assert len(market.keys) == 1
