"""Listings of one legal class get one verdict; whatever the check reads makes another class."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.vocabulary.terms import IntendedUse, LegalStatus
from matching.legal_class import class_of_offer, class_of_want
from tests.unit.matching.makers import offer, stated, want


@pytest.mark.parametrize(
    "given",
    [
        {"eural_code": "170201"},
        {"origin_process": "demolition"},
        {"processing_done": ("sorted",)},
        {"claimed_status": LegalStatus.WASTE},
        {"properties": (stated("lead", Decimal(1), "mg/kg"),)},
        {"concept": "wood_grade_a"},
    ],
)
def test_what_the_check_reads_of_an_offer_makes_another_class(given: dict[str, Any]) -> None:
    assert class_of_offer(offer(**given)) != class_of_offer(offer())


def test_what_the_check_does_not_read_makes_no_other_class() -> None:
    assert class_of_offer(offer("one", quantity=Decimal(3))) == class_of_offer(offer("other"))
    assert class_of_want(want("one", quantity=Decimal(3))) == class_of_want(want("other"))


def test_the_use_makes_another_class() -> None:
    assert class_of_want(want(intended_use=IntendedUse.FUEL)) != class_of_want(want())


def test_the_number_one_is_not_yes() -> None:
    one, yes = (offer(properties=(stated("dry", value, "bool"),)) for value in (True, "True"))
    assert class_of_offer(one) != class_of_offer(yes)
