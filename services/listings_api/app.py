"""The listings API as an application."""

from fastapi import APIRouter

from services.listings_api import batch, evidence, organisations, reference, searches
from services.listings_api.browsing import browse_router
from services.listings_api.listing_routes import OFFERS, WANTS, router_of


def routers() -> tuple[APIRouter, ...]:
    """All routes of this service."""
    kinds = tuple(make(kind) for kind in (OFFERS, WANTS) for make in (browse_router, router_of))
    return (organisations.router, *kinds, batch.router, evidence.router, searches.router, reference.router)
