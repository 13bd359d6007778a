"""Facts to check with, and the dossier of them."""

from datetime import date
from typing import Any

from contracts.vocabulary.terms import Language
from services.checks.bodies import EXAMPLE_FACTS
from services.checks.checking import check
from services.checks.dossier import Dossier, dossier_of

DAY = date(2026, 11, 21)
HOSTILE = '<img src="file:///etc/hostname"><script>alert(1)</script> & {{ 7*7 }}'


def facts(**changes: Any) -> dict[str, Any]:
    """Facts of copper scrap of which papers are missing, with these changes."""
    return {**EXAMPLE_FACTS, **changes}


def dossier(language: Language = Language.DUTCH, **changes: Any) -> Dossier:
    """The dossier of those facts."""
    return dossier_of(check(facts(**changes), DAY), language, DAY, "partij 2026-014")
