"""Channel names, and whom a listing shows its holder."""

from uuid import UUID, uuid4

import pytest

from contracts.vocabulary.terms import Visibility
from notifications.errors import UnknownChannel
from notifications.model import Channel, ChannelKind
from tests.unit.notifications.promises import a_listing

ID = UUID("0f5b2a34-9e55-4c1e-8a3f-2f6d3a1b7c90")


def test_a_channel_name_reads_back() -> None:
    assert Channel.parse(f"organisation:{ID}") == Channel(ChannelKind.ORGANISATION, ID)
    assert str(Channel.of_search(ID)) == f"search:{ID}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "organisation",
        "organisation:",
        f"lot:{ID}",
        f"search:{str(ID).upper()}",
        f"search:{ID.hex}",
        f" search:{ID}",
    ],
)
def test_anything_else_is_not_a_channel_so_that_one_inbox_has_one_name(text: str) -> None:
    with pytest.raises(UnknownChannel, match="expected organisation:<id> or search:<id>"):
        Channel.parse(text)


def test_a_public_listing_shows_its_holder_to_anybody() -> None:
    assert a_listing().shows_its_holder_to(uuid4())


def test_an_anonymous_listing_shows_its_holder_only_to_the_holder() -> None:
    card = a_listing(visibility=Visibility.ANONYMOUS, partners=frozenset({ID}))
    assert not card.shows_its_holder_to(ID)
    assert card.shows_its_holder_to(card.organisation_id)


def test_a_listing_for_partners_shows_its_holder_to_named_partners() -> None:
    card = a_listing(visibility=Visibility.PARTNERS, partners=frozenset({ID}))
    assert card.shows_its_holder_to(ID)
    assert not card.shows_its_holder_to(uuid4())
