"""Messages between the two sides of a trade."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from contracts.events.trades import ProposalState, TradeMessaged, TradesProposed
from contracts.upcasts import read
from contracts.vocabulary.terms import Side
from matching.messages import LONGEST, MOST_AN_HOUR, Message, MessageRefused, TooManyMessages, cleaned, send
from tests.contracts.example_events import example_event

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def example_proposal() -> ProposalState:
    """A proposal that stands."""
    event = read(example_event("trades.proposed.v1"))
    assert isinstance(event, TradesProposed)
    return event.proposals[0]


@dataclass
class FakeMessages:
    """Messages in a list."""

    kept: list[Message] = field(default_factory=list)

    async def of_trade(self, trade_id: UUID) -> Sequence[Message]:
        """Those of a trade."""
        return [message for message in self.kept if message.trade_id == trade_id]

    async def count(self, trade_id: UUID, side: Side, since: datetime) -> int:
        """Those of a side since."""
        return len([one for one in self.kept if (one.trade_id, one.side) == (trade_id, side) and one.sent_at > since])

    async def save(self, message: Message) -> None:
        """Keep it."""
        self.kept.append(message)


async def test_a_message_is_kept_and_told_without_its_words() -> None:
    messages, proposal = FakeMessages(), example_proposal()
    message, event = await send(proposal, Side.HOLDER, "  Donderdag?\r\n ", uuid4(), NOW, messages)
    assert message.text == "Donderdag?"
    assert list(await messages.of_trade(proposal.trade_id)) == [message]
    assert isinstance(event.data, TradeMessaged)
    assert event.data.sent_by is Side.HOLDER
    assert "Donderdag" not in event.data.model_dump_json()


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST + 1), "\x00"])
async def test_a_message_without_words_or_without_end_is_refused(text: str) -> None:
    with pytest.raises(MessageRefused, match="expected"):
        await send(example_proposal(), Side.HOLDER, text, uuid4(), NOW, FakeMessages())


async def test_nobody_floods_the_other_side() -> None:
    messages, proposal = FakeMessages(), example_proposal()
    for _ in range(MOST_AN_HOUR):
        await send(proposal, Side.HOLDER, "Hallo?", uuid4(), NOW, messages)
    with pytest.raises(TooManyMessages, match="wait"):
        await send(proposal, Side.HOLDER, "Hallo?", uuid4(), NOW, messages)
    await send(proposal, Side.SEEKER, "Rustig.", uuid4(), NOW, messages)


def test_direction_overrides_are_taken_out() -> None:
    assert cleaned("a\u202eb") == "ab"
