"""The listings API as an application."""

from fastapi import APIRouter

from services.listings_api import batch, capability_routes, evidence, organisations, reference, searches
from services.listings_api.browsing import browse_router
from services.listings_api.listing_routes import OFFERS, WANTS, router_of


def routers() -> tuple[APIRouter, ...]:
    """All routes of this service."""
    kinds = tuple(make(kind) for kind in (OFFERS, WANTS) for make in (browse_router, router_of))
    rest = (batch.router, evidence.router, searches.router, capability_routes.router, reference.router)
    return (organisations.router, *kinds, *rest)
