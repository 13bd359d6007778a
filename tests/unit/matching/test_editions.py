"""What trades are judged by, and how it is called."""

from datetime import date

from contracts.vocabulary.terms import LegalStatus
from matching.editions import Edition, Law
from matching.proposing import fits
from tests.unit.matching.pairs import CHECK, RULEBOOK, raw_material, sawdust

DAY = date(2026, 11, 24)


def test_an_edition_is_called_after_its_rulebook_and_its_day() -> None:
    assert str(Edition("abc", DAY)) == "abc@2026-11-24"
    assert Law(RULEBOOK, DAY, CHECK).edition == Edition(RULEBOOK.version, DAY)


def test_a_law_judges_a_pair_on_its_own_day() -> None:
    fit = fits(sawdust(), raw_material())
    assert fit is not None
    verdict = Law(RULEBOOK, DAY, CHECK).judge(fit)
    assert (verdict.status, verdict.on) == (LegalStatus.BY_PRODUCT, DAY)
