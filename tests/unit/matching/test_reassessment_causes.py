"""Why a trade was judged again, in Dutch and English."""

from dataclasses import replace
from datetime import date

from contracts.vocabulary.evidence import EvidenceKind
from matching.editions import Law
from matching.end_of_waste.rules import Rulebook
from matching.proposing import Fit, fits
from matching.reassessment_causes import causes_of
from tests.unit.matching.pairs import BY_PRODUCT_PAPERS, CHECK, RULEBOOK, paper, papers, raw_material, sawdust

EVE, DAY = date(2026, 12, 8), date(2026, 12, 9)
BY_PRODUCT = "nl/wm-1-1-by-product.yaml"


def fit_of(**given: object) -> Fit:
    """Sawdust as a raw material."""
    found = fits(sawdust(**given), raw_material())
    assert found is not None
    return found


def causes(fit: Fit, first: date, last: date, after: Rulebook = RULEBOOK) -> list[tuple[str, str]]:
    """The causes in short; both laws have the same check."""
    before, now = Law(RULEBOOK, first, CHECK), Law(after, last, CHECK)
    found = causes_of(fit, before, now, before.judge(fit), now.judge(fit))
    assert all(cause.nl != cause.en for cause in found)
    return [(cause.about, cause.name) for cause in found]


def test_a_law_file_with_other_bytes_is_named() -> None:
    files = tuple(replace(law, digest="other") if law.file == BY_PRODUCT else law for law in RULEBOOK.files)
    assert causes(fit_of(), EVE, EVE, replace(RULEBOOK, files=files)) == [("law_file", BY_PRODUCT)]


def test_a_law_file_that_went_away_is_named() -> None:
    files = tuple(law for law in RULEBOOK.files if law.file != BY_PRODUCT)
    assert causes(fit_of(), EVE, EVE, replace(RULEBOOK, files=files)) == [("law_file", BY_PRODUCT)]


def test_a_law_that_begins_or_ends_between_the_two_days_is_named_with_its_day() -> None:
    first = date(2020, 7, 1)
    assert ("date", BY_PRODUCT) in causes(fit_of(), date(2020, 6, 30), first)


def test_a_code_that_changes_is_named() -> None:
    assert ("code", "160604") in causes(fit_of(eural_code="160604"), EVE, DAY)
    assert ("code", "160604") not in causes(fit_of(eural_code="030105"), EVE, DAY)


def test_a_document_that_begins_or_ends_is_named() -> None:
    rest = papers(*BY_PRODUCT_PAPERS)
    ended = fit_of(evidence=(paper(EvidenceKind.USE_PLAN, valid_until=EVE), *rest))
    assert causes(ended, EVE, DAY) == [("document", "use_plan")]
    begun = fit_of(evidence=(paper(EvidenceKind.USE_PLAN, issued_on=DAY), *rest))
    assert causes(begun, EVE, DAY) == [("document", "use_plan")]


def test_when_nothing_else_explains_it_the_time_that_passed_does() -> None:
    assert causes(fit_of(), EVE, DAY) == [("date", "today")]


def test_a_former_law_that_is_gone_explains_nothing() -> None:
    fit, after = fit_of(), Law(RULEBOOK, DAY, CHECK)
    (cause,) = causes_of(fit, None, after, None, after.judge(fit))
    assert (cause.about, cause.name) == ("law_file", "rulebook")
