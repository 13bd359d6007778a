"""What holds on a day: versions of law files, codes that change, and messages."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from contracts.vocabulary.eural import EuralKind
from matching.end_of_waste.loader import load_rulebook
from matching.end_of_waste.rules import EuralChange, Part, Rule, Rulebook, Text
from tests.unit.matching.end_of_waste.small_rulebook import HEAD, LAW, small_folder

FIRST, LAST = date(2020, 1, 1), date(2024, 12, 31)
A_DAY = timedelta(days=1)
ENDED = LAW.replace("valid_to: null", f"valid_to: {LAST}")
LATER = LAW.replace("valid_from: 2020-01-01", f"valid_from: {LAST + A_DAY}").replace("limit: 2", "limit: 1")


@pytest.fixture
def two_versions(tmp_path: Path) -> Rulebook:
    """The small rulebook with a stricter version of its law from 2025 on."""
    return load_rulebook(small_folder(tmp_path, ENDED, later=LATER))


def rules_on(rulebook: Rulebook, day: date) -> list[Rule]:
    return [rule for _question, rules in rulebook.edition(day).questions[Part.STATUS] for rule in rules]


@pytest.mark.parametrize(("day", "limit"), [(FIRST - A_DAY, []), (FIRST, ["2"]), (LAST, ["2"]), (LAST + A_DAY, ["1"])])
def test_the_version_of_a_rule_is_that_of_the_day_both_ends_included(
    two_versions: Rulebook, day: date, limit: list[str]
) -> None:
    assert [rule.shown.limit for rule in rules_on(two_versions, day)] == limit


def test_all_versions_of_a_rule_are_found_by_its_id(two_versions: Rulebook) -> None:
    assert len(two_versions.by_id["PURE-1"]) == 2


def test_the_law_changes_on_first_days_and_on_the_day_after_a_last_one(two_versions: Rulebook) -> None:
    codes = {change.valid_from for change in two_versions.code_changes}
    assert set(two_versions.days_of_change()) - codes == {FIRST, LAST + A_DAY}


def test_an_act_without_a_date_changes_nothing_on_any_day(tmp_path: Path) -> None:
    announced = HEAD.replace("valid_from: 2020-01-01", "valid_from: null")
    _, _, rules = LAW.partition(HEAD)
    rulebook = load_rulebook(small_folder(tmp_path, announced=announced + rules.replace("PURE-1", "PURE-2")))
    assert [rule.id for rule in rules_on(rulebook, date(2100, 1, 1))] == ["PURE-1"]
    assert date.max not in rulebook.days_of_change()


def test_the_packaged_days_of_change_are_known_for_replay(rulebook: Rulebook) -> None:
    days = rulebook.days_of_change()
    expected = ["2025-12-30", "2026-05-21", "2026-07-16", "2026-11-21", "2026-12-09", "2027-01-01"]
    expected += ["2027-05-21", "2027-12-30"]
    assert {date.fromisoformat(day) for day in expected} <= set(days)
    assert list(days) == sorted(set(days))


def test_a_code_is_new_changed_or_withdrawn_from_its_day_on(two_versions: Rulebook) -> None:
    day = date(2026, 6, 1)
    changes = (
        EuralChange("170204", None, day),
        EuralChange("170201", EuralKind.MIRROR_HAZARDOUS, day),
        EuralChange("999901", EuralKind.ABSOLUTE_HAZARDOUS, day),
    )
    changed = replace(two_versions, code_changes=changes, _editions={})
    before, after = changed.edition(day - A_DAY).codes, changed.edition(day).codes
    assert before == two_versions.codes
    assert "170204" not in after
    assert (after["170201"], after["999901"]) == (EuralKind.MIRROR_HAZARDOUS, EuralKind.ABSOLUTE_HAZARDOUS)


def test_a_day_is_laid_out_once(two_versions: Rulebook) -> None:
    assert two_versions.edition(LAST) is two_versions.edition(LAST)


def test_a_question_sleeps_only_when_all_its_rules_do(tmp_path: Path) -> None:
    on_unknown = "    on_unknown: {blocker: 'missing:sampling_analysis_report', status: undetermined}\n"
    silent = LAW.replace(on_unknown, "    silent_when_unknown: true\n")
    sleepy = load_rulebook(small_folder(tmp_path, silent))
    assert sleepy.edition(FIRST).wakes == {"pure": frozenset({"foreign_materials"})}
    _, _, rules = LAW.partition("rules:\n")
    awake = tmp_path / "awake"
    awake.mkdir()
    both = load_rulebook(small_folder(awake, silent + rules.replace("PURE-1", "PURE-2")))
    assert both.edition(FIRST).wakes == {"pure": None}


def test_a_message_that_is_not_there_shows_its_name_so_that_nothing_is_hidden(rulebook: Rulebook) -> None:
    assert rulebook.message("status", "waste") == Text("Dit is afval.", "This is waste.")
    assert rulebook.message("status", "nonsense") == Text("nonsense", "nonsense")
    assert rulebook.message("nonsense", "waste") == Text("waste", "waste")
