"""How an organisation reads its alerts."""

from contracts.events.alerts import AlertKind
from notifications.reading import Answer, Preferences, most_given


def test_the_bell_rings_for_all_kinds_but_the_quiet_ones() -> None:
    wanted = Preferences(quiet=frozenset({AlertKind.TRADE_LAPSED}))
    assert wanted.rings_for(AlertKind.TRADE_PROPOSED)
    assert not wanted.rings_for(AlertKind.TRADE_LAPSED)
    assert not Preferences(paused=True).rings_for(AlertKind.TRADE_PROPOSED)


def test_a_complaint_counts_once_it_is_made_often() -> None:
    assert most_given({Answer.TOO_FAR: 2}) is None
    assert most_given({Answer.TOO_FAR: 3, Answer.USEFUL: 50, Answer.TOO_DEAR: 1}) is Answer.TOO_FAR
    assert most_given({Answer.USEFUL: 50}) is None
