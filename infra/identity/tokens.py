"""Checking bearer tokens: signature, issuer, audience, expiry, and the claims that name organisation and roles."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Protocol
from uuid import UUID

import jwt

from contracts.problems import Refusal
from contracts.vocabulary.terms import Role

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "EdDSA")
LEEWAY_S = 30
NEEDED = ("exp", "iss", "aud", "sub")
LONGEST_TOKEN = 8192
REMEMBERED = 10_000
REMEMBERED_FOR = timedelta(seconds=60)
"""A signature is checked once a minute per token: checking costs more than all else that a request needs to be let in,
and a minute is how long a key that the issuer takes back may go on being believed."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking: the person or system, the organisation it acts for, its roles, and until when."""

    subject: str
    organisation_id: UUID
    roles: frozenset[Role]
    expires_at: datetime


class NotAuthenticated(Refusal):
    """There is no token, or it is not valid."""

    status: ClassVar[int] = 401
    slug: ClassVar[str] = "not-authenticated"
    title: ClassVar[str] = "Sign in first"


class KeySource(Protocol):
    """Where the public keys of the issuer come from."""

    async def key(self, key_id: str | None) -> jwt.PyJWK:
        """The key named `key_id`; raises NotAuthenticated when the issuer has no such key."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Which claims of a token name the organisation and its roles."""

    organisation: str = "organisation_id"
    roles: str = "roles"


class TokenVerifier:
    """Turns a bearer token into an Identity."""

    def __init__(
        self,
        keys: KeySource,
        issuer: str,
        audience: str,
        claims: Claims | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._keys = keys
        self._issuer = issuer.rstrip("/")
        self._audience = audience
        self._claims = claims or Claims()
        self._now = now
        self._remembered: OrderedDict[str, tuple[Identity, datetime]] = OrderedDict()

    async def verify(self, token: str) -> Identity:
        """The identity behind `token`; raises NotAuthenticated with the reason."""
        identity, until = self._remembered.get(token, (None, None))
        if identity is not None and until is not None and self._now() < until:
            return identity
        try:
            identity = self._identity(await self._decode(token))
        except jwt.PyJWTError as error:
            raise NotAuthenticated(f"The token is not valid: {error}. Get a new one from {self._issuer}.") from error
        self._remember(token, identity)
        return identity

    def _remember(self, token: str, identity: Identity) -> None:
        self._remembered[token] = (identity, min(identity.expires_at, self._now() + REMEMBERED_FOR))
        self._remembered.move_to_end(token)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    async def _decode(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST_TOKEN:
            raise NotAuthenticated(f"The token has {len(token)} characters; at most {LONGEST_TOKEN} are accepted.")
        if not token.isascii():
            raise NotAuthenticated("The token holds characters that no token has; send it exactly as it was issued.")
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            accepted = ", ".join(ALGORITHMS)
            raise NotAuthenticated(f"The token is signed with {header.get('alg')!r}; accepted are {accepted}.")
        key = await self._keys.key(header.get("kid"))
        return jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=self._audience,
            issuer=(self._issuer, f"{self._issuer}/"),  # some issuers name themselves with the slash
            leeway=LEEWAY_S,
            options={"require": list(NEEDED)},
        )

    def _identity(self, claims: dict[str, Any]) -> Identity:
        named = claims.get(self._claims.organisation)
        try:
            organisation_id = UUID(str(named))
        except ValueError:
            raise NotAuthenticated(
                f"The token names no organisation: claim {self._claims.organisation!r} must be a UUID; got {named!r}."
            ) from None
        known = {role.value: role for role in Role}
        given = claims.get(self._claims.roles) or []
        listed = given if isinstance(given, list) else []
        return Identity(
            subject=str(claims["sub"]),
            organisation_id=organisation_id,
            roles=frozenset(known[item] for item in listed if isinstance(item, str) and item in known),
            expires_at=_moment(claims["exp"]),
        )


def _moment(seconds: Any) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotAuthenticated(f"Claim 'exp' must be a moment in seconds since 1970; got {seconds!r}.") from None
