"""A law file with a mistake is refused, with the file, the line and what to do."""

import shutil
from pathlib import Path

import pytest

import matching.end_of_waste
from matching.end_of_waste.check import check
from matching.end_of_waste.loader import load_rulebook
from matching.end_of_waste.yaml_lines import LawFileError

PACKAGED = Path(matching.end_of_waste.__file__).parent / "rulebook"
COPPER = "eu/715-2013/copper/quality.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGED, tmp_path / "rulebook"))


def change(folder: Path, old: str, new: str, name: str = COPPER) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(folder: Path, start: str, name: str = COPPER) -> int:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(start))


MISTAKES = [
    pytest.param("place: ", 'act: "again"\nplace: ', 'act: "again"', "written twice", id="a key written twice"),
    pytest.param('unit: "% w/w"', 'unit: "% wet"', "test:", "not a unit", id="an unknown unit"),
    pytest.param("unit: '% w/w'", "unit: kg", "test:", "does not measure", id="a unit of another kind"),
    pytest.param("op: <,", "op: less,", "test:", "operator 'less' is not known", id="an unknown operator"),
    pytest.param("limit: 2", "limit: two", "test:", "must be a number", id="a limit that is no number"),
    pytest.param(
        "property: foreign_materials", "property: foreign_material", "test:", "is no property", id="an unknown property"
    ),
    pytest.param(
        "blocker: 'criterion:foreign_materials'",
        "blocker: 'problem:foreign'",
        "on_fail:",
        "must start with",
        id="an unknown blocker",
    ),
    pytest.param(
        "missing:sampling_analysis_report",
        "missing:sampling_report",
        "on_unknown:",
        "no kind of document",
        id="an unknown document",
    ),
    pytest.param(
        "confidence: read", "confidence: sure", "confidence:", "accepted are read", id="an unknown confidence"
    ),
    pytest.param(
        "question: eow_copper", "question: eow_coper", "question:", "not in order.yaml", id="an unknown question"
    ),
    pytest.param(
        "valid_from: 2014-01-01", "valid_from: soon", "valid_from:", "must be a date", id="a date that is none"
    ),
    pytest.param(
        "last_checked: 2026-11-21", "last_check: 2026-11-21", "last_check:", "is not known here", id="a misspelled key"
    ),
    pytest.param(
        "attested_by: [qms_certificate, supplier_qms_verification]",
        "attested_by: [visual]",
        "attested_by:",
        "no kind of document",
        id="an unknown paper",
    ),
]


@pytest.mark.parametrize(("old", "new", "at", "says"), MISTAKES)
def test_a_mistake_is_refused_with_file_and_line(folder: Path, old: str, new: str, at: str, says: str) -> None:
    if old not in (folder / COPPER).read_text(encoding="utf-8"):
        old = old.replace('"', "'")
    change(folder, old, new)
    with pytest.raises(LawFileError) as caught:
        load_rulebook(folder)
    assert caught.value.file == COPPER
    assert caught.value.line == line_of(folder, at)
    assert says in str(caught.value)


@pytest.mark.parametrize("key", ["source", "last_checked", "act", "valid_from", "link"])
def test_a_missing_source_or_date_is_refused(folder: Path, key: str) -> None:
    path = folder / COPPER
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith(f"{key}:")) + "\n", encoding="utf-8")
    with pytest.raises(LawFileError, match=f"'{key}' is missing"):
        load_rulebook(folder)


def test_two_versions_of_a_rule_on_one_day_are_refused(folder: Path) -> None:
    name = "eu/2019-1021/annex-iv-pbde.from-2025-12-30.yaml"
    change(folder, "valid_from: 2025-12-30", "valid_from: 2025-12-29", name)
    with pytest.raises(LawFileError, match=r"rule POP-PBDE is also in .*end that version the day before") as caught:
        load_rulebook(folder)
    assert caught.value.line == line_of(folder, "valid_from:", name)


def test_a_paper_may_not_overrule_a_measurement(folder: Path) -> None:
    change(
        folder,
        "    test:\n",
        "    attested_by: [qms_certificate]\n    test:\n",
        "eu/715-2013/copper/quality-management.yaml",
    )
    with pytest.raises(LawFileError, match="cannot attest"):
        load_rulebook(folder)


def test_a_status_rule_that_says_nothing_on_failure_is_refused(folder: Path) -> None:
    path = folder / COPPER
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip().startswith("on_fail:"))
    path.write_text("\n".join(lines[:first] + lines[first + 1 :]) + "\n", encoding="utf-8")
    with pytest.raises(LawFileError, match="does not say what follows"):
        load_rulebook(folder)


def test_broken_yaml_is_refused_with_its_line(folder: Path) -> None:
    (folder / COPPER).write_text("act: [1\nplace: x\n", encoding="utf-8")
    with pytest.raises(LawFileError, match="not valid YAML"):
        load_rulebook(folder)


def test_the_check_names_the_case_that_does_not_hold(folder: Path) -> None:
    change(folder, "limit: 2,", "limit: 3,")
    wrong, done = check(folder)
    assert any("copper/quality.cases.yaml, line" in sentence and "expected 'failed'" in sentence for sentence in wrong)
    assert done.endswith("to correct.")


def test_the_version_changes_with_one_byte_of_one_law_file(folder: Path) -> None:
    before = load_rulebook(folder)
    change(folder, "last_checked: 2026-11-21", "last_checked: 2026-11-22")
    after = load_rulebook(folder)
    assert before.version != after.version
    digests = [{law.file: law.digest for law in book.files} for book in (before, after)]
    assert [name for name in digests[0] if digests[0][name] != digests[1][name]] == [COPPER]


def test_a_question_that_may_end_well_must_say_on_which_rules_that_rests(folder: Path) -> None:
    grounds = next(
        line for line in (folder / "order.yaml").read_text(encoding="utf-8").splitlines() if "[FE-1," in line
    )
    change(folder, f"{grounds}\n", "", "order.yaml")
    with pytest.raises(LawFileError, match=r"'eow_iron_steel' leads to end_of_waste and does not say"):
        load_rulebook(folder)


def test_a_question_may_only_rest_on_rules_of_its_own(folder: Path) -> None:
    change(folder, "rests_on: [FE-1,", "rests_on: [CU-1,", "order.yaml")
    with pytest.raises(LawFileError, match=r"rests on rule CU-1, which is no rule of that question"):
        load_rulebook(folder)
