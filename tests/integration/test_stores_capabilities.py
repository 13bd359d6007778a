"""Capabilities on a real PostgreSQL."""

from uuid import UUID, uuid4

from infra.postgres.database import Database
from infra.postgres.stores.capabilities import StoredCapabilities, capability_ports
from infra.postgres.transaction import transaction
from listings.capabilities import Capability
from tests.unit.listings.scenes import HOLDER
from tests.unit.listings.test_capabilities import ports, published

START = UUID(int=0)


async def capability(**changes: object) -> Capability:
    made = (await published(await ports())).capability
    return made.model_copy(update={"capability_id": uuid4(), **changes})


async def save(database: Database, *capabilities: Capability) -> None:
    async with transaction(database) as unit:
        for one in capabilities:
            await capability_ports(unit.connection).capabilities.save(one)


async def test_a_capability_reads_back_and_is_replaced_by_its_next_revision(database: Database) -> None:
    first = await capability()
    await save(database, first)
    await save(database, first.model_copy(update={"revision": 2}))
    async with transaction(database) as unit:
        found = await StoredCapabilities(unit.connection).get_for_update(first.capability_id)
        missing = await StoredCapabilities(unit.connection).get(uuid4())
    assert found == first.model_copy(update={"revision": 2})
    assert missing is None


async def test_withdrawn_ones_are_not_in_the_list(database: Database) -> None:
    mine, other, gone = await capability(), await capability(organisation_id=uuid4()), await capability(active=False)
    await save(database, mine, other, gone)
    async with database.connection() as connection:
        store = StoredCapabilities(connection)
        every = await store.browse(START, None, 9)
        own = await store.browse(START, HOLDER.organisation_id, 9)
        rest = await store.browse(every[0].capability_id, None, 9)
    assert {one.capability_id for one in every} == {mine.capability_id, other.capability_id}
    assert own == [mine]
    assert rest == every[1:]
