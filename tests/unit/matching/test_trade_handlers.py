"""Commands and events that trades hear of: loaded, decided, saved."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from contracts.envelope import NewEvent
from contracts.events.listings import OfferExpired, OfferRevised, RemainingChanged
from contracts.events.trades import (
    DisplacedState,
    LapsedState,
    ProposalState,
    TradeLapsed,
    TradesDisplaced,
    TradesLapsed,
)
from contracts.vocabulary.terms import DeclineReason, LapseReason, ListingKind, ListingStatus, TradeStatus
from matching.commands import Accept, Agree, Decline
from matching.errors import TradeNotFound, WrongState
from matching.legal import undetermined_check
from matching.proposal import propose
from matching.trade_handlers import TradePorts, act, lapse_holds, listing_changed, proposals_displaced, proposals_lapsed
from tests.unit.matching.fakes import BalancesInMemory, ProposalsInMemory, TradesInMemory
from tests.unit.matching.makers import (
    HOLDER,
    NOW,
    SEEKER,
    TODAY,
    offer,
    offer_published,
    offer_state,
    uid,
    want,
    want_published,
)

PROPOSAL = propose(offer(), want(), undetermined_check, TODAY)
SECOND = propose(offer(), want("second"), undetermined_check, TODAY)
LATER = NOW + timedelta(days=8)


@dataclass
class Market:
    """One offer, two wants, two proposals."""

    trades: TradesInMemory = field(default_factory=TradesInMemory)
    balances: BalancesInMemory = field(default_factory=BalancesInMemory)
    proposals: ProposalsInMemory = field(default_factory=ProposalsInMemory)

    @property
    def ports(self) -> TradePorts:
        return TradePorts(self.trades, self.balances, self.proposals)

    def status(self, trade_id: UUID = PROPOSAL.trade_id) -> TradeStatus:
        return self.trades.rows[trade_id].state.status

    def held(self, name: str) -> Decimal:
        return self.balances.rows[uid(name)].held


@pytest.fixture
async def market() -> Market:
    made = Market()
    for event in (offer_published(), want_published(), want_published("second")):
        assert await listing_changed(event, made.ports, NOW) == ()
    for proposal in (PROPOSAL, SECOND):
        made.proposals.rows[proposal.trade_id] = proposal
    return made


def lapsed(reason: LapseReason, *trade_ids: UUID) -> TradesLapsed:
    """The matcher tells that these no longer fit."""
    states = [
        LapsedState(
            trade_id=trade_id,
            offer_id=uid("offer"),
            offer_organisation_id=HOLDER,
            want_id=uid("want"),
            want_organisation_id=SEEKER,
            reason=reason,
        )
        for trade_id in trade_ids
    ]
    return TradesLapsed(listing_id=uid("offer"), listing_kind=ListingKind.OFFER, lapsed=tuple(states))


def kinds(events: tuple[NewEvent, ...]) -> list[type]:
    return [type(event.data) for event in events]


async def test_accepting_and_agreeing_is_saved_with_both_balances(market: Market) -> None:
    await act(PROPOSAL.trade_id, Accept(HOLDER, Decimal(30)), market.ports, NOW)
    assert (market.held("offer"), market.held("want")) == (Decimal(30), Decimal(0))
    await act(PROPOSAL.trade_id, Agree(SEEKER), market.ports, NOW)
    assert market.status() is TradeStatus.AGREED
    promised = [market.balances.rows[uid(name)].promised for name in ("offer", "want", "second")]
    assert promised == [Decimal(30), Decimal(30), Decimal(0)]


async def test_a_trade_without_a_standing_proposal_is_not_found(market: Market) -> None:
    with pytest.raises(TradeNotFound):
        await act(uid("nothing"), Accept(HOLDER), market.ports, NOW)
    assert market.trades.rows == {}


async def test_a_trade_of_which_a_listing_is_not_known_yet_is_not_found(market: Market) -> None:
    del market.balances.rows[uid("want")]
    with pytest.raises(TradeNotFound, match="try again"):
        await act(PROPOSAL.trade_id, Accept(HOLDER), market.ports, NOW)


async def test_a_refused_command_saves_nothing(market: Market) -> None:
    await act(PROPOSAL.trade_id, Decline(HOLDER, DeclineReason.TOO_FAR), market.ports, NOW)
    before = dict(market.trades.rows), dict(market.balances.rows)
    with pytest.raises(WrongState):
        await act(PROPOSAL.trade_id, Accept(SEEKER), market.ports, NOW)
    assert (market.trades.rows, market.balances.rows) == before


async def test_holds_lapse_when_their_time_is_over(market: Market) -> None:
    await act(PROPOSAL.trade_id, Accept(HOLDER, Decimal(30)), market.ports, NOW)
    assert await lapse_holds(market.ports, NOW) == ()
    assert kinds(await lapse_holds(market.ports, LATER)) == [TradeLapsed, RemainingChanged]
    assert market.held("offer") == 0
    assert await lapse_holds(market.ports, LATER) == ()


async def test_a_lapsed_trade_starts_over_while_its_proposal_stands(market: Market) -> None:
    await act(PROPOSAL.trade_id, Accept(HOLDER), market.ports, NOW)
    await lapse_holds(market.ports, LATER)
    await act(PROPOSAL.trade_id, Accept(SEEKER), market.ports, LATER)
    assert market.status() is TradeStatus.ACCEPTED
    await lapse_holds(market.ports, LATER + timedelta(days=8))
    market.proposals.rows.clear()
    with pytest.raises(WrongState, match="ended"):
        await act(PROPOSAL.trade_id, Accept(SEEKER), market.ports, LATER)


async def test_an_expired_listing_ends_accepted_trades_and_leaves_agreed_ones(market: Market) -> None:
    await act(PROPOSAL.trade_id, Accept(HOLDER, Decimal(30)), market.ports, NOW)
    await act(SECOND.trade_id, Accept(HOLDER, Decimal(40)), market.ports, NOW)
    await act(SECOND.trade_id, Agree(SEEKER), market.ports, NOW)
    expired = OfferExpired(offer=offer_state(revision=2, status=ListingStatus.EXPIRED))
    assert kinds(await listing_changed(expired, market.ports, NOW)) == [TradeLapsed, RemainingChanged]
    assert market.trades.rows[PROPOSAL.trade_id].state.lapse_reason is LapseReason.EXPIRED
    assert market.status(SECOND.trade_id) is TradeStatus.AGREED
    assert await listing_changed(expired, market.ports, NOW) == ()


async def test_a_revised_total_is_told_when_something_is_taken(market: Market) -> None:
    revised = OfferRevised(offer=offer_state(revision=2, quantity=Decimal(50)))
    await act(PROPOSAL.trade_id, Accept(HOLDER, Decimal(30)), market.ports, NOW)
    (event,) = await listing_changed(revised, market.ports, NOW)
    assert isinstance(event.data, RemainingChanged)
    assert (event.data.total, event.data.remaining) == (Decimal(50), Decimal(20))


async def test_pairs_that_no_longer_fit_end_accepted_trades_unless_the_trade_took_it_itself(market: Market) -> None:
    for proposal in (PROPOSAL, SECOND):
        await act(proposal.trade_id, Accept(HOLDER, Decimal(30)), market.ports, NOW)
    both = (PROPOSAL.trade_id, SECOND.trade_id, uid("nobody acted on this one"))
    assert await proposals_lapsed(lapsed(LapseReason.TAKEN, *both), market.ports, NOW) == ()
    events = await proposals_lapsed(lapsed(LapseReason.REVISED, *both), market.ports, NOW)
    assert kinds(events) == [TradeLapsed, RemainingChanged] * 2
    assert market.held("offer") == 0


async def test_several_trades_are_locked_in_order_of_their_ids(market: Market) -> None:
    for proposal in (PROPOSAL, SECOND):
        await act(proposal.trade_id, Accept(HOLDER, Decimal(30)), market.ports, NOW)
    market.trades.locked.clear()
    both = sorted((PROPOSAL.trade_id, SECOND.trade_id), reverse=True)
    await proposals_lapsed(lapsed(LapseReason.REVISED, *both), market.ports, NOW)
    assert market.trades.locked == sorted(both)


def displaced(proposal: ProposalState) -> TradesDisplaced:
    """Better ones pushed it out of the lists of both sides."""
    state = DisplacedState(
        trade_id=proposal.trade_id,
        offer_id=proposal.offer_id,
        offer_organisation_id=proposal.offer_organisation_id,
        want_id=proposal.want_id,
        want_organisation_id=proposal.want_organisation_id,
    )
    return TradesDisplaced(listing_id=proposal.offer_id, listing_kind=ListingKind.OFFER, displaced=(state,))


def ends_in(events: Iterable[NewEvent]) -> list[tuple[UUID, LapseReason]]:
    """What lapses, and why."""
    found = [one for event in events if isinstance(event.data, TradesLapsed) for one in event.data.lapsed]
    return [(one.trade_id, one.reason) for one in found]


async def test_a_displaced_proposal_that_was_opened_stays_while_its_terms_hold(market: Market) -> None:
    market.proposals.displaced_but_opened.append(PROPOSAL)
    assert await proposals_displaced(displaced(PROPOSAL), market.ports) == ()


async def test_a_displaced_proposal_that_was_opened_ends_when_its_offer_is_revised(market: Market) -> None:
    market.proposals.displaced_but_opened.append(PROPOSAL)
    revised = OfferRevised(offer=offer_state(revision=2, price_eur_per_tonne=Decimal(1)))
    told = await listing_changed(revised, market.ports, NOW)
    assert ends_in(told) == [(PROPOSAL.trade_id, LapseReason.REVISED)]


async def test_a_displaced_proposal_that_was_opened_ends_with_its_offer(market: Market) -> None:
    market.proposals.displaced_but_opened.append(PROPOSAL)
    expired = OfferExpired(offer=offer_state(status=ListingStatus.EXPIRED))
    assert ends_in(await listing_changed(expired, market.ports, NOW)) == [(PROPOSAL.trade_id, LapseReason.EXPIRED)]


async def test_a_revision_that_was_heard_before_the_displacement_ends_it_too(market: Market) -> None:
    await listing_changed(OfferRevised(offer=offer_state(revision=2)), market.ports, NOW)
    market.proposals.displaced_but_opened.append(PROPOSAL)
    told = await proposals_displaced(displaced(PROPOSAL), market.ports)
    assert ends_in(told) == [(PROPOSAL.trade_id, LapseReason.REVISED)]
    assert told == await proposals_displaced(displaced(PROPOSAL), market.ports)
