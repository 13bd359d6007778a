"""Every case beside the law files holds, and no number and no date is left without its cases."""

from collections import Counter

import pytest

from matching.end_of_waste.casefiles import law_cases, run_case
from matching.end_of_waste.check import check
from matching.end_of_waste.coverage import gaps
from matching.end_of_waste.loader import packaged_rulebook, rulebook_folder
from matching.end_of_waste.rules import Rulebook

CASES = tuple(law_cases(rulebook_folder(), packaged_rulebook()))
FILES = sorted({case.file for case in CASES})


@pytest.mark.parametrize("file", FILES)
def test_every_case_of_a_law_file_holds(file: str, rulebook: Rulebook) -> None:
    wrong = [(case.where, case.name, run_case(case, rulebook)) for case in CASES if case.file == file]
    assert [found for found in wrong if found[-1]] == []


def test_no_number_and_no_date_lacks_a_case(rulebook: Rulebook) -> None:
    assert list(gaps(CASES, rulebook)) == []


def test_a_number_without_its_cases_is_reported(rulebook: Rulebook) -> None:
    kept = [case for case in CASES if not (case.rule == "CU-1" and "limit" in case.name)]
    found = [sentence for sentence in gaps(kept, rulebook) if "CU-1" in sentence]
    assert any("exactly at the limit" in sentence for sentence in found)


def test_a_change_of_law_without_the_day_before_is_reported(rulebook: Rulebook) -> None:
    file = "eu/2019-1021/annex-iv-pbde.from-2025-12-30"
    kept = [case for case in CASES if not (case.file.startswith(file) and case.on.isoformat() == "2025-12-29")]
    assert any("the day before" in sentence and file in sentence for sentence in gaps(kept, rulebook))


def test_the_check_command_finds_the_packaged_folder_in_order() -> None:
    wrong, done = check(rulebook_folder())
    assert wrong == []
    assert "0 to correct" in done


def test_case_names_are_not_repeated_in_a_file() -> None:
    counted = Counter((case.file, case.name, case.on, case.status) for case in CASES)
    assert [name for name, times in counted.items() if times > 1] == []
