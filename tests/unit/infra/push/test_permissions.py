"""An organisation hears its own channel and those of its own saved searches."""

from uuid import uuid4

from infra.push.permissions import OwnChannels
from notifications.model import Channel, SearchCard
from tests.unit.infra.push.fakes import identity
from tests.unit.notifications.fakes import InMemoryDirectory


async def test_only_the_owner_may_subscribe_to_a_search() -> None:
    directory, owner = InMemoryDirectory(), uuid4()
    search = SearchCard(uuid4(), 1, owner, "Bakstenen")
    await directory.put_search(search)
    permissions = OwnChannels(directory.search)
    channel = Channel.of_search(search.search_id)
    assert await permissions.may_subscribe(identity(owner), channel)
    assert not await permissions.may_subscribe(identity(uuid4()), channel)
    assert not await permissions.may_subscribe(identity(owner), Channel.of_search(uuid4()))


async def test_an_organisation_may_subscribe_to_itself_only() -> None:
    permissions, owner = OwnChannels(InMemoryDirectory().search), uuid4()
    assert await permissions.may_subscribe(identity(owner), Channel.of_organisation(owner))
    assert not await permissions.may_subscribe(identity(uuid4()), Channel.of_organisation(owner))
