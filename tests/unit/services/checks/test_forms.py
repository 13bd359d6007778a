"""Which form of a dossier a caller gets."""

import pytest

from services.checks.errors import NoSuchForm
from services.checks.forms import Form, form_of


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, Form.JSON),
        ("", Form.JSON),
        ("*/*", Form.JSON),
        ("application/pdf", Form.PDF),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Form.HTML),
        ("application/json;q=0.1, application/pdf;q=0.9", Form.PDF),
        ("application/pdf;q=nonsense, text/html", Form.HTML),
        ("APPLICATION/PDF", Form.PDF),
    ],
)
def test_the_best_accepted_form_is_made(accept: str | None, expected: Form) -> None:
    assert form_of(accept) is expected


@pytest.mark.parametrize("accept", ["image/png", "application/pdf;q=0", ";;;,,,"])
def test_a_form_that_does_not_exist_is_refused_with_those_that_do(accept: str) -> None:
    with pytest.raises(NoSuchForm, match="application/pdf"):
        form_of(accept)
