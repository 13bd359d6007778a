"""Proposals, trades and balances on a real PostgreSQL: what stands, what lapsed, and who waits for whom."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from contracts.events.trades import DisplacedState, LapsedState, ProposalState, ScoresState, TradesProposed
from contracts.vocabulary.terms import LapseReason, ListingKind, TradeStatus
from infra.postgres.database import Connection, Database
from infra.postgres.stores.trades import Ranks, StoredBalances, StoredProposals, StoredTrades
from infra.postgres.transaction import transaction
from matching.balances import Balance, balance_of, hold
from matching.legal import undetermined_check
from matching.lifecycle import Trade
from matching.proposal import propose
from tests.unit.matching.makers import HOLDER, NOW, SEEKER, TODAY, offer, offer_state, uid, want, want_state
from tests.unit.matching.trading import ROADS, trade_in

START = UUID(int=0)
STANDING = ("proposed",)


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    """One open transaction."""
    async with transaction(database) as unit:
        yield unit.connection


def proposal(offer_name: str = "offer", want_name: str = "want", revision: int = 1) -> ProposalState:
    """A pair that fits."""
    return propose(offer(offer_name, revision=revision), want(want_name), undetermined_check, TODAY)


def proposed(*proposals: ProposalState) -> TradesProposed:
    """The event that brings them."""
    return TradesProposed(
        listing_id=proposals[0].offer_id if proposals else uuid4(),
        listing_kind=ListingKind.OFFER,
        listing_revision=1,
        proposals=proposals,
    )


def gone(item: ProposalState, reason: LapseReason = LapseReason.WITHDRAWN) -> LapsedState:
    """That it no longer stands."""
    return LapsedState(
        trade_id=item.trade_id,
        offer_id=item.offer_id,
        offer_organisation_id=item.offer_organisation_id,
        want_id=item.want_id,
        want_organisation_id=item.want_organisation_id,
        reason=reason,
    )


class TestProposals:
    """What the matcher proposed and took back."""

    async def test_each_of_an_event_reads_back_as_it_was_made(self, connection: Connection) -> None:
        store = StoredProposals(connection)
        made = [proposal(want_name=f"want {number}") for number in range(5)]
        await store.put(uuid4(), proposed(*made))
        assert [await store.get(item.trade_id) for item in made] == made
        assert await store.get(uuid4()) is None
        assert await store.find(uuid4()) is None

    async def test_one_that_lapsed_does_not_stand_but_is_still_shown_with_the_reason(
        self, connection: Connection
    ) -> None:
        store, item = StoredProposals(connection), proposal()
        await store.put(uuid4(), proposed(item))
        await store.lapse([gone(item, LapseReason.EXPIRED)])
        assert await store.get(item.trade_id) is None
        found = await store.find(item.trade_id)
        assert found is not None
        assert (found.proposal, found.lapse_reason, found.trade) == (item, LapseReason.EXPIRED, None)

    async def test_one_that_is_superseded_lapses_as_revised(self, connection: Connection) -> None:
        store, first, second = StoredProposals(connection), proposal(), proposal(revision=2)
        assert first.trade_id != second.trade_id
        await store.put(uuid4(), proposed(first))
        await store.put(uuid4(), proposed(second.model_copy(update={"supersedes": first.trade_id})))
        found = await store.find(first.trade_id)
        assert found is not None
        assert found.lapse_reason is LapseReason.REVISED
        assert await store.get(second.trade_id) is not None

    async def test_one_that_lapsed_stands_again_when_it_is_proposed_again(self, connection: Connection) -> None:
        store, item = StoredProposals(connection), proposal()
        again = item.model_copy(update={"score": 0.25})
        await store.put(uuid4(), proposed(item))
        await store.lapse([gone(item)])
        await store.put(uuid4(), proposed(proposal("another"), again))
        assert await store.get(item.trade_id) == again

    async def test_the_same_event_again_changes_nothing(self, connection: Connection) -> None:
        store, item, event_id = StoredProposals(connection), proposal(), uuid4()
        for _ in range(2):
            await store.put(event_id, proposed(item))
        assert await store.get(item.trade_id) == item

    async def test_what_never_stood_may_lapse_and_nothing_may_be_proposed(self, connection: Connection) -> None:
        store = StoredProposals(connection)
        await store.lapse([gone(proposal())])
        await store.lapse([])
        await store.put(uuid4(), proposed())
        assert await store.find(proposal().trade_id) is None

    async def test_a_long_list_is_kept_whole(self, connection: Connection) -> None:
        store, item = StoredProposals(connection), proposal()
        made = [item.model_copy(update={"trade_id": uid(f"t{n}"), "score": n / 1000}) for n in range(1000)]
        await store.put(uuid4(), proposed(*made))
        found = await store.of_organisation(HOLDER, START, None, STANDING, 2000)
        assert sorted(one.proposal.score for one in found) == [n / 1000 for n in range(1000)]


def pushed_out(item: ProposalState) -> DisplacedState:
    """That better ones pushed it out."""
    return DisplacedState(
        trade_id=item.trade_id,
        offer_id=item.offer_id,
        offer_organisation_id=item.offer_organisation_id,
        want_id=item.want_id,
        want_organisation_id=item.want_organisation_id,
    )


class TestStanding:
    """What better proposals push out goes quietly, unless somebody opened it."""

    async def test_one_that_nobody_opened_no_longer_stands_but_is_still_shown(self, connection: Connection) -> None:
        store, item = StoredProposals(connection), proposal()
        await store.put(uuid4(), proposed(item))
        await store.displace([pushed_out(item)])
        assert await store.get(item.trade_id) is None
        found = await store.find(item.trade_id)
        assert found is not None
        assert (found.stands, found.displaced, found.lapse_reason) == (False, True, None)
        assert await store.of_organisation(HOLDER, START, None, STANDING, 10) == []
        assert len(await store.of_organisation(HOLDER, START, None, ["lapsed"], 10)) == 1

    async def test_one_that_somebody_opened_stays(self, connection: Connection) -> None:
        store, item = StoredProposals(connection), proposal()
        await store.put(uuid4(), proposed(item))
        await store.open(item.trade_id, NOW)
        await store.displace([pushed_out(item)])
        assert await store.get(item.trade_id) == item
        assert await store.kept([item.want_id]) == [item]
        assert await store.kept([uid("another")]) == []

    async def test_opening_it_too_late_does_not_bring_it_back(self, connection: Connection) -> None:
        store, item = StoredProposals(connection), proposal()
        await store.put(uuid4(), proposed(item))
        await store.displace([pushed_out(item)])
        await store.open(item.trade_id, NOW)
        assert await store.get(item.trade_id) is None

    async def test_one_that_is_proposed_again_stands_again(self, connection: Connection) -> None:
        store, item = StoredProposals(connection), proposal()
        await store.put(uuid4(), proposed(item))
        await store.displace([pushed_out(item)])
        await store.put(uuid4(), proposed(item))
        assert await store.get(item.trade_id) == item
        await store.displace([])

    async def test_ranks_count_the_standing_ones_of_the_readers_own_listing_in_both_orders(
        self, connection: Connection
    ) -> None:
        store = StoredProposals(connection)
        near, far, gone_one = (
            proposal(want_name=name).model_copy(update={"scores": ScoresState(area_first=area, chain_first=chain)})
            for name, area, chain in (("near", 0.9, 0.2), ("far", 0.5, 0.8), ("gone", 0.99, 0.99))
        )
        await store.put(uuid4(), proposed(near, far, gone_one))
        await store.lapse([gone(gone_one)])
        ids = [near.trade_id, far.trade_id]
        of_holder = await store.ranks(ids, HOLDER)
        assert (of_holder[near.trade_id], of_holder[far.trade_id]) == (Ranks(1, 2, 2), Ranks(2, 1, 2))
        of_seeker = await store.ranks(ids, SEEKER)
        assert (of_seeker[near.trade_id], of_seeker[far.trade_id]) == (Ranks(1, 1, 1), Ranks(1, 1, 1))

    async def test_equal_scores_rank_by_the_lower_id_of_the_counterpart(self, connection: Connection) -> None:
        store = StoredProposals(connection)
        made = [proposal(want_name=f"want {number}") for number in range(6)]
        await store.put(uuid4(), proposed(*made))
        ranks = await store.ranks([item.trade_id for item in made], HOLDER)
        in_order = sorted(made, key=lambda item: item.want_id.int)
        assert [ranks[item.trade_id].area_first for item in in_order] == [1, 2, 3, 4, 5, 6]


class TestLists:
    """The trades of an organisation, page by page."""

    async def test_both_sides_see_it_and_nobody_else(self, connection: Connection) -> None:
        store, item = StoredProposals(connection), proposal()
        await store.put(uuid4(), proposed(item))
        for side in (HOLDER, SEEKER):
            assert [one.proposal for one in await store.of_organisation(side, START, None, STANDING, 10)] == [item]
        assert await store.of_organisation(uid("outsider"), START, None, STANDING, 10) == []

    async def test_pages_hold_each_once_in_the_order_of_ids(self, connection: Connection) -> None:
        store = StoredProposals(connection)
        made = [proposal(want_name=f"want {number}") for number in range(11)]
        await store.put(uuid4(), proposed(*made))
        ids, after = [], START
        while page := await store.of_organisation(SEEKER, after, None, STANDING, 4):
            ids += [one.proposal.trade_id for one in page]
            after = ids[-1]
        assert ids == sorted(item.trade_id for item in made)

    async def test_they_are_narrowed_to_one_listing(self, connection: Connection) -> None:
        store = StoredProposals(connection)
        one, other = proposal("a", "w"), proposal("b", "w")
        await store.put(uuid4(), proposed(one, other))
        assert len(await store.of_organisation(HOLDER, START, uid("w"), STANDING, 10)) == 2
        (found,) = await store.of_organisation(HOLDER, START, uid("a"), STANDING, 10)
        assert found.proposal == one

    @pytest.mark.parametrize("status", TradeStatus)
    async def test_the_state_of_a_trade_goes_before_that_of_its_proposal(
        self, connection: Connection, status: TradeStatus
    ) -> None:
        store, trade = StoredProposals(connection), trade_in(status).trade
        item = proposal().model_copy(update={"trade_id": trade.state.trade_id})
        await store.put(uuid4(), proposed(item))
        if ROADS[status]:
            await StoredTrades(connection).save(trade)
            await store.lapse([gone(item, LapseReason.TAKEN)])
        for asked in TradeStatus:
            found = await store.of_organisation(HOLDER, START, None, [asked.value], 10)
            assert len(found) == (asked is status)
        if ROADS[status]:
            (shown,) = await store.of_organisation(HOLDER, START, None, [status.value], 10)
            assert shown.trade == trade


class TestTrades:
    """Trades somebody acted upon."""

    @pytest.mark.parametrize("status", TradeStatus)
    async def test_one_in_any_state_reads_back_as_it_was_saved(
        self, connection: Connection, status: TradeStatus
    ) -> None:
        store, trade = StoredTrades(connection), trade_in(status).trade
        await store.save(trade)
        assert await store.get_for_update(trade.state.trade_id) == trade
        assert await store.get_for_update(uuid4()) is None

    async def test_saving_again_replaces_it(self, connection: Connection) -> None:
        store = StoredTrades(connection)
        for status in (TradeStatus.ACCEPTED, TradeStatus.AGREED):
            await store.save(trade_in(status).trade)
        trade = trade_in(TradeStatus.AGREED).trade
        assert await store.get_for_update(trade.state.trade_id) == trade
        assert await store.accepted_of_listing_for_update(trade.state.offer_id) == []

    async def test_the_accepted_trades_of_a_listing_come_in_the_order_of_their_ids(
        self, connection: Connection
    ) -> None:
        store = StoredTrades(connection)
        made = [await saved(store, number, TradeStatus.ACCEPTED) for number in range(6)]
        agreed = await saved(store, 7, TradeStatus.AGREED)
        for listing in (agreed.state.offer_id, agreed.state.want_id):
            found = await store.accepted_of_listing_for_update(listing)
            assert [one.state.trade_id for one in found] == sorted(one.state.trade_id for one in made)
        assert await store.accepted_of_listing_for_update(uuid4()) == []

    async def test_holds_that_ended_come_the_oldest_first(self, connection: Connection) -> None:
        store = StoredTrades(connection)
        made = [await saved(store, number, TradeStatus.ACCEPTED, hours=(number * 7) % 10 - 5) for number in range(10)]
        await saved(store, 99, TradeStatus.AGREED, hours=-9)
        due = sorted((held(one), one.state.trade_id) for one in made if held(one) <= NOW)
        assert await store.accepted_until(NOW, 100) == [trade_id for _moment, trade_id in due]
        assert await store.accepted_until(NOW, 2) == [trade_id for _moment, trade_id in due[:2]]


async def saved(store: StoredTrades, number: int, status: TradeStatus, hours: float = 1) -> Trade:
    """A trade between the same two listings, held until so many hours from now."""
    trade = trade_in(status).trade
    changes = {"trade_id": uid(f"trade {number}"), "held_until": NOW + timedelta(hours=hours)}
    made = replace(trade, state=trade.state.model_copy(update=changes))
    await store.save(made)
    return made


def held(trade: Trade) -> datetime:
    """Until when it is held."""
    assert trade.state.held_until is not None
    return trade.state.held_until


def balance(name: str, total: int = 1000) -> Balance:
    """The balance of an offer nobody took from."""
    return balance_of(offer_state(name, quantity=Decimal(total)))


class TestBalances:
    """What is free of each listing."""

    async def test_they_read_back_as_they_were_saved(self, connection: Connection) -> None:
        store = StoredBalances(connection)
        one = hold(balance("a"), Decimal("0.000001"))
        two = balance_of(want_state("w", minimum=Decimal("2.50"), recurrence="per_month"))
        for item in (one, two):
            await store.save(item)
        found = await store.get_for_update([two.listing_id, one.listing_id, uuid4()])
        assert found == {one.listing_id: one, two.listing_id: two}
        assert await store.get_for_update([]) == {}

    async def test_saving_again_replaces_it(self, connection: Connection) -> None:
        store, first = StoredBalances(connection), balance("a")
        for item in (first, hold(first, Decimal(5))):
            await store.save(item)
        found = (await store.get_for_update([first.listing_id]))[first.listing_id]
        assert (found.held, found.sequence) == (Decimal(5), 1)


async def take_from(database: Database, listings: Sequence[UUID], amount: int) -> None:
    """What a trade does: lock the balances of its listings, take a little of each."""
    async with transaction(database) as unit:
        store = StoredBalances(unit.connection)
        found = await store.get_for_update(listings)
        await asyncio.sleep(0)
        for listing in listings:
            await store.save(hold(found[listing], Decimal(amount)))


async def test_trades_that_share_listings_never_wait_in_a_circle_and_never_promise_twice(database: Database) -> None:
    chain = [balance(f"listing {number}", 120) for number in range(4)]
    async with transaction(database) as unit:
        for item in chain:
            await StoredBalances(unit.connection).save(item)
    pairs = [*pairwise(chain), (chain[-1], chain[0])]
    chance = random.Random(20)
    work = [chance.sample([one.listing_id, other.listing_id], 2) for one, other in pairs * 30]
    chance.shuffle(work)
    async with asyncio.timeout(60):
        await asyncio.gather(*(take_from(database, listings, 2) for listings in work))
    async with transaction(database) as unit:
        found = await StoredBalances(unit.connection).get_for_update([item.listing_id for item in chain])
    assert {item.held for item in found.values()} == {Decimal(120)}
    assert {item.sequence for item in found.values()} == {60}


async def test_two_first_acts_on_a_trade_wait_for_each_other(database: Database) -> None:
    trade = trade_in(TradeStatus.ACCEPTED).trade
    async with transaction(database) as unit:
        await StoredTrades(unit.connection).save(trade)

    async def revise() -> None:
        async with transaction(database) as unit:
            store = StoredTrades(unit.connection)
            found = await store.get_for_update(trade.state.trade_id)
            assert found is not None
            await asyncio.sleep(0)
            next_one = found.state.model_copy(update={"revision": found.state.revision + 1})
            await store.save(replace(found, state=next_one))

    async with asyncio.timeout(60):
        await asyncio.gather(*(revise() for _ in range(30)))
    async with transaction(database) as unit:
        found = await StoredTrades(unit.connection).get_for_update(trade.state.trade_id)
    assert found is not None
    assert found.state.revision == trade.state.revision + 30
