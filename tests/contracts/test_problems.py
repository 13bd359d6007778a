"""A refusal is a problem document (RFC 9457) that says which case it is and what to do."""

from typing import ClassVar

import pytest

from contracts.problems import Refusal


class TooHeavy(Refusal):
    """A case of our own."""

    status: ClassVar[int] = 422
    slug: ClassVar[str] = "too-heavy"
    title: ClassVar[str] = "The lot is too heavy"


def test_a_refusal_is_a_problem_document() -> None:
    refusal = TooHeavy("got 80 t, expected at most 40 t; split the lot", field="quantity", got="80")

    assert refusal.document() == {
        "type": "urn:kringmarkt:problem:too-heavy",
        "title": "The lot is too heavy",
        "status": 422,
        "detail": "got 80 t, expected at most 40 t; split the lot",
        "field": "quantity",
        "got": "80",
    }


def test_a_refusal_without_a_case_of_its_own_is_a_bad_request() -> None:
    assert Refusal("no").document()["status"] == 400


def test_a_refusal_is_raised_and_reads_as_its_detail() -> None:
    with pytest.raises(Refusal, match="split the lot"):
        raise TooHeavy("split the lot")
