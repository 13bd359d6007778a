"""Every part only rises or only falls with what it measures; the score can be worked out again by a reader."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.terms import LegalStatus
from matching.scoring import PARTS, STATUS_MARKS, Subject, score_of, scored
from tests.unit.matching.makers import verdict

EUROS = st.decimals(-500, 500, places=2)


def rising(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Two values, the smaller first."""
    return st.lists(values, min_size=2, max_size=2).map(sorted)


def falling(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Two values, the larger first."""
    return rising(values).map(lambda two: two[::-1])


SUBJECT = Subject(
    levels_below=1,
    share=0.5,
    distance_km=20.0,
    days=10,
    landed=Decimal(10),
    max_landed=Decimal(30),
    r_step=5,
    verdict=verdict(),
)


def values(subject: Subject) -> dict[str, float]:
    """The value of each part."""
    return {part.name: part.value for part in scored(subject)}


def score(subject: Subject) -> float:
    """The score."""
    return score_of(scored(subject))


@pytest.mark.parametrize(
    ("measured", "part", "worse_and_better"),
    [
        ("levels_below", "material", falling(st.integers(0, 9))),
        ("share", "quantity", rising(st.floats(0, 1))),
        ("distance_km", "place", falling(st.floats(0, 999))),
        ("days", "time", rising(st.integers(0, 99))),
        ("landed", "landed_value", falling(EUROS)),
        ("max_landed", "landed_value", rising(EUROS)),
        ("r_step", "r_step", falling(st.integers(0, 9))),
    ],
)
@given(data=st.data())
def test_a_better_measure_never_lowers_its_part_or_the_score(
    measured: str, part: str, worse_and_better: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    worse, better = data.draw(worse_and_better)
    low, high = replace(SUBJECT, **{measured: worse}), replace(SUBJECT, **{measured: better})
    assert values(low)[part] <= values(high)[part]
    assert score(low) <= score(high)
    assert {name: value for name, value in values(low).items() if name != part} == {
        name: value for name, value in values(high).items() if name != part
    }


def test_clearly_better_is_seen_in_every_part() -> None:
    poor = Subject(3, 0.1, 150.0, 1, Decimal(90), Decimal(0), 9, verdict(LegalStatus.POP_WASTE))
    good = Subject(0, 1.0, 5.0, None, Decimal(-9), Decimal(50), 3, verdict(LegalStatus.PRODUCT))
    assert all(values(poor)[name] < values(good)[name] for name in PARTS)


@given(st.sampled_from(list(STATUS_MARKS)), st.integers(0, 8))
def test_more_blockers_never_help(status: LegalStatus, blockers: int) -> None:
    fewer = replace(SUBJECT, verdict=verdict(status, ("x",) * blockers))
    more = replace(SUBJECT, verdict=verdict(status, ("x",) * (blockers + 1)))
    assert values(more)["legal"] <= values(fewer)["legal"]


def test_every_status_but_undetermined_has_a_mark() -> None:
    assert set(STATUS_MARKS) == set(LegalStatus) - {LegalStatus.UNDETERMINED}


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"share": None}, "quantity"),
        ({"distance_km": None}, "place"),
        ({"landed": None}, "landed_value"),
        ({"r_step": None}, "r_step"),
        ({"r_step": 12}, "r_step"),
        ({"verdict": None}, "legal"),
        ({"verdict": verdict(LegalStatus.UNDETERMINED, ("missing:use_plan",))}, "legal"),
    ],
)
def test_an_unknown_part_counts_half_and_says_so(changes: dict[str, Any], part: str) -> None:
    (found,) = scored(replace(SUBJECT, **changes), [part])
    assert found.value == 0.5
    assert "bekend" in found.nl or "niet te vergelijken" in found.nl
    assert "known" in found.en or "cannot be compared" in found.en


def test_a_window_without_end_is_the_best_there_is() -> None:
    assert values(replace(SUBJECT, days=None))["time"] == 1.0
    assert values(replace(SUBJECT, days=0))["time"] == 0.0


@given(
    st.integers(0, 5),
    st.none() | st.floats(0, 1),
    st.floats(0, 500),
    st.none() | st.integers(0, 400),
    st.none() | EUROS,
    st.none() | EUROS,
)
def test_every_part_is_between_0_and_1_with_one_sentence_each(
    levels: int, share: float | None, km: float, days: int | None, landed: Decimal | None, most: Decimal | None
) -> None:
    parts = scored(Subject(levels, share, km, days, landed, most, 4, verdict()))
    assert [part.name for part in parts] == list(PARTS)
    assert all(0 <= part.value <= 1 for part in parts)
    assert all(text.endswith(".") and ". " not in text for part in parts for text in (part.nl, part.en))


def test_the_score_is_the_weighted_mean_of_the_visible_parts() -> None:
    parts = scored(SUBJECT)
    mean = sum(PARTS[part.name].weight * part.value for part in parts) / sum(part.weight for part in PARTS.values())
    assert score_of(parts) == round(mean, 4)


def test_the_weights_add_up_to_one() -> None:
    assert round(sum(part.weight for part in PARTS.values()), 9) == 1


def test_money_is_written_the_dutch_way_in_dutch() -> None:
    (asked,) = scored(SUBJECT, ["landed_value"])
    assert "€ 10,00" in asked.nl
    assert "EUR 10.00" in asked.en
    (paid,) = scored(replace(SUBJECT, landed=Decimal("-4.5")), ["landed_value"])
    assert "krijgt" in paid.nl
    assert "€ 4,50" in paid.nl
