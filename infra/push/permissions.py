"""Who may hear what, decided with the directory of saved searches."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from infra.identity.tokens import Identity
from notifications.model import Channel, ChannelKind, SearchCard
from notifications.routing import may_hear

FindSearch = Callable[[UUID], Awaitable[SearchCard | None]]


class OwnChannels:
    """Permissions by `may_hear`; `find_search` is `Directory.search` outside any handler's transaction."""

    def __init__(self, find_search: FindSearch) -> None:
        self._find_search = find_search

    async def may_subscribe(self, identity: Identity, channel: Channel) -> bool:
        """Whether it is the identity's own channel, or that of one of its saved searches."""
        search = await self._find_search(channel.id) if channel.kind is ChannelKind.SEARCH else None
        return may_hear(channel, identity.organisation_id, search)
