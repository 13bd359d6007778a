"""Bearer tokens on HTTP requests."""

from fastapi import Request
from fastapi.security import HTTPBearer

from infra.identity.tokens import Identity, NotAuthenticated, TokenVerifier

# Only documents the scheme in OpenAPI; `identify` gives the clearer error.
bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the configured OIDC issuer")


def token_of(request: Request) -> str | None:
    """The bearer token of a request, or None; raises NotAuthenticated for another scheme."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("The Authorization header must be `Bearer <token>`.")
    return token.strip()


async def identify(request: Request, verifier: TokenVerifier) -> Identity:
    """Who is asking; raises NotAuthenticated."""
    token = token_of(request)
    if token is None:
        raise NotAuthenticated("Send a token: `Authorization: Bearer <token>`. In the demo: `kringmarkt token`.")
    return await verifier.verify(token)


async def identify_if_given(request: Request, verifier: TokenVerifier) -> Identity | None:
    """Who is asking, or None for a visitor without a token; raises NotAuthenticated for a wrong token."""
    token = token_of(request)
    return None if token is None else await verifier.verify(token)
