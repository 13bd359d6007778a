"""Who asks, and in which house: what the routes of all services share."""

from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from infra.http.authentication import bearer, identify, identify_if_given
from infra.identity.tokens import Identity
from services.house import House

Documented = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def house_of(request: Request) -> House:
    """The house that the app was made for.

    Awaited although it waits for nothing: FastAPI sends a plain function to another thread, at each request.
    """
    return cast("House", request.app.state.house)


async def require_identity(request: Request, _documented: Documented) -> Identity:
    """Who is asking; 401 without a token."""
    return await identify(request, (await house_of(request)).verifier)


async def optional_identity(request: Request, _documented: Documented) -> Identity | None:
    """Who is asking, None for a visitor."""
    return await identify_if_given(request, (await house_of(request)).verifier)


InHouse = Annotated[House, Depends(house_of)]
Who = Annotated[Identity, Depends(require_identity)]
Visitor = Annotated[Identity | None, Depends(optional_identity)]
