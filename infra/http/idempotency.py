"""Idempotency keys: a POST that is sent again gives the first answer and changes nothing.

The key is inserted in the transaction of the work, so the answer is kept exactly when the work was committed. A
second request with the same key waits for the first one's commit on that insert. Refused requests keep nothing:
they may be mended and sent again under the same key.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar

from starlette.responses import Response

from contracts.problems import Refusal
from infra.postgres.database import Connection

LONGEST_KEY = 200
NO_CONTENT = 204

CLAIM = """
INSERT INTO eventlog.idempotency (owner, key, request_hash) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING true
"""
FIND = "SELECT request_hash, status, headers, body FROM eventlog.idempotency WHERE owner = $1 AND key = $2"
KEEP = "UPDATE eventlog.idempotency SET status = $3, headers = $4, body = $5 WHERE owner = $1 AND key = $2"


class KeyUsedForSomethingElse(Refusal):
    """The key came before with another request."""

    status: ClassVar[int] = 422
    slug: ClassVar[str] = "idempotency-key-reused"
    title: ClassVar[str] = "This key belongs to another request"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that can be kept and given again."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"

    def response(self) -> Response:
        """As Starlette sends it."""
        return Response(self.body, self.status, self.headers, None if self.status == NO_CONTENT else self.media_type)


@dataclass(frozen=True, slots=True)
class Request:
    """What identifies a request: whose it is, its key (None: not idempotent), and a hash of what it asks."""

    owner: str
    key: str | None
    hash: bytes

    @classmethod
    def of(cls, owner: str, key: str | None, *parts: bytes) -> "Request":
        """The request of `owner` with the parts that must be equal for it to be the same."""
        digest = sha256()
        for part in parts:
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
        return cls(owner, key, digest.digest())


async def idempotently(connection: Connection, request: Request, work: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of `work`, or the one kept under the key; raises KeyUsedForSomethingElse."""
    if request.key is None:
        return await work()
    if not await connection.fetchval(CLAIM, request.owner, request.key, request.hash):
        return await _kept(connection, request)
    answer = await work()
    headers = {**answer.headers, "content-type": answer.media_type}
    await connection.execute(KEEP, request.owner, request.key, answer.status, headers, answer.body)
    return answer


async def _kept(connection: Connection, request: Request) -> Answer:
    row = await connection.fetchrow(FIND, request.owner, request.key)
    if row is None or row["request_hash"] != request.hash:
        raise KeyUsedForSomethingElse(
            f"Idempotency-Key {request.key!r} was used for another request; take a new key for a new request.",
            idempotency_key=request.key,
        )
    headers = dict(row["headers"])
    media_type = headers.pop("content-type")
    return Answer(row["status"], row["body"], {**headers, "Idempotent-Replayed": "true"}, media_type)
