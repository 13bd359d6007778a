"""The demo region against the real listings API on a real PostgreSQL: everything is accepted, twice."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from contracts.vocabulary.terms import Role
from infra.settings import Settings
from services.demo.region import PublishedCounts, Region, RegionRefused, load_region, publish_region
from services.house import House
from services.http_app import create_app
from services.listings_api.app import routers
from services.wiring import open_house
from tests.support.postgres import NewDsn


@dataclass(frozen=True)
class Scene:
    """A listings API of this test's own, and somebody who hands out tokens."""

    house: House
    client: httpx.AsyncClient

    def token_for(self, organisation_id: UUID, roles: Sequence[Role]) -> str:
        """A token of the embedded issuer, good for an hour."""
        assert self.house.issuer is not None
        return self.house.issuer.token(organisation_id, roles, self.house.now(), timedelta(hours=1))

    def region(self, days: int = 0) -> Region:
        """The region as it is so many days from now."""
        return load_region(self.house.today() + timedelta(days=days))

    async def publish(self, region: Region) -> PublishedCounts:
        """Publish it through the API."""
        return await publish_region(self.client, self.token_for, region)

    async def appended(self) -> int:
        """How many events were written."""
        async with self.house.database.connection() as connection:
            return int(await connection.fetchval("SELECT count(*) FROM eventlog.events"))


@asynccontextmanager
async def marketplace(dsn: str, folder: Path) -> AsyncIterator[Scene]:
    """Opened in the test itself: asyncpg wants to be closed by the task that opened it."""
    async with open_house(Settings(data_dir=folder), dsn) as house:
        transport = httpx.ASGITransport(create_app(house, "test", routers()))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Scene(house, client)


async def test_all_of_the_region_is_accepted_and_a_second_time_nothing_changes(new_dsn: NewDsn, tmp_path: Path) -> None:
    async with marketplace(await new_dsn(), tmp_path) as scene:
        region = scene.region()
        listings = sum(len(one.listings) for one in region.organisations)
        searches = sum(len(one.searches) for one in region.organisations)

        first = await scene.publish(region)
        assert first == PublishedCounts(
            organisations_registered=60, listings_created=listings, searches_created=searches
        )
        events = await scene.appended()

        second = await scene.publish(region)
        assert second == PublishedCounts(organisations_known=60, listings_unchanged=listings, searches_known=searches)
        assert await scene.appended() == events


async def test_on_another_day_windows_move_and_what_was_withdrawn_is_left_alone(
    new_dsn: NewDsn, tmp_path: Path
) -> None:
    async with marketplace(await new_dsn(), tmp_path) as scene:
        await scene.publish(scene.region())
        owner = scene.region().organisations[0]
        bearer = {"Authorization": f"Bearer {scene.token_for(owner.organisation_id, owner.roles)}"}
        again = {"kind": "offer", **owner.offers[0].model_dump(mode="json", exclude_unset=True)}
        answer = await scene.client.post("/v1/listings/batch", json=again, headers=bearer)
        path = f"/v1/offers/{answer.json()['listing_id']}/withdraw"
        assert (await scene.client.post(path, json={}, headers=bearer)).is_success

        counts = await scene.publish(scene.region(days=1))

        assert counts.listings_left_alone == 1
        assert counts.listings_created == 0
        assert counts.listings_revised > 100


async def test_a_token_without_the_role_of_authority_is_refused_with_the_name_of_the_organisation(
    new_dsn: NewDsn, tmp_path: Path
) -> None:
    async with marketplace(await new_dsn(), tmp_path) as scene:
        with pytest.raises(RegionRefused, match="registering omgevingsdienst-kringland: got 403"):
            await publish_region(scene.client, lambda who, _roles: scene.token_for(who, ()), scene.region())
