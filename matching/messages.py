"""Messages between the two sides of a trade. Only they read them: no event holds the text."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from contracts.envelope import NewEvent
from contracts.events.trades import ProposalState, TradeMessaged
from contracts.problems import Refusal
from contracts.vocabulary.terms import Side

LONGEST = 2000
MOST_AN_HOUR = 30
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class MessageRefused(Refusal):
    """A message without words, or with too many."""

    status = 422
    slug = "message-refused"
    title = "This message cannot be sent"


class TooManyMessages(Refusal):
    """More messages within an hour than anybody reads."""

    status = 429
    slug = "too-many-messages"
    title = "You sent many messages"


@dataclass(frozen=True, slots=True)
class Message:
    """What one side wrote to the other."""

    message_id: UUID
    trade_id: UUID
    side: Side
    text: str
    sent_at: datetime


class Messages(Protocol):
    """The messages of trades."""

    async def of_trade(self, trade_id: UUID) -> Sequence[Message]:
        """The messages of a trade, oldest first."""
        ...

    async def count(self, trade_id: UUID, side: Side, since: datetime) -> int:
        """How many messages a side sent since."""
        ...

    async def save(self, message: Message) -> None:
        """Keep a message."""
        ...


async def send(
    proposal: ProposalState, side: Side, text: str, message_id: UUID, now: datetime, messages: Messages
) -> tuple[Message, NewEvent]:
    """Keep a message of one side and tell of it. Raises MessageRefused, TooManyMessages.

    The pair need not stand any more: who agreed on collection next week still has to arrange it.
    """
    clean = cleaned(text)
    if await messages.count(proposal.trade_id, side, now - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise TooManyMessages(
            f"got more than {MOST_AN_HOUR} messages within an hour; wait, or write one longer message"
        )
    message = Message(message_id, proposal.trade_id, side, clean, now)
    await messages.save(message)
    return message, _told(message, proposal)


def cleaned(text: str) -> str:
    """The text in its one form; raises MessageRefused."""
    plain = unicodedata.normalize("NFC", _REFUSED.sub("", text.replace("\r\n", "\n"))).strip()
    if not 1 <= len(plain) <= LONGEST:
        raise MessageRefused(f"got {len(plain)} characters; expected 1 to {LONGEST}: write something shorter")
    return plain


def _told(message: Message, proposal: ProposalState) -> NewEvent:
    data = TradeMessaged(
        message_id=message.message_id,
        trade_id=message.trade_id,
        sent_by=message.side,
        offer_id=proposal.offer_id,
        offer_organisation_id=proposal.offer_organisation_id,
        want_id=proposal.want_id,
        want_organisation_id=proposal.want_organisation_id,
        family=proposal.family,
    )
    return NewEvent(data=data, subject=str(message.trade_id), partition_keys=(proposal.family,), id=message.message_id)
