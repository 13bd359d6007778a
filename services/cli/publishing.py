"""Sending batches to the marketplace, so that each is done once whatever happens to the network.

A batch that got no answer may have been carried out. It is sent again under the same Idempotency-Key, and then the
first answer comes back. The key holds the content of the batch and the number of this run: a key of the content
alone would bring back last month's answer when a file returns to what it said then, and nothing would be changed.
Between runs the external ids do the work: what did not change is recognised.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from services.cli.drafts import Ready, field_fault, missing_faults
from services.cli.rows import Fault

PATH = "/v1/listings/batch"
MEDIA_TYPE = "application/x-ndjson"
AGAIN = (429, 502, 503, 504)
TIMEOUT_S = 60.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0

Sleep = Callable[[float], Awaitable[None]]
Tell = Callable[[str], None]


class NotAccepted(Exception):
    """The marketplace cannot be reached, or takes nothing from us; the message says what to do."""


@dataclass(frozen=True)
class Answered:
    """What became of one row: `created`, `revised`, `unchanged` or `refused`, the last with reasons."""

    ready: Ready
    result: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Patience:
    """For how long a batch without an answer is sent again, and how to wait."""

    seconds: float = 30.0
    sleep: Sleep = asyncio.sleep


class Marketplace:
    """The batch route of one marketplace, for one run of the command."""

    def __init__(self, client: httpx.AsyncClient, token: str, patience: Patience, tell: Tell) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPE}
        self._patience = patience
        self._tell = tell
        self._run = uuid4().hex[:12]

    async def publish(self, batch: Sequence[Ready]) -> list[Answered]:
        """Send the rows; one answer per row, in order. Raises NotAccepted when none of them was looked at."""
        body = b"".join(ready.body() + b"\n" for ready in batch)
        response = await self._insist(body)
        if response.status_code != httpx.codes.OK:
            raise NotAccepted(_reason(response))
        return [_answered(ready, line) for ready, line in zip(batch, _lines(response, len(batch)), strict=True)]

    async def _insist(self, body: bytes) -> httpx.Response:
        """Send until there is an answer, for as long as patience lasts."""
        key = f"publish-{self._run}-{hashlib.sha256(body).hexdigest()[:32]}"
        headers = {**self._headers, "Idempotency-Key": key}
        waited, pause = 0.0, FIRST_PAUSE_S
        while True:
            response, trouble = await self._send(body, headers)
            if response is not None and response.status_code not in AGAIN:
                return response
            if waited + pause > self._patience.seconds:
                raise NotAccepted(f"{self._client.base_url}: {trouble}; check the address and try again later")
            self._tell(f"{trouble}; trying again in {pause:g} s")
            await self._patience.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, LONGEST_PAUSE_S)

    async def _send(self, body: bytes, headers: dict[str, str]) -> tuple[httpx.Response | None, str]:
        try:
            response = await self._client.post(PATH, content=body, headers=headers)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise NotAccepted(f"{self._client.base_url} is no address: {error}; give --url http://host:port") from error
        except httpx.TransportError as error:
            return None, f"no answer ({error or type(error).__name__})"
        return response, f"answer {response.status_code}"


def _lines(response: httpx.Response, expected: int) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in response.content.splitlines() if line.strip()]
    except ValueError as error:
        raise NotAccepted("the address answers, but not as a Kringmarkt does; check --url") from error
    if len(lines) != expected or not all(isinstance(line, dict) and "result" in line for line in lines):
        raise NotAccepted(f"got {len(lines)} answers for {expected} rows; check --url and the version at both ends")
    return lines


def _answered(ready: Ready, line: dict[str, Any]) -> Answered:
    result = str(line["result"])
    return Answered(ready, result, _faults(ready, line.get("problem") or {}) if result == "refused" else ())


def _faults(ready: Ready, problem: dict[str, Any]) -> tuple[Fault, ...]:
    """A problem document in the words of the file."""
    if isinstance(problem.get("missing"), dict):
        return missing_faults(ready, problem["missing"])
    errors = problem.get("errors")
    if errors:
        return tuple(field_fault(ready, str(item["field"]), item.get("got"), str(item["expected"])) for item in errors)
    return (Fault(ready.row.number, None, None, str(problem.get("detail") or problem.get("title"))),)


ADVICE = {
    401: "get a new token (`kringmarkt token`, or your issuer) and give it with --token or KRINGMARKT_TOKEN",
    403: "sign in for an organisation that may publish",
    404: "this address has no Kringmarkt; check --url",
    413: "give a smaller --batch",
}


def _reason(response: httpx.Response) -> str:
    advice = ADVICE.get(response.status_code, "")
    return "; ".join(filter(None, (f"the marketplace answered {response.status_code}", _detail(response), advice)))


def _detail(response: httpx.Response) -> str:
    try:
        document = response.json()
    except ValueError:
        return ""
    return str(document.get("detail") or document.get("title") or "") if isinstance(document, dict) else ""
