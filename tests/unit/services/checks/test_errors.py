"""Refusals of a check name the field."""

from matching.end_of_waste import FactError
from services.checks.errors import UnusableFact


def test_a_bad_fact_is_named_and_never_echoed_whole() -> None:
    refusal = UnusableFact.of(FactError("stream", "x" * 9999, "a stream"))
    (error,) = refusal.document()["errors"]
    assert (error["field"], error["expected"], len(error["got"])) == ("facts.stream", "a stream", 200)
