"""A dossier in the form that was asked for."""

from collections.abc import Callable

from services.checks.dossier import Dossier
from services.checks.forms import Form
from services.checks.pages import dossier_page
from services.checks.pdf import dossier_pdf

MAKERS: dict[Form, Callable[[Dossier], bytes]] = {
    Form.JSON: lambda dossier: dossier.model_dump_json(indent=2).encode(),
    Form.HTML: lambda dossier: dossier_page(dossier).encode(),
    Form.PDF: dossier_pdf,
}


def made(dossier: Dossier, form: Form) -> bytes:
    """The bytes of the dossier; text is in UTF-8."""
    return MAKERS[form](dossier)
