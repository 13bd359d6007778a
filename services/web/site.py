"""All pages of the site."""

from fastapi import APIRouter

from services.web import (
    alerts,
    counter,
    demand_map,
    front,
    listing_page,
    live,
    organisation,
    photos,
    publishing,
    searching,
    signing_in,
    statements,
    trade_page,
    trades,
)

PAGES: tuple[APIRouter, ...] = (
    front.router,
    signing_in.router,
    live.router,
    searching.router,
    publishing.router,
    photos.router,
    listing_page.router,
    trades.router,
    trade_page.router,
    alerts.router,
    organisation.router,
    demand_map.router,
    statements.router,
    counter.router,
)


def routers() -> tuple[APIRouter, ...]:
    """The routes of every page."""
    return PAGES
