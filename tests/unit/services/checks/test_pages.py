"""Pages show what was typed and run none of it."""

import pytest

from services.checks.pages import dossier_page, safe_link
from tests.unit.services.checks.scenes import HOSTILE, dossier


def test_nothing_that_was_typed_becomes_markup_on_the_page() -> None:
    page = dossier_page(dossier(material=HOSTILE))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//evil.example", ""])
def test_only_web_pages_are_linked_to(link: str) -> None:
    assert safe_link(link) == ""
