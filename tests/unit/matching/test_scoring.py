"""Every part has one sentence that says what was measured; the score can be worked out again by a reader.

That every part only rises or only falls with what it measures is tested with the numbers (`test_numeric`).
"""

from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.terms import LegalStatus, Weighting
from matching import numeric
from matching.measuring import Measured
from matching.scoring import SENTENCES, STATUS_MARKS, WEIGHTS, exact_score, legal_mark, score_of, scored
from tests.unit.matching.makers import verdict

CENTS = st.integers(-50_000, 50_000).map(float)
UNKNOWN = st.just(nan)
PAIR = Measured(
    levels_below=1.0,
    share=0.5,
    distance_km=20.0,
    days=10.0,
    load_kg=20_000.0,
    landed_cents=1000.0,
    limit_cents=3000.0,
    r_step=5.0,
    usual_r_step=8.0,
)


def values(pair: Measured, **given: Any) -> dict[str, float]:
    """The value of each part."""
    return {part.name: part.value for part in scored(pair, **given)}


def test_clearly_better_is_seen_in_every_part() -> None:
    poor = values(Measured(3.0, 0.1, 150.0, 1.0, 500.0, 9000.0, 0.0, 9.0, 8.0), verdict=verdict(LegalStatus.POP_WASTE))
    good = values(Measured(0.0, 1.0, 5.0, inf, 500.0, -900.0, 5000.0, 3.0, 8.0), verdict=verdict(LegalStatus.PRODUCT))
    assert all(poor[name] < good[name] for name in numeric.PARTS)


@given(st.sampled_from(list(STATUS_MARKS)), st.integers(0, 8))
def test_more_blockers_never_help(status: LegalStatus, blockers: int) -> None:
    assert legal_mark(verdict(status, ("x",) * (blockers + 1))) <= legal_mark(verdict(status, ("x",) * blockers))


def test_every_status_but_undetermined_has_a_mark() -> None:
    assert set(STATUS_MARKS) == set(LegalStatus) - {LegalStatus.UNDETERMINED}
    assert legal_mark(verdict(LegalStatus.UNDETERMINED)) == legal_mark(None) == 0.5


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"share": nan}, "quantity"),
        ({"distance_km": nan}, "place"),
        ({"landed_cents": nan}, "landed_value"),
        ({"r_step": nan}, "r_step"),
    ],
)
def test_an_unknown_part_counts_half_and_says_so(changes: dict[str, Any], part: str) -> None:
    (found,) = scored(PAIR._replace(**changes), names=[part])
    assert found.value == 0.5
    assert "bekend" in found.nl or "niet te vergelijken" in found.nl
    assert "known" in found.en or "cannot be compared" in found.en


@pytest.mark.parametrize("unsure", [None, verdict(LegalStatus.UNDETERMINED, ("missing:use_plan",))])
def test_an_unknown_legal_status_counts_half_and_says_so(unsure: Any) -> None:
    (found,) = scored(PAIR, unsure, names=["legal"])
    assert (found.value, found.en) == (0.5, "The legal status is not known yet.")


MEASURED = st.builds(
    Measured,
    levels_below=st.integers(0, 5).map(float),
    share=UNKNOWN | st.floats(0, 1),
    distance_km=st.floats(0, 500),
    days=st.integers(0, 400).map(float) | st.just(inf),
    landed_cents=UNKNOWN | CENTS,
    limit_cents=UNKNOWN | CENTS,
    r_step=UNKNOWN | st.integers(3, 9).map(float),
    usual_r_step=UNKNOWN | st.integers(3, 10).map(float),
)


@given(MEASURED)
def test_every_part_is_between_0_and_1_with_one_sentence_each(pair: Measured) -> None:
    parts = scored(pair, verdict())
    assert [part.name for part in parts] == list(numeric.PARTS) == list(SENTENCES)
    assert all(0 <= part.value <= 1 for part in parts)
    assert all(text.endswith(".") and ". " not in text for part in parts for text in (part.nl, part.en))


@pytest.mark.parametrize("weighting", Weighting)
def test_a_reader_can_do_the_sum_of_the_visible_parts_again(weighting: Weighting) -> None:
    exact = exact_score(PAIR, legal_mark(verdict()), weighting)
    assert score_of(scored(PAIR, verdict()), weighting) == pytest.approx(exact, abs=0.0001)


def test_the_same_pair_ranks_by_place_in_one_order_and_by_value_in_the_other() -> None:
    near = PAIR._replace(distance_km=2.0, r_step=9.0)
    far = PAIR._replace(distance_km=120.0, r_step=3.0)
    area, chain = Weighting.AREA_FIRST, Weighting.CHAIN_FIRST
    assert exact_score(near, 0.5, area) > exact_score(far, 0.5, area)
    assert exact_score(near, 0.5, chain) < exact_score(far, 0.5, chain)


@given(st.lists(st.sampled_from(numeric.PARTS), min_size=1, unique=True), st.sampled_from(Weighting))
def test_a_score_of_some_parts_lies_between_them(names: list[str], weighting: Weighting) -> None:
    parts = scored(PAIR, names=names)
    found = [part.value for part in parts]
    assert min(found) - 0.0001 <= score_of(parts, weighting) <= max(found) + 0.0001


def test_every_order_weighs_every_part() -> None:
    assert set(WEIGHTS) == set(Weighting)
    assert all(len(weights) == len(numeric.PARTS) for weights in WEIGHTS.values())


def test_money_is_written_the_dutch_way_in_dutch() -> None:
    (asked,) = scored(PAIR, names=["landed_value"])
    assert "€ 10,00" in asked.nl
    assert "EUR 10.00" in asked.en
    (paid,) = scored(PAIR._replace(landed_cents=-450.0), names=["landed_value"])
    assert "krijgt" in paid.nl
    assert "€ 4,50" in paid.nl


@pytest.mark.parametrize(
    ("usual", "words"),
    [
        (nan, "R5 Refurbish."),
        (5.0, "as is usual."),
        (8.0, "higher than the usual R8 Recycle."),
        (4.0, "lower than the usual R4 Repair."),
        (10.0, "higher than the usual disposal."),
    ],
)
def test_the_step_on_the_ladder_is_compared_with_what_is_usual(usual: float, words: str) -> None:
    (part,) = scored(PAIR._replace(usual_r_step=usual), names=["r_step"])
    assert part.en.endswith(words)


def test_one_day_is_a_day_and_two_are_days() -> None:
    (one,), (two,) = (scored(PAIR._replace(days=days), names=["time"]) for days in (1.0, 2.0))
    assert "1 day " in one.en
    assert "2 dagen" in two.nl
