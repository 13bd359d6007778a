"""Numbered inboxes: every channel counts 1, 2, 3 without gaps, so that a reader can prove that nothing is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.events.alerts import AlertState
from notifications.model import Channel, Draft, InboxEntry, InboxHead

NEW_INBOX = InboxHead()


@dataclass(frozen=True, slots=True)
class Numbered:
    """What `number` decided: the entries to store, in order, and the heads of the channels that grew."""

    entries: tuple[InboxEntry, ...]
    heads: Mapping[Channel, InboxHead]


class StartAgainReason(StrEnum):
    """Why a reader cannot go on from the number it has."""

    HISTORY_GONE = "history_gone"
    NUMBERS_RESTARTED = "numbers_restarted"


def number(
    drafts: Iterable[Draft],
    heads: Mapping[Channel, InboxHead],
    now: datetime,
    known: frozenset[tuple[Channel, str]] = frozenset(),
) -> Numbered:
    """Give each draft the next number of its channel; a draft whose key is `known`, or came before, gets none.

    `heads` lacks a channel that has no inbox yet. The caller keeps others from numbering the same channels
    until the entries are stored: two writers with the same head would give two alerts one number.
    """
    seen, grown, entries = set(known), dict[Channel, InboxHead](), list[InboxEntry]()
    for draft in drafts:
        if (draft.channel, draft.dedupe_key) in seen:
            continue
        seen.add((draft.channel, draft.dedupe_key))
        head = grown.get(draft.channel) or heads.get(draft.channel, NEW_INBOX)
        grown[draft.channel] = InboxHead(head.first, head.last + 1)
        entries.append(InboxEntry(_numbered(draft, head.last + 1, now), draft.dedupe_key))
    return Numbered(tuple(entries), grown)


def start_again(head: InboxHead, after: int) -> StartAgainReason | None:
    """Why a reader that has everything up to `after` cannot go on reading here; None: it can."""
    if after > head.last:
        return StartAgainReason.NUMBERS_RESTARTED
    return StartAgainReason.HISTORY_GONE if after < head.first - 1 else None


def _numbered(draft: Draft, next_number: int, now: datetime) -> AlertState:
    return AlertState(
        channel=str(draft.channel),
        number=next_number,
        kind=draft.kind,
        raised_at=now,
        about=draft.about,
        body=draft.body,
    )
