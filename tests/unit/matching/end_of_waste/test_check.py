"""The check of a law folder, as the person who writes the law files sees it."""

from pathlib import Path

import pytest

from matching.end_of_waste import check as checking
from matching.end_of_waste.check import check, main
from tests.unit.matching.end_of_waste.small_rulebook import CASE_FILE, CASES, LAW, LAW_FILE, small_folder


def test_a_folder_in_order_has_nothing_to_correct(tmp_path: Path) -> None:
    assert check(small_folder(tmp_path)) == ([], "1 law files, 1 rules, 5 cases; 0 to correct.")


def test_a_case_that_does_not_hold_is_named_with_its_line_and_with_what_lacks_a_case_now(tmp_path: Path) -> None:
    wrong, done = check(small_folder(tmp_path, LAW.replace("limit: 2", "limit: 3")))
    limit = "(foreign_materials <= 3 % w/w)"
    assert wrong == [
        f"{CASE_FILE}, line 8: case 'past the limit': rule PURE-1 is 'met', expected 'failed'",
        f"{CASE_FILE}, line 8: case 'past the limit': the status is 'end_of_waste', expected 'waste'",
        f"{CASE_FILE}, line 8: case 'past the limit': the blockers are [], expected ['criterion:foreign_materials']",
        f"{LAW_FILE}: rule PURE-1 {limit} has no case exactly at the limit; add one",
    ]
    assert done.endswith("; 4 to correct.")


@pytest.mark.parametrize(
    ("law", "cases", "says"),
    [
        (LAW.replace("op: <=", "op: less"), CASES, f"{LAW_FILE}, line 15: operator 'less' is not known"),
        (LAW, CASES.replace("outcome: met", "outcome: good", 1), f"{CASE_FILE}, line 3: 'good' is no outcome"),
    ],
)
def test_a_file_that_cannot_be_read_ends_the_check(tmp_path: Path, law: str, cases: str, says: str) -> None:
    (wrong,), done = check(small_folder(tmp_path, law, cases))
    assert wrong.startswith(says)
    assert done == "Stopped at the first error: correct it and run the check again."


@pytest.mark.parametrize(("cases", "code"), [(CASES, 0), (CASES.replace("outcome: met", "outcome: failed", 1), 1)])
def test_the_command_prints_what_is_wrong_and_ends_with_a_code(
    tmp_path: Path, cases: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_folder(tmp_path, cases=cases)
    monkeypatch.setattr(checking, "rulebook_folder", lambda: folder)
    assert main() == code
    *wrong, done = capsys.readouterr().out.splitlines()
    assert len(wrong) == code
    assert done.endswith(f"{code} to correct.")
