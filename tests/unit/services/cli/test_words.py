"""The words of closed lists: in both languages, however they are spelled, and never of two values."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest

from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import LegalStatus
from services.cli import words
from services.cli.words import MONTH_OF, RECURRENCE_OF, TRUTH_OF, UNIT_OF, folded, lookup

CHOICES: list[Mapping[Any, str]] = [
    words.UNITS,
    words.RECURRENCES,
    words.VISIBILITIES,
    words.STATUSES,
    words.CONDITIONS,
    words.LANGUAGES,
    words.KINDS,
    words.GRADES,
    words.USES,
    words.WEIGHTINGS,
]
PLAIN: list[Mapping[Any, str]] = [words.TRUTHS, words.MONTHS]


@pytest.mark.parametrize("table", CHOICES)
def test_every_value_of_a_list_is_in_its_table_under_its_own_name(table: Mapping[Enum, str]) -> None:
    assert set(table) == set(type(next(iter(table))))
    found = lookup(table)
    assert [found[folded(str(value.value))] for value in table] == list(table)


@pytest.mark.parametrize("table", [*CHOICES, *PLAIN])
def test_no_word_means_two_values(table: Mapping[Any, str]) -> None:
    meanings: dict[str, set[Any]] = {}
    for value, listed in table.items():
        own = [str(value.value)] if isinstance(value, Enum) else []
        for word in [*listed.split(), *own]:
            meanings.setdefault(folded(word), set()).add(value)
    assert {word: values for word, values in meanings.items() if len(values) > 1} == {}


@pytest.mark.parametrize(
    "text", ["per maand", "Per_Maand", " PER-MAAND ", "per. maand", "per\u00a0maand", "per  maand"]
)
def test_case_blanks_dots_hyphens_and_underscores_do_not_matter(text: str) -> None:
    assert RECURRENCE_OF[folded(text)] is Recurrence.PER_MONTH


@pytest.mark.parametrize("text", ["N.v.t.", "n/a", "?", "-", "Onbekend"])
def test_what_says_nothing_is_known_however_it_is_spelled(text: str) -> None:
    assert {folded(text), text} & words.NOTHING_SAID


@pytest.mark.parametrize("text", ["n.o.t.k.", "Nader overeen te komen", "In overleg"])
def test_a_price_that_is_left_open_is_known(text: str) -> None:
    assert folded(text) in words.OPEN_PRICE


def test_units_yes_and_months_have_words_in_both_languages() -> None:
    assert UNIT_OF["stuks"] is UNIT_OF["pieces"] is Unit.PIECE
    assert UNIT_OF["m3"] is UNIT_OF["m³"] is Unit.CUBIC_METRE
    assert (TRUTH_OF["ja"], TRUTH_OF["no"]) == (True, False)
    assert MONTH_OF["mrt"] == MONTH_OF["march"] == 3
    assert set(MONTH_OF.values()) == set(range(1, 13))


def test_a_status_is_known_by_its_dutch_name_and_by_its_own() -> None:
    found = lookup(words.STATUSES)
    assert found["einde afval"] is found["end of waste"] is LegalStatus.END_OF_WASTE
