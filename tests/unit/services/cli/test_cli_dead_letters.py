"""`kringmarkt dead-letters`: how a letter is shown, and which letters may be asked for."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from infra.eventlog.dead_letters import Letter
from services.cli import dead_letters
from services.cli.ending import Ending

LETTER = Letter(
    letter_id=12,
    consumer="matcher",
    event_id=UUID(int=1),
    topic="kringmarkt.listings",
    lane=3,
    position=4711,
    reason="got concept 'x'",
    buried_at=datetime(2026, 11, 21, 9, 5, tzinfo=UTC),
    replayed_at=None,
)


def test_a_letter_shows_who_could_not_handle_what_and_why() -> None:
    assert dead_letters._line(LETTER) == (
        "12  2026-11-21 09:05  matcher  kringmarkt.listings/3 at 4711  "
        "event 00000000-0000-0000-0000-000000000001: got concept 'x'"
    )


def test_a_letter_without_an_event_says_that_it_is_unreadable() -> None:
    assert "event unreadable: got" in dead_letters._line(replace(LETTER, event_id=None))


def test_a_letter_that_was_tried_again_says_when() -> None:
    again = replace(LETTER, replayed_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    assert dead_letters._line(again).endswith(", tried again 2026-11-22 10:00")


@pytest.mark.parametrize(("ids", "everything"), [(None, False), ([], False), ([12], True)])
def test_a_replay_is_of_numbers_or_of_all_and_never_of_both(ids: list[int] | None, *, everything: bool) -> None:
    with pytest.raises(Ending, match=r"say which letters: their numbers .* or --all; not both"):
        dead_letters.replay_letters(ids, everything=everything)


def test_the_commands_are_list_and_replay() -> None:
    assert [command.name for command in dead_letters.app.registered_commands] == ["list", "replay"]
