"""Given this directory, this event gives these alerts."""

from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

import pytest

from contracts.events.alerts import AlertRaised
from contracts.events.listings import RemainingChanged, SavedSearchPublished, SavedSearchState
from contracts.events.registry import EVENT_TYPES
from contracts.events.trades import TradeAgreed
from contracts.topics import TOPICS
from contracts.vocabulary.quantities import Unit
from contracts.vocabulary.terms import ListingKind, TradeStatus, Visibility
from notifications.handlers import HANDLERS, IGNORED, handle
from notifications.model import SearchCard
from notifications.ports import Directory, Ports
from tests.unit.notifications import scenes
from tests.unit.notifications.fakes import InMemoryDirectory, fake_ports
from tests.unit.notifications.promises import NOW, DirectoryPromises
from tests.unit.notifications.scenes import HOLDER, OFFER, SEARCH, SEEKER, SEEKER_CHANNEL


class TestInMemoryDirectory(DirectoryPromises):
    @pytest.fixture
    def directory(self) -> Directory:
        return InMemoryDirectory()


async def with_everybody_known() -> Ports:
    ports = fake_ports()
    for event in (
        scenes.registered(HOLDER, "De Beuk", "111"),
        scenes.registered(SEEKER, "Tuinhof", "222"),
        scenes.offer(),
        scenes.want(),
    ):
        assert await handle(event, ports, NOW) == []
    return ports


async def test_a_proposal_is_stored_in_both_inboxes_and_told_as_events() -> None:
    ports = await with_everybody_known()
    events = await handle(scenes.proposed(), ports, NOW)
    assert [event.subject for event in events] == [f"organisation:{HOLDER}", f"organisation:{SEEKER}"]
    for event in events:
        assert isinstance(event.data, AlertRaised)
        assert event.partition_keys == (event.subject,)
        assert event.id == uuid5(NAMESPACE_URL, f"{event.subject}:1")
        event.data.refuse_undeclared()
    (stored,) = await ports.inbox.read(SEEKER_CHANNEL, 0, 10)
    assert stored.body["counterpart"]["organisation"]["name"] == "De Beuk"
    assert stored.body["counterpart"]["municipality"] == "Nijmegen"


async def test_the_same_event_again_raises_nothing() -> None:
    ports = await with_everybody_known()
    await handle(scenes.proposed(), ports, NOW)
    assert await handle(scenes.proposed(), ports, NOW) == []
    assert (await ports.inbox.head(SEEKER_CHANNEL)).last == 1


async def test_a_proposal_that_is_heard_before_its_listings_is_told_without_titles_and_names() -> None:
    ports = fake_ports()
    assert len(await handle(scenes.proposed(), ports, NOW)) == 2
    (stored,) = await ports.inbox.read(SEEKER_CHANNEL, 0, 10)
    assert stored.body["listing"]["title"] is None
    assert (stored.body["counterpart"]["title"], stored.body["counterpart"]["organisation"]) == (None, None)


async def test_an_old_copy_of_an_offer_does_not_make_it_public_again() -> None:
    ports = await with_everybody_known()
    await handle(scenes.offer(Visibility.ANONYMOUS, revision=2), ports, NOW)
    await handle(scenes.offer(Visibility.PUBLIC, revision=1), ports, NOW)
    await handle(scenes.proposed(scenes.proposal(offer_revision=2)), ports, NOW)
    (stored,) = await ports.inbox.read(SEEKER_CHANNEL, 0, 10)
    assert stored.body["counterpart"]["organisation"] is None


async def test_named_partners_see_whose_offer_it_is() -> None:
    ports = await with_everybody_known()
    await handle(scenes.offer(Visibility.PARTNERS, revision=2, partners=(SEEKER,)), ports, NOW)
    await handle(scenes.proposed(scenes.proposal(offer_revision=2)), ports, NOW)
    (stored,) = await ports.inbox.read(SEEKER_CHANNEL, 0, 10)
    assert stored.body["counterpart"]["organisation"]["name"] == "De Beuk"


async def test_a_proposal_that_comes_and_goes_is_numbered_in_order() -> None:
    ports = await with_everybody_known()
    for event in (scenes.proposed(), scenes.lapsed()):
        await handle(event, ports, NOW)
    stored = await ports.inbox.read(SEEKER_CHANNEL, 0, 10)
    assert [(alert.number, alert.kind.value) for alert in stored] == [(1, "trade_proposed"), (2, "trade_lapsed")]


async def test_a_pair_that_no_longer_fits_because_it_was_agreed_is_not_called_lapsed() -> None:
    ports = await with_everybody_known()
    for event in (scenes.proposed(), scenes.traded(TradeAgreed, TradeStatus.AGREED), scenes.lapsed()):
        await handle(event, ports, NOW)
    stored = await ports.inbox.read(SEEKER_CHANNEL, 0, 10)
    assert [alert.kind.value for alert in stored] == ["trade_proposed", "trade_changed"]


async def test_a_listing_found_names_its_holder_though_the_event_does_not() -> None:
    ports = await with_everybody_known()
    (event,) = await handle(scenes.matched(), ports, NOW)
    assert isinstance(event.data, AlertRaised)
    assert event.data.alert.body["listing"]["organisation"]["name"] == "De Beuk"


async def test_a_saved_search_is_remembered_with_its_owner() -> None:
    ports = fake_ports()
    search = SavedSearchState(
        search_id=SEARCH,
        revision=1,
        organisation_id=SEEKER,
        name="Bakstenen",
        looks_for=ListingKind.OFFER,
        families=("mineral",),
        concepts=("brick",),
    )
    await handle(SavedSearchPublished(search=search), ports, NOW)
    assert await ports.directory.search(SEARCH) == SearchCard(SEARCH, 1, SEEKER, "Bakstenen", active=True)


async def test_an_event_without_use_here_gives_nothing() -> None:
    event = RemainingChanged(
        listing_id=OFFER,
        kind=ListingKind.OFFER,
        families=("mineral",),
        unit=Unit.TONNE,
        total=Decimal(1),
        held=Decimal(0),
        promised=Decimal(0),
        remaining=Decimal(1),
        sequence=1,
    )
    assert await handle(event, fake_ports(), NOW) == []


def test_every_event_of_the_topics_that_the_notifier_hears_is_handled_or_ignored_on_purpose() -> None:
    heard = {topic.name for topic in TOPICS.values() if "notifier" in topic.consumers}
    events = {event for event in EVENT_TYPES.values() if event.topic in heard}
    assert events == set(HANDLERS) | IGNORED
