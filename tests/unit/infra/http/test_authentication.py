"""Reading the bearer token of a request."""

from datetime import UTC, datetime
from uuid import UUID

import jwt
import pytest
from starlette.requests import Request

from infra.http.authentication import identify, identify_if_given, token_of
from infra.identity.tokens import Identity, NotAuthenticated, TokenVerifier

WHO = Identity("anna", UUID(int=1), frozenset(), datetime(2026, 11, 21, tzinfo=UTC))


class OneToken(TokenVerifier):
    """Accepts the token `right` and nothing else."""

    def __init__(self) -> None:
        super().__init__(NoKeys(), "https://login.example", "kringmarkt")

    async def verify(self, token: str) -> Identity:
        if token != "right":
            raise NotAuthenticated("The token is not valid.")
        return WHO


class NoKeys:
    """An issuer without keys."""

    async def key(self, key_id: str | None) -> jwt.PyJWK:
        raise NotAuthenticated(f"no key {key_id}")


def asking(authorization: str | None) -> Request:
    """A request with that header."""
    headers = [] if authorization is None else [(b"authorization", authorization.encode("latin-1"))]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers})


@pytest.mark.parametrize("header", ["Bearer right", "bearer right", "BEARER  right "])
async def test_the_scheme_is_read_in_any_case(header: str) -> None:
    assert await identify(asking(header), OneToken()) is WHO


@pytest.mark.parametrize("header", ["", "right", "Basic YTpi", "Bearer", "Bearer ", "Bearerright", "\xff\xfe"])
def test_another_scheme_is_refused(header: str) -> None:
    with pytest.raises(NotAuthenticated, match="Bearer <token>"):
        token_of(asking(header))


async def test_a_request_without_a_token_is_told_how_to_get_one() -> None:
    with pytest.raises(NotAuthenticated, match="kringmarkt token"):
        await identify(asking(None), OneToken())


async def test_a_visitor_without_a_token_is_nobody() -> None:
    assert await identify_if_given(asking(None), OneToken()) is None
    assert await identify_if_given(asking("Bearer right"), OneToken()) is WHO


async def test_a_visitor_with_a_wrong_token_is_refused_and_not_taken_for_nobody() -> None:
    with pytest.raises(NotAuthenticated, match="not valid"):
        await identify_if_given(asking("Bearer wrong"), OneToken())
