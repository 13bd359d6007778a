"""Events about trades: proposals carry score, landed price and verdict; a trade carries its full state."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from contracts.events.registry import EVENT_TYPES
from contracts.events.trades import (
    TRADES,
    CriterionState,
    ProposalState,
    TradeEvent,
    TradesProposed,
    TradeState,
    VerdictState,
)
from contracts.topics import TOPICS
from contracts.upcasts import read
from contracts.vocabulary.terms import TradeStatus
from contracts.vocabulary.verdict import CriterionOutcome, Verdict
from tests.contracts.example_events import example_bytes, example_event

TRADE: dict[str, Any] = orjson.loads(example_bytes("trade.agreed.v1"))["data"]["trade"]


def _proposal() -> ProposalState:
    data = read(example_event("trades.proposed.v2"))
    assert isinstance(data, TradesProposed)
    return data.proposals[0]


@pytest.mark.parametrize("status", set(TradeStatus) - {TradeStatus.PROPOSED})
def test_every_step_after_a_proposal_is_an_event_with_the_full_trade(status: TradeStatus) -> None:
    event = EVENT_TYPES[f"nl.kringmarkt.trade.{status}.v1"]

    assert issubclass(event, TradeEvent)
    assert event.topic == TRADES


def test_proposals_and_trades_share_a_topic_that_is_not_compacted() -> None:
    assert {TradesProposed.topic, TradeEvent.topic} == {TRADES}
    assert not TOPICS[TRADES].compacted


def test_the_landed_price_of_the_example_adds_up() -> None:
    landed = _proposal().landed
    parts = (landed.price_eur_per_tonne, landed.transport_eur_per_tonne)

    assert landed.landed_eur_per_tonne == sum(part for part in parts if part is not None) == Decimal("12.30")


def test_a_quantity_that_cannot_be_compared_is_none_and_must_be_said() -> None:
    unknown = TradeState.model_validate(TRADE | {"quantity": None, "unit": None})

    assert (unknown.quantity, unknown.unit) == (None, None)
    with pytest.raises(ValidationError, match="quantity"):
        TradeState.model_validate({key: value for key, value in TRADE.items() if key != "quantity"})


def test_a_hold_ends_at_a_moment_with_a_zone() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        TradeState.model_validate(TRADE | {"held_until": "2026-11-19T08:30:00"})


def test_an_event_tells_all_of_a_verdict() -> None:
    assert set(Verdict.__dataclass_fields__) <= VerdictState.model_fields.keys()
    assert set(CriterionOutcome.__dataclass_fields__) == CriterionState.model_fields.keys()


def test_a_verdict_in_an_event_calls_itself_advice_in_both_languages() -> None:
    verdict = _proposal().verdict

    assert (verdict.advice_nl, verdict.advice_en) == ("voorstel, geen besluit", "proposed, not a decision")
    assert VerdictState.model_fields["advice_nl"].is_required()
