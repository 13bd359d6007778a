"""The route of suggestions. Open to everybody: who describes a material need not be signed in yet."""

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.vocabulary.terms import Language
from infra.http.problems import documented
from matching.suggesting.suggest import suggest
from services.asking import InHouse
from services.cli.encodings import repaired
from services.suggestions.model_in_use import model_in_use
from services.suggestions.views import SuggestionsView, suggestions_view

router = APIRouter(prefix="/v1", tags=["suggestions"])

LONGEST = 500
# A description may have several lines; other control characters have no meaning in one.
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


# Suggesting calculates and waits for nothing: as a plain function it runs beside the loop, not in it.
@router.get("/suggestions", responses=documented(422))
def suggestions(
    house: InHouse,
    text: Annotated[str, Query(min_length=1, max_length=LONGEST, pattern=LINES, description="Dutch or English")],
    language: Annotated[Language, Query(description="Of the answer; Dutch unless given")] = Language.DUTCH,
) -> SuggestionsView:
    """Three Eural codes and three material concepts that a description may mean, and whether it may be hazardous."""
    model = model_in_use(house.settings)
    return suggestions_view(suggest(model, repaired(text)), model, language)
