"""Making an HTTP application out of routes: problem documents, size limits, health, OpenAPI 3.1."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from infra.http.problems import Problem, TooLargeAsProblem, install
from services.house import House

VERSION = "1.0.0"
BODY_LIMIT_BYTES = 1024 * 1024

DESCRIPTION = """
Offers and wants of secondary materials, the trades that are proposed between them, and alerts.
Errors are problem documents (RFC 9457). Changes carry `If-Match`; every POST accepts an `Idempotency-Key`.
"""


def health_router(house: House) -> APIRouter:
    """Is the process alive, and can it work."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @router.get("/ready", responses={503: {"description": "The database cannot be reached"}})
    async def ready() -> Response:
        """The database answers."""
        try:
            async with house.database.connection() as connection:
                await connection.fetchval("SELECT 1")
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            return JSONResponse({"status": "not ready", "database": str(error) or type(error).__name__}, 503)
        return JSONResponse({"status": "ready", "database": "ok"})

    return router


def issuer_router(house: House) -> APIRouter:
    """The discovery document and keys of the embedded issuer."""
    router = APIRouter(prefix="/issuer", tags=["issuer"])
    issuer = house.issuer
    assert issuer is not None

    @router.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        """OpenID Connect discovery."""
        return issuer.discovery()

    @router.get("/jwks.json")
    async def keys() -> dict[str, Any]:
        """The public keys."""
        return issuer.jwks()

    return router


class Application(FastAPI):
    """FastAPI, of which every refusal is a problem document."""

    def build_middleware_stack(self) -> ASGIApp:
        """The framework's own, inside what writes its plain refusals anew."""
        return TooLargeAsProblem(super().build_middleware_stack())


def create_app(house: House, title: str, routers: Sequence[APIRouter]) -> FastAPI:
    """An application with these routes."""
    app = Application(
        title=title,
        version=VERSION,
        description=DESCRIPTION,
        redoc_url=None,
        max_body_size=BODY_LIMIT_BYTES,
    )
    app.state.house = house
    install(app)
    own = (health_router(house), *([issuer_router(house)] if house.issuer else []))
    for router in (*routers, *own):
        app.include_router(router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document, with the schema of problem documents that all errors refer to."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            openapi_version="3.1.0",
        )
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        definitions = schema.pop("$defs", {})
        document.setdefault("components", {}).setdefault("schemas", {}).update({**definitions, "Problem": schema})
        app.openapi_schema = document
    return app.openapi_schema
