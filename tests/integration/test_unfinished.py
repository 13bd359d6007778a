"""Forms that somebody began to fill in."""

from datetime import UTC, datetime

from infra.postgres.database import Database
from infra.postgres.stores.unfinished import KEEP, UnfinishedForms
from infra.postgres.transaction import transaction

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def test_a_form_is_kept_per_person_until_it_is_sent(database: Database) -> None:
    async with transaction(database) as unit:
        forms = UnfinishedForms(unit.connection)
        await forms.keep("jo", "/aanbieden", {"title": ["Half"]}, NOW)
        await forms.keep("jo", "/aanbieden", {"title": ["Heel"]}, NOW)
        assert await forms.get("jo", "/aanbieden") == {"title": ["Heel"]}
        assert await forms.get("piet", "/aanbieden") == {}
        assert await forms.get("jo", "/vragen") == {}
        await forms.forget("jo", "/aanbieden")
        assert await forms.get("jo", "/aanbieden") == {}


async def test_forms_that_were_left_are_forgotten(database: Database) -> None:
    async with transaction(database) as unit:
        forms = UnfinishedForms(unit.connection)
        await forms.keep("jo", "/aanbieden", {"title": ["Oud"]}, NOW - KEEP * 2)
        await forms.keep("piet", "/aanbieden", {"title": ["Nieuw"]}, NOW)
        assert await forms.get("jo", "/aanbieden") == {}
