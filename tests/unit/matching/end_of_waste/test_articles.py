"""The list of articles: source, confidence and last check of every version."""

from datetime import date
from pathlib import Path

import pytest

from contracts.vocabulary.verdict import Confidence
from matching.end_of_waste.articles import articles
from matching.end_of_waste.loader import load_rulebook
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.yaml_lines import LawFileError
from tests.unit.matching.end_of_waste.small_rulebook import HEAD, LAW, RULE, small_folder

SECOND_RULE = RULE.replace("PURE-1", "PURE-2").replace("    test:", "    confidence: memory\n    test:")


def test_every_article_is_listed_with_source_confidence_and_last_check(rulebook: Rulebook) -> None:
    rows = articles(rulebook)
    assert len(rows) == len(rulebook.files)
    assert all(row.source and row.last_checked and row.link.startswith("https://") for row in rows)
    assert {row.confidence for row in rows} == set(Confidence)


def test_an_announced_act_without_a_date_is_listed_and_never_holds(rulebook: Rulebook) -> None:
    draft = next(row for row in articles(rulebook) if row.file == "eu/plastics-draft.yaml")
    assert draft.valid_from is None
    held = rulebook.edition(date(2030, 1, 1)).questions.values()
    assert all(rule.law.file != draft.file for pairs in held for _question, rules in pairs for rule in rules)


def test_an_article_is_as_sure_as_its_least_sure_rule(tmp_path: Path) -> None:
    (row,) = articles(load_rulebook(small_folder(tmp_path, LAW + SECOND_RULE)))
    assert (row.confidence, row.rules) == (Confidence.MEMORY, ("PURE-1", "PURE-2"))


def test_articles_stand_in_order_of_act_and_place_and_then_of_their_dates(tmp_path: Path) -> None:
    ended = LAW.replace("valid_to: null", "valid_to: 2024-12-31")
    later = LAW.replace("valid_from: 2020-01-01", "valid_from: 2025-01-01")
    announced = HEAD.replace("2020-01-01", "null") + "rules:\n" + RULE.replace("PURE-1", "PURE-3")
    elsewhere = LAW.replace("Reg. (EU) 1/2020", "Act").replace("PURE-1", "ACT-1")
    folder = small_folder(tmp_path, ended, a_announced=announced, b_later=later, c_elsewhere=elsewhere)
    found = [(row.act, row.valid_from) for row in articles(load_rulebook(folder))]
    regulation = "Reg. (EU) 1/2020"
    assert found == [
        ("Act", date(2020, 1, 1)),
        (regulation, date(2020, 1, 1)),
        (regulation, date(2025, 1, 1)),
        (regulation, None),
    ]


def test_a_first_day_that_nobody_read_is_told_as_such(tmp_path: Path) -> None:
    doubtful = LAW.replace("PURE-1", "PURE-2").replace(
        "valid_from: 2020-01-01", "valid_from: 2020-01-01\nstart: memory"
    )
    rows = articles(load_rulebook(small_folder(tmp_path, LAW, b_doubtful=doubtful)))
    assert {row.rules: row.start_from_memory for row in rows} == {("PURE-1",): False, ("PURE-2",): True}


def test_a_first_day_is_from_memory_or_not_marked_at_all(tmp_path: Path) -> None:
    sure = LAW.replace("valid_from: 2020-01-01", "valid_from: 2020-01-01\nstart: sure")
    with pytest.raises(LawFileError, match="'start' is memory or left out; got 'sure'"):
        load_rulebook(small_folder(tmp_path, sure))
