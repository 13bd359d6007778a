"""What may be asked, and what is refused before any law is read."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.checks.bodies import CheckBody, DossierBody


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"facts": {"material": "a\x00"}}, "control characters"),
        ({"facts": {"material": "x" * 2001}}, "at most 2000 characters"),
        ({"facts": {"a": [[[[[[1]]]]]]}}, "levels deep"),
        ({"facts": {}, "on": "1999-12-31"}, "2000"),
        ({"facts": {}, "more": 1}, "more"),
    ],
)
def test_a_body_that_cannot_be_shown_is_refused(body: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CheckBody.model_validate(body)


def test_a_dossier_is_of_facts_or_of_a_receipt() -> None:
    with pytest.raises(ValidationError, match="either facts or a receipt"):
        DossierBody.model_validate({})
