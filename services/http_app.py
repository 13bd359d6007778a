"""Making an HTTP application out of routes: problem documents, size limits, health, OpenAPI 3.1."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from infra import metrics
from infra.http.observing import Observing
from infra.http.problems import Problem, TooLargeAsProblem, install
from services.health import Health
from services.house import House
from services.listings_api.busy_way import BusyWay
from services.web.assets_table import router as assets
from services.web.error_pages import install_pages

VERSION = "1.0.0"
BODY_LIMIT_BYTES = 1024 * 1024

DESCRIPTION = """
Offers and wants of secondary materials, the trades that are proposed between them, and alerts.
Errors are problem documents (RFC 9457). Changes carry `If-Match`; every POST accepts an `Idempotency-Key`.
"""


def health_router(health: Health) -> APIRouter:
    """Is the process alive, can it work, and what does it count."""
    router = APIRouter(tags=["health"])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @router.get("/health/ready", responses={503: {"description": "A part without which it cannot work does not work"}})
    async def ready() -> Response:
        """Every part of the process, and whether it can do its work."""
        report = await health.report()
        return JSONResponse(report.document(), 200 if report.ready else 503)

    @router.get("/metrics", include_in_schema=False)
    async def exposed() -> Response:
        """All metrics, for Prometheus."""
        await health.measure()
        return Response(metrics.exposed(), media_type=metrics.MEDIA_TYPE)

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
    """FastAPI, of which every refusal is a problem document and every request is observed."""

    def build_middleware_stack(self) -> ASGIApp:
        """The framework's own, inside what writes its plain refusals anew, inside what observes."""
        return Observing(TooLargeAsProblem(super().build_middleware_stack()), self.state.house.new_id)


def create_app(house: House, title: str, routers: Sequence[APIRouter], health: Health | None = None) -> FastAPI:
    """An application with these routes; `health` knows the tasks beside it."""
    app = Application(
        title=title,
        version=VERSION,
        description=DESCRIPTION,
        redoc_url=None,
        # The framework's own page loads scripts from another host; the site has a page of its own.
        docs_url=None,
        max_body_size=BODY_LIMIT_BYTES,
    )
    app.state.house = house
    app.add_middleware(BusyWay, house=house, limit_bytes=BODY_LIMIT_BYTES)
    install(app)
    if assets in routers:
        install_pages(app)
    own = (health_router(health or Health(house)), *([issuer_router(house)] if house.issuer else []))
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
