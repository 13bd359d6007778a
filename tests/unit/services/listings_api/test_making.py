"""The desk remembers owners, and looks again when a publication shows that it remembered wrongly."""

from uuid import uuid4

from infra.postgres.database import Database
from infra.postgres.stores.listings import StoredOrganisations
from infra.postgres.transaction import transaction
from listings.model import Organisation
from services.listings_api.making import Desk
from tests.integration.test_publishing import publication
from tests.unit.listings.scenes import HOLDER_ID, organisation


async def save(database: Database, owner: Organisation) -> None:
    """Store an organisation."""
    async with transaction(database) as unit:
        await StoredOrganisations(unit.connection).save(owner)


async def test_an_owner_is_looked_up_once(database: Database) -> None:
    desk = Desk(database)
    assert await desk.owner(HOLDER_ID) is None
    await save(database, organisation())
    first = await desk.owner(HOLDER_ID)
    assert first == organisation()
    await save(database, organisation().model_copy(update={"revision": 2, "name": "anders"}))
    assert await desk.owner(HOLDER_ID) is first


async def test_an_owner_that_was_revised_elsewhere_is_looked_up_again_after_one_publication(database: Database) -> None:
    desk = Desk(database)
    await save(database, organisation())
    assert await desk.owner(HOLDER_ID) is not None
    newer = organisation().model_copy(update={"revision": 2, "name": "anders"})
    await save(database, newer)
    assert await desk.publish(publication(revision=1)) is False
    assert await desk.owner(HOLDER_ID) == newer
    assert await desk.publish(publication(revision=2)) is True


async def test_a_stranger_is_not_remembered(database: Database) -> None:
    desk, stranger = Desk(database), uuid4()
    assert await desk.owner(stranger) is None
    await save(database, organisation().model_copy(update={"organisation_id": stranger}))
    assert await desk.owner(stranger) is not None
