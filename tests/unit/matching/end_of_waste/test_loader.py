"""A folder of law files becomes a rulebook, or is refused with file and line."""

from pathlib import Path

import pytest

from contracts.vocabulary.eural import eural_codes
from matching.end_of_waste.loader import ORDER, REFERENCE, load_rulebook, packaged_rulebook, rulebook_folder, walk
from matching.end_of_waste.yaml_lines import LawFileError
from tests.unit.matching.end_of_waste.small_rulebook import LAW, LAW_FILE, SMALL_ORDER, small_folder


def test_a_folder_becomes_a_rulebook(tmp_path: Path) -> None:
    rulebook = load_rulebook(small_folder(tmp_path))
    assert [law.file for law in rulebook.files] == [LAW_FILE]
    assert [rule.id for rule in rulebook.rules] == ["PURE-1"]
    assert [question.id for question in rulebook.questions] == ["pure"]
    assert rulebook.codes.keys() == eural_codes().keys()


def test_the_packaged_rulebook_is_read_once() -> None:
    assert packaged_rulebook() is packaged_rulebook()


def test_files_are_found_at_any_depth_in_order_of_name_and_only_yaml(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/z.yaml", "a/y/x.yaml", "a/readme.md", "c.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [name for name, _file in walk(tmp_path)] == ["a/y/x.yaml", "a/z.yaml", "b.yaml"]


def test_the_same_files_have_the_same_version_wherever_they_stand(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other", "changed")]
    for folder in folders:
        folder.mkdir()
    texts = (LAW, LAW, LAW + "# a remark\n")
    versions = [load_rulebook(small_folder(*pair)).version for pair in zip(folders, texts, strict=True)]
    assert versions[0] == versions[1] != versions[2]


def test_cases_do_not_change_the_version(tmp_path: Path) -> None:
    folder = small_folder(tmp_path)
    before = load_rulebook(folder).version
    (folder / "act" / "purity.cases.yaml").unlink()
    assert load_rulebook(folder).version == before


@pytest.mark.parametrize("name", REFERENCE)
def test_a_reference_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    folder = small_folder(tmp_path)
    (folder / name).unlink()
    with pytest.raises(LawFileError, match="this file is missing from the rulebook folder") as caught:
        load_rulebook(folder)
    assert caught.value.file == name


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    folder = small_folder(tmp_path)
    (folder / LAW_FILE).write_bytes(LAW.replace("Weinig", "Eén").encode("latin-1"))
    with pytest.raises(LawFileError, match=f"^{LAW_FILE}: .*save the file as UTF-8"):
        load_rulebook(folder)


def test_two_versions_of_a_rule_may_follow_each_other_and_not_overlap(tmp_path: Path) -> None:
    ended = LAW.replace("valid_to: null", "valid_to: 2024-12-31")
    folder = small_folder(tmp_path, ended, later=LAW.replace("valid_from: 2020-01-01", "valid_from: 2025-01-01"))
    assert len(load_rulebook(folder).rules) == 2
    (folder / "act/later.yaml").write_text(LAW.replace("2020-01-01", "2024-12-31"), encoding="utf-8")
    with pytest.raises(LawFileError, match=r"act/later\.yaml, line 6: rule PURE-1 is also in act/purity\.yaml"):
        load_rulebook(folder)


def test_a_question_that_no_law_file_answers_is_refused(tmp_path: Path) -> None:
    folder = small_folder(tmp_path)
    unanswered = SMALL_ORDER + "  - {id: spare, part: trade, title: {nl: a, en: b}}\n"
    (folder / ORDER).write_text(unanswered, encoding="utf-8")
    with pytest.raises(LawFileError, match=r"^order\.yaml, line 1: question 'spare' has no law file"):
        load_rulebook(folder)


def test_the_packaged_folder_holds_the_reference_files() -> None:
    assert {name for name, _file in walk(rulebook_folder())} >= set(REFERENCE)
