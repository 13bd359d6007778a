"""Which cases are missing: numbers from every side, dates from both."""

from pathlib import Path

import pytest

from matching.end_of_waste.casefiles import LawCase, law_cases
from matching.end_of_waste.coverage import gaps
from matching.end_of_waste.loader import load_rulebook
from matching.end_of_waste.rules import Rulebook
from tests.unit.matching.end_of_waste.small_rulebook import CASES, LAW, small_folder

SUM = LAW.replace("{property: foreign_materials,", "{sum: [{property: foreign_materials}, {property: water}],")


def read(folder: Path) -> tuple[list[LawCase], Rulebook]:
    rulebook = load_rulebook(folder)
    return list(law_cases(folder, rulebook)), rulebook


def test_nothing_is_missing_when_every_side_has_a_case(tmp_path: Path) -> None:
    assert list(gaps(*read(small_folder(tmp_path)))) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pure", "has no case that is met"),
        ("at the limit", "has no case exactly at the limit"),
        ("past the limit", "has no case past the limit"),
        ("not known", "has no case in which the value is not known"),
    ],
)
def test_a_number_that_lacks_a_side_is_named_with_its_limit(tmp_path: Path, name: str, says: str) -> None:
    cases, rulebook = read(small_folder(tmp_path))
    kept = [case for case in cases if case.name not in (name, "before the act")]
    found = list(gaps(kept, rulebook))
    assert f"act/purity.yaml: rule PURE-1 (foreign_materials <= 2 % w/w) {says}; add one" in found


def test_a_limit_is_recognised_in_another_unit(tmp_path: Path) -> None:
    same = CASES.replace("{value: '2', unit: '% w/w'}", "{value: '20', unit: g/kg}")
    assert list(gaps(*read(small_folder(tmp_path, cases=same)))) == []


def test_a_day_of_change_without_a_case_on_both_sides_is_named(tmp_path: Path) -> None:
    ended = LAW.replace("valid_to: null", "valid_to: 2027-12-31")
    assert list(gaps(*read(small_folder(tmp_path, ended)))) == [
        "act/purity.yaml: no case on 2027-12-31 (the day before of a change on 2028-01-01); add one",
        "act/purity.yaml: no case on 2028-01-01 (the day itself of a change on 2028-01-01); add one",
    ]


def test_a_law_file_without_cases_is_named_unless_it_holds_on_no_day(tmp_path: Path) -> None:
    other = LAW.replace("PURE-1", "PURE-2")
    announced = LAW.replace("PURE-1", "PURE-3").replace("2020-01-01", "null")
    cases, rulebook = read(small_folder(tmp_path, other=other, announced=announced))
    assert list(gaps(cases, rulebook)) == ["act/other.yaml: there are no cases; add act/other.cases.yaml"]


def test_a_sum_needs_a_case_that_is_met_one_that_is_not_and_one_that_is_not_known(tmp_path: Path) -> None:
    cases, rulebook = read(small_folder(tmp_path, SUM))
    assert list(gaps(cases, rulebook)) == []
    before = [case for case in cases if case.outcome == "silent" or case.name == "past the limit"]
    assert list(gaps(before, rulebook)) == [
        "act/purity.yaml: rule PURE-1 (a sum) has no case with outcome met; add one"
    ]
