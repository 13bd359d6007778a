"""Refusals are problem documents of their own, with a status and a sentence."""

from contracts.problems import Refusal
from listings import errors

REFUSALS = [
    item
    for item in vars(errors).values()
    if isinstance(item, type) and issubclass(item, Refusal) and item is not Refusal
]


def test_every_refusal_has_its_own_slug_status_and_title() -> None:
    assert len({refusal.slug for refusal in REFUSALS}) == len(REFUSALS) >= 15
    for refusal in REFUSALS:
        assert 400 < refusal.status < 500
        assert {"status", "slug", "title"} <= vars(refusal).keys()


def test_a_refusal_says_what_was_got_and_what_to_do() -> None:
    document = errors.RevisionMismatch(3, 5).document()
    assert document["type"] == "urn:kringmarkt:problem:revision-mismatch"
    assert (document["status"], document["expected_revision"], document["current_revision"]) == (412, 3, 5)
    assert "read it again" in document["detail"]
