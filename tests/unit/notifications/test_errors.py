"""Refusals say what was got, what was expected and what to do."""

import pytest

from contracts.problems import Refusal
from notifications.errors import ForbiddenChannel, StartAgain, UnknownChannel


@pytest.mark.parametrize(
    ("refusal", "status", "slug"),
    [
        (UnknownChannel, 400, "unknown-channel"),
        (ForbiddenChannel, 403, "forbidden-channel"),
        (StartAgain, 410, "start-again"),
    ],
)
def test_each_refusal_has_its_own_status_and_slug(refusal: type[Refusal], status: int, slug: str) -> None:
    document = refusal("got this; expected that").document()
    assert document["status"] == status
    assert document["type"] == f"urn:kringmarkt:problem:{slug}"
    assert document["title"] != Refusal.title


def test_an_unknown_channel_is_repeated_in_part_and_the_right_form_is_told() -> None:
    refusal = UnknownChannel.named("x" * 500)
    assert refusal.more == {"got": "x" * 80, "expected": "organisation:<id> or search:<id>"}
    assert "expected organisation:<id> or search:<id>" in refusal.detail
    assert len(refusal.detail) < 250
