"""Every form can be made."""

import pytest

from services.checks.dossier import Dossier
from services.checks.forms import ENDINGS, Form
from services.checks.making import made
from tests.unit.services.checks.scenes import dossier


def test_the_json_gives_the_same_dossier_back() -> None:
    found = dossier()
    assert Dossier.model_validate_json(made(found, Form.JSON)) == found


@pytest.mark.parametrize(("form", "start"), [(Form.PDF, b"%PDF-"), (Form.HTML, b"<!doctype html>"), (Form.JSON, b"{")])
def test_each_form_starts_as_it_should_and_has_an_ending(form: Form, start: bytes) -> None:
    assert made(dossier(), form).startswith(start)
    assert form in ENDINGS.values()
