"""Closed lists of words: written the same everywhere, because they stand in released schemas."""

import inspect
import re
from enum import StrEnum

import pytest

from contracts.vocabulary import terms
from contracts.vocabulary.terms import Language, LegalStatus, ListingKind, Operator, Side, TradeStatus

LISTS = [item for _name, item in inspect.getmembers(terms, inspect.isclass) if issubclass(item, StrEnum)]
OWN_LISTS = [item for item in LISTS if item.__module__ == terms.__name__]

every_list = pytest.mark.parametrize("words", OWN_LISTS, ids=lambda item: item.__name__)


@every_list
def test_a_word_is_written_in_small_letters_or_is_a_sign(words: type[StrEnum]) -> None:
    pattern = r"[<>=]+" if words is Operator else r"[a-z]+(_[a-z]+)*"

    assert [word for word in words if not re.fullmatch(pattern, word)] == []


@every_list
def test_a_word_is_found_by_what_is_written(words: type[StrEnum]) -> None:
    assert [words(str(word)) for word in words] == list(words)


@every_list
def test_every_word_is_there_once_and_the_list_says_what_it_is(words: type[StrEnum]) -> None:
    assert len(words.__members__) == len(list(words)) > 1
    assert words.__doc__


def test_the_legal_statuses_are_those_the_check_can_give() -> None:
    given = {"waste", "hazardous_waste", "pop_waste", "by_product", "end_of_waste", "product"}

    assert set(LegalStatus) == given | {"out_of_scope", "undetermined"}


def test_the_words_that_pages_and_addresses_depend_on() -> None:
    assert (set(Language), set(ListingKind), set(Side)) == ({"nl", "en"}, {"offer", "want"}, {"holder", "seeker"})


def test_a_trade_can_end_in_four_ways() -> None:
    ends = {TradeStatus.COMPLETED, TradeStatus.DECLINED, TradeStatus.LAPSED, TradeStatus.WITHDRAWN}

    assert set(TradeStatus) - ends == {"proposed", "accepted", "agreed", "collected"}
