"""The PDF of a dossier: whole, readable, the same every time."""

import pytest

from services.checks.pdf import dossier_pdf
from tests.unit.services.checks.pdf_text import pages_of, text_of
from tests.unit.services.checks.scenes import HOSTILE, dossier


def test_the_pdf_has_pages_with_the_text_of_the_dossier() -> None:
    content = dossier_pdf(dossier())
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert 1 < pages_of(content) < 12
    text = text_of(content)
    for word in ("Dossier einde-afvaltoets", "Voorstel, geen besluit", "partij 2026-014", "715/2013", "Handtekening"):
        assert word in text


def test_the_font_is_inside_the_pdf_and_equal_dossiers_are_equal_bytes() -> None:
    content = dossier_pdf(dossier())
    assert b"/FontFile2" in content
    assert content == dossier_pdf(dossier())


@pytest.mark.parametrize("material", [HOSTILE, "é ë ü Łódź 材料 \U0001f600", "w" * 2000, "x\x00\x07y", "<b>open"])
def test_any_name_of_a_material_can_be_set(material: str) -> None:
    content = dossier_pdf(dossier(material=material))
    assert pages_of(content) > 1
    if material == HOSTILE:
        assert "file:///etc/hostname" in text_of(content)


def test_a_very_long_value_in_a_narrow_column_runs_over_pages() -> None:
    serial = {"qms_verified_on": {"value": "2026-01-01", "unit": "date"}}
    found = dossier(properties=serial)
    row = found.criteria[0].model_copy(update={"value": "lang " * 400})
    content = dossier_pdf(found.model_copy(update={"criteria": [row]}))
    assert pages_of(content) > 2
