"""A check, the same check again from its receipt, and what it refuses."""

import json
import time
from typing import Any

import pytest

from matching.end_of_waste import Stream, unlocks
from services.checks.checking import check, check_again
from services.checks.errors import NotReproducible, UnusableFact, WrongReceipt
from tests.unit.services.checks.scenes import DAY, facts

PATIENCE_S = 10


def test_the_receipt_gives_the_identical_verdict() -> None:
    first = check(facts(), DAY)
    again = check_again(first.verdict.receipt)
    assert (again.verdict, again.facts) == (first.verdict, first.facts)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"rulebook": "0" * 64}, NotReproducible),
        ({"engine": "0"}, NotReproducible),
        ({"law_files": "{}"}, NotReproducible),
        ({"facts": "{"}, WrongReceipt),
        ({"facts": "[]"}, WrongReceipt),
        ({"facts": '"stream"'}, WrongReceipt),
        ({"facts": "[" * 100_000}, WrongReceipt),
        ({"facts": '{"stream":"gold"}'}, WrongReceipt),
        ({"on": "yesterday"}, WrongReceipt),
        ({"more": "x"}, WrongReceipt),
    ],
)
def test_a_receipt_that_is_not_ours_is_refused(change: dict[str, str], error: type[Exception]) -> None:
    receipt = check(facts(), DAY).verdict.receipt
    with pytest.raises(error, match="receipt"):
        check_again({**receipt, **change})


def test_facts_that_were_changed_by_hand_do_not_pass_as_the_ones_that_were_checked() -> None:
    receipt = check(facts(), DAY).verdict.receipt
    same_facts_other_text = json.dumps(json.loads(receipt["facts"]), indent=1)
    with pytest.raises(NotReproducible, match="facts of this receipt were changed"):
        check_again({**receipt, "facts": same_facts_other_text})


@pytest.mark.parametrize(
    "changes",
    [
        {"stream": "gold"},
        {"eural_code": 191203},
        {"colour": "red"},
        {"properties": {"foreign_materials": 1}},
        {"properties": {"foreign_materials": {"value": "1e999999", "unit": "% w/w"}}},
        {"properties": {"quantity": {"value": "9e999999", "unit": "t"}}},
        {"evidence": "all"},
        {"trade": [1]},
    ],
)
def test_a_fact_that_cannot_be_used_is_told(changes: dict[str, Any]) -> None:
    with pytest.raises(UnusableFact, match=r"got|too large"):
        check(facts(**changes), DAY)


def test_what_would_help_is_found_in_time_whatever_is_missing() -> None:
    begun = time.monotonic()
    for stream in (Stream.BUILDING_MATERIAL, Stream.RECYCLED_AGGREGATE, Stream.SLAG):
        checked = check({"stream": stream.value, "claimed_status": "by_product"}, DAY)
        assert unlocks(checked.facts, checked.rulebook, DAY)
    assert time.monotonic() - begun < PATIENCE_S
