"""The public keys of an OpenID Connect issuer, found by discovery, kept for a while, renewed on rotation."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import httpx
import jwt
import structlog

from infra.identity.tokens import NotAuthenticated

log = structlog.get_logger(__name__)

KEEP_S = 600.0
ASK_AGAIN_AFTER_S = 5.0

# No answer, no address, no JSON, or JSON of another shape: whatever an issuer says, known keys stay in use.
UNUSABLE = (
    httpx.HTTPError,
    httpx.InvalidURL,
    jwt.PyJWTError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
)


def reached(address: str, at: str | None) -> str:
    """An address of the issuer as services reach it: on the host of `at`, when that is given."""
    if at is None:
        return address
    inside = urlsplit(at)
    return urlunsplit(urlsplit(address)._replace(scheme=inside.scheme, netloc=inside.netloc))


class RemoteKeys:
    """Keys of `issuer`. An unknown key id makes it look again, but not more often than every five seconds,

    so that forged key ids cannot turn this service into a load on the issuer. When the issuer cannot be reached,
    the keys known so far stay in use.
    """

    def __init__(
        self,
        issuer: str,
        clock: Callable[[], float],
        client: httpx.AsyncClient | None = None,
        reached_at: str | None = None,
    ) -> None:
        self._issuer = issuer.rstrip("/")
        self._reached_at = reached_at
        self._clock = clock
        self._client = client or httpx.AsyncClient(timeout=5.0)
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()

    async def key(self, key_id: str | None) -> jwt.PyJWK:
        """The key named `key_id`; raises NotAuthenticated when the issuer does not have it."""
        if key_id not in self._keys or self._clock() - self._fetched_at > KEEP_S:
            await self._renew()
        try:
            return self._keys[key_id]
        except KeyError:
            raise NotAuthenticated(
                f"The token is signed with key {key_id!r}, which {self._issuer} does not have."
            ) from None

    async def _renew(self) -> None:
        async with self._lock:
            if self._clock() - self._fetched_at < ASK_AGAIN_AFTER_S:
                return
            self._fetched_at = self._clock()
            try:
                self._keys = await self._fetch()
            except UNUSABLE as error:
                log.error("keys of the issuer could not be fetched", issuer=self._issuer, reason=repr(error))

    async def _fetch(self) -> dict[str | None, jwt.PyJWK]:
        base = (self._reached_at or self._issuer).rstrip("/")
        discovery = await self._client.get(f"{base}/.well-known/openid-configuration")
        discovery.raise_for_status()
        answer = await self._client.get(reached(discovery.json()["jwks_uri"], self._reached_at))
        answer.raise_for_status()
        return {key.key_id: key for key in jwt.PyJWKSet.from_dict(answer.json()).keys}

    async def close(self) -> None:
        """Close the connection to the issuer."""
        await self._client.aclose()
