"""Loading the demo region into a marketplace that runs elsewhere: `python -m services.loading --url http://api:8080`.

Needs the folder of the embedded issuer, because the region is published by each of its organisations.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import httpx
import typer

from contracts.vocabulary.terms import Role
from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.settings import Settings, load_settings
from services.cli.ending import Ending, ending_well
from services.demo.accounts import make_demo_accounts
from services.demo.region import PublishedCounts, RegionRefused, load_region, publish_region
from services.wiring import issuer_of, open_house

TOKEN_LIFE = timedelta(hours=1)
TIMEOUT_S = 60


def require_issuer(settings: Settings) -> EmbeddedIssuer:
    """The embedded issuer; raises Ending when tokens come from elsewhere."""
    issuer = issuer_of(settings)
    if issuer is None:
        raise Ending(
            f"tokens come from {settings.issuer} (KRINGMARKT_ISSUER), but only the embedded issuer can sign for all "
            "organisations of the demo; set KRINGMARKT_ISSUER=embedded and give this process the issuer's folder"
        )
    return issuer


async def load(url: str, issuer: EmbeddedIssuer, now: datetime) -> PublishedCounts:
    """Publish the region through the API at `url`, as its organisations would; safe to repeat."""

    def token_for(organisation_id: UUID, roles: Sequence[Role]) -> str:
        return issuer.token(organisation_id, roles, now, TOKEN_LIFE)

    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S) as client:
        return await publish_region(client, token_for, load_region(now.date()))


async def make_accounts(settings: Settings) -> int:
    """Accounts with which people sign in for the organisations of the region; how many."""
    async with open_house(settings) as house:
        return await make_demo_accounts(house, load_region(house.today()))


@ending_well
def command(url: Annotated[str, typer.Option(help="Address of the API, such as http://localhost:8080.")]) -> None:
    """Load the demo region. Safe to repeat."""
    settings = load_settings()
    issuer = require_issuer(settings)
    try:
        if settings.demo:
            asyncio.run(make_accounts(settings))
        counts = asyncio.run(load(url, issuer, datetime.now(UTC)))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Ending(f"the API at {url} cannot be reached: {error or type(error).__name__}; check --url") from error
    except RegionRefused as error:
        raise Ending(str(error)) from error
    typer.echo(f"the demo region is loaded: {counts}")


if __name__ == "__main__":
    typer.run(command)
