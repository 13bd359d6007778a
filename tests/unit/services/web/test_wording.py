"""Quantities, money, days and words as people write them."""

from datetime import UTC, date, datetime

import pytest

from contracts.vocabulary.terms import Language, TradeStatus
from services.web.wording import NO_BREAK, Wording

NL, EN = Wording(Language.DUTCH), Wording(Language.ENGLISH)


def test_numbers_have_the_marks_of_their_language() -> None:
    assert (NL.number("1234.5"), EN.number("1234.5")) == ("1.234,5", "1,234.5")
    assert (NL.number(12), NL.number("0.25", 2)) == ("12", "0,25")


def test_unknown_is_a_word_and_never_zero() -> None:
    assert {NL.number(None), NL.quantity(None, "t"), NL.km(None), NL.day(None), NL.euros(None)} == {"onbekend"}
    assert {EN.tonnes(None), EN.eural(None), EN.material(None)} == {"unknown"}


@pytest.mark.parametrize(
    ("price", "words"),
    [("-35", "houder betaalt €35 per ton"), ("0", "gratis"), ("12.50", "€12,5 per ton"), (None, "prijs in overleg")],
)
def test_a_price_says_who_pays(price: str | None, words: str) -> None:
    assert NL.price(price).replace(NO_BREAK, "") == words


def test_quantities_have_a_unit_and_a_rhythm() -> None:
    assert NL.quantity("12.5", "t", "per_month").replace(NO_BREAK, " ") == "12,5 ton per maand"
    assert EN.quantity("3", "piece").replace(NO_BREAK, " ") == "3 pieces"


def test_amounts_below_zero_have_a_minus() -> None:
    assert NL.euros("-3.5").replace(NO_BREAK, "") == "−€3,5"
    assert NL.tonnes(367_105_900) == "367.106"


def test_days_and_moments_are_dutch_time() -> None:
    assert NL.day(date(2026, 3, 1)) == "1 maart 2026"
    assert EN.day("2026-11-24") == "24 November 2026"
    assert NL.moment(datetime(2026, 7, 1, 12, 5, tzinfo=UTC)) == "1 juli 2026, 14:05"
    assert NL.moment("2026-11-24T23:30:00+00:00") == "25 november 2026, 00:30"


def test_words_of_lists_and_names_of_materials() -> None:
    assert NL.term("trade", TradeStatus.AGREED) == "akkoord"
    assert NL.term("property", "some_new_name") == "some new name"
    assert NL.terms("legal", ["waste", "product"]) == "afval, product"
    assert NL.materials(("wood", "glass")) == "Hout, Glas"
    assert EN.material("bestaat-niet") == "bestaat-niet"
    assert NL.eural("170201") == "17 02 01 hout"
    assert (NL.either("ja", "yes"), EN.either("ja", "yes"), NL.either(None, "x")) == ("ja", "yes", "")
