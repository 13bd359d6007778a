"""The rulebook: every article with source and confidence, its days of change, and calendar terms."""

from datetime import date

from contracts.vocabulary.verdict import Confidence
from matching.end_of_waste.articles import articles
from matching.end_of_waste.calendar_terms import months_after, not_older_than
from matching.end_of_waste.rules import Rulebook


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


def test_the_days_of_change_are_known_for_replay(rulebook: Rulebook) -> None:
    days = rulebook.days_of_change()
    expected = [
        "2025-12-30",
        "2026-05-21",
        "2026-07-16",
        "2026-11-21",
        "2026-12-09",
        "2027-01-01",
        "2027-05-21",
        "2027-12-30",
    ]
    assert {date.fromisoformat(day) for day in expected} <= set(days)


def test_months_are_counted_as_acts_count_them() -> None:
    assert months_after(date(2023, 11, 21), 36) == date(2026, 11, 21)
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert not_older_than(date(2023, 11, 21), 36, date(2026, 11, 21))
    assert not not_older_than(date(2023, 11, 20), 36, date(2026, 11, 21))
