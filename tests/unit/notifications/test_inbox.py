"""Numbers of inboxes: no gaps, no doubles, and when a reader has to start again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.inbox import StartAgainReason, number, start_again
from notifications.model import Channel, InboxHead
from notifications.ports import Inbox
from tests.unit.notifications.fakes import InMemoryInbox
from tests.unit.notifications.promises import NOW, InboxPromises, a_channel, draft

CHANNELS = [a_channel() for _ in range(3)]
BATCHES = st.lists(st.lists(st.tuples(st.sampled_from(CHANNELS), st.sampled_from("abcdefgh")), max_size=12), max_size=8)


class TestInMemoryInbox(InboxPromises):
    @pytest.fixture
    def inbox(self) -> Inbox:
        return InMemoryInbox()


@given(batches=BATCHES)
def test_whatever_comes_in_numbers_have_no_gaps_and_keys_no_doubles(batches: list[list[tuple[Channel, str]]]) -> None:
    heads: dict[Channel, InboxHead] = {}
    known: dict[tuple[Channel, str], int] = {}
    for batch in batches:
        numbered = number([draft(channel, key) for channel, key in batch], heads, NOW, frozenset(known))
        heads.update(numbered.heads)
        for entry in numbered.entries:
            place = (Channel.parse(entry.alert.channel), entry.dedupe_key)
            assert place not in known
            known[place] = entry.alert.number
    assert set(known) == {pair for batch in batches for pair in batch}
    for channel, head in heads.items():
        given_out = sorted(given for (owner, _), given in known.items() if owner == channel)
        assert given_out == list(range(1, head.last + 1))


def test_the_first_number_kept_survives_numbering() -> None:
    channel = a_channel()
    numbered = number([draft(channel, "x")], {channel: InboxHead(first=40, last=41)}, NOW)
    assert numbered.heads == {channel: InboxHead(first=40, last=42)}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (38, StartAgainReason.HISTORY_GONE),
        (39, None),
        (41, None),
        (42, StartAgainReason.NUMBERS_RESTARTED),
    ],
)
def test_a_reader_goes_on_only_where_nothing_is_missing(after: int, expected: StartAgainReason | None) -> None:
    assert start_again(InboxHead(first=40, last=41), after) is expected


def test_a_reader_of_an_emptied_inbox_goes_on_only_when_it_had_everything() -> None:
    emptied = InboxHead(first=42, last=41)
    assert start_again(emptied, 41) is None
    assert start_again(emptied, 40) is StartAgainReason.HISTORY_GONE
