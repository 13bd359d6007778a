"""Signing in at an OpenID Connect issuer: authorization code with PKCE. Authlib makes the parts of the protocol."""

import hmac
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from contracts.problems import Refusal
from infra.identity.remote_keys import reached
from infra.identity.tokens import ALGORITHMS, LEEWAY_S, KeySource


class SignInFailed(Refusal):
    """The issuer or the browser came back with something that does not fit the sign-in that was begun."""

    status = 400
    slug = "sign-in-failed"
    title = "Signing in did not work"


class IssuerAway(Refusal):
    """The issuer cannot be reached."""

    status = 503
    slug = "issuer-away"
    title = "Signing in is not possible just now"


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in as it begins: where the browser goes, and what must be remembered until it comes back."""

    address: str
    state: str
    verifier: str
    nonce: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the issuer gave: the access token, and the name of the person when it said so."""

    access_token: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class ClientAt:
    """Who we are at the issuer, and where it is reached; `reached_at` differs from `issuer` behind a gateway."""

    issuer: str
    client_id: str
    scope: str
    secret: str | None = None
    reached_at: str | None = None


class OidcClient:
    """A client of one issuer."""

    def __init__(self, at: ClientAt, keys: KeySource, http: httpx.AsyncClient) -> None:
        self._at = at
        self._keys = keys
        self._http = http
        self._discovered: dict[str, Any] = {}

    async def start(self, redirect_uri: str) -> Started:
        """Begin a sign-in that ends at `redirect_uri`; raises IssuerAway."""
        state, nonce, verifier = generate_token(32), generate_token(32), generate_token(64)
        address = prepare_grant_uri(
            (await self._discovery())["authorization_endpoint"],
            client_id=self._at.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=self._at.scope,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Started(address, state, verifier, nonce)

    async def finish(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> SignedIn:
        """Exchange a code for tokens and check the identity token; raises SignInFailed, IssuerAway."""
        endpoint = reached((await self._discovery())["token_endpoint"], self._at.reached_at)
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=redirect_uri,
            code=code,
            client_id=self._at.client_id,
            code_verifier=verifier,
            **({"client_secret": self._at.secret} if self._at.secret else {}),
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = await self._asked("POST", endpoint, content=body, headers=headers)
        if answer.status_code != httpx.codes.OK:
            raise SignInFailed("The issuer refused the code; start again from the page for signing in.")
        tokens = answer.json()
        claims = await self._claims(str(tokens.get("id_token", "")), nonce)
        name = claims.get("name") or claims.get("preferred_username") or claims["sub"]
        return SignedIn(str(tokens.get("access_token", "")), str(claims["sub"]), str(name)[:200])

    async def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        try:
            key = await self._keys.key(jwt.get_unverified_header(token).get("kid"))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._at.client_id,
                issuer=(self._at.issuer, f"{self._at.issuer}/"),
                leeway=LEEWAY_S,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise SignInFailed(f"The identity token is not valid: {error}; start again.") from error
        if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
            raise SignInFailed("The identity token belongs to another sign-in; start again.")
        return claims

    async def _discovery(self) -> dict[str, Any]:
        if not self._discovered:
            base = self._at.reached_at or self._at.issuer
            answer = await self._asked("GET", f"{base}/.well-known/openid-configuration")
            if answer.status_code != httpx.codes.OK:
                raise IssuerAway("The issuer does not tell where to sign in; try again later.")
            self._discovered = answer.json()
        return self._discovered

    async def _asked(self, method: str, address: str, **options: Any) -> httpx.Response:
        try:
            return await self._http.request(method, address, **options)
        except httpx.HTTPError as error:
            raise IssuerAway("The issuer cannot be reached; try again in a moment.") from error
