"""A state seen with other values reads like the state."""

import pytest

from matching.joint.seen import as_stated, seen_with
from tests.unit.matching.makers import want_state


def test_changed_fields_are_seen_and_all_others_are_the_states_own() -> None:
    state = want_state(max_distance_km=10.0)
    seen = seen_with(state, max_distance_km=25.0)

    assert (seen.max_distance_km, seen.listing_id) == (25.0, state.listing_id)
    assert state.max_distance_km == 10.0


def test_what_neither_has_is_missing() -> None:
    with pytest.raises(AttributeError):
        _ = seen_with(want_state(), a=1).nonsense  # type: ignore[attr-defined]


def test_the_state_comes_back_however_often_it_was_seen_otherwise() -> None:
    state = want_state()

    assert as_stated(seen_with(seen_with(state, minimum=1), minimum=2)) is state
    assert as_stated(state) is state
