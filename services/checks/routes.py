"""Routes of the stand-alone check: check, make again, dossier, and every article it knows."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse, Response

from contracts.vocabulary.terms import Language
from infra.http.problems import MEDIA_TYPE, PROBLEM_REF, documented
from matching.end_of_waste import Rulebook, articles
from services.asking import InHouse, Who
from services.checks.bodies import CheckBody, DossierBody, ReproduceBody
from services.checks.checking import Checked, check, check_again
from services.checks.dossier import Dossier, dossier_of
from services.checks.errors import NoSuchForm
from services.checks.forms import ENDINGS, Form, form_of
from services.checks.making import made
from services.checks.pages import PAGE_HEADERS, articles_page
from services.checks.views import ArticleList, CheckView, article_view, check_view
from services.rulebooks import rulebook_of

router = APIRouter(prefix="/v1", tags=["checks"])

NOT_THIS_FORM: dict[int | str, dict[str, Any]] = {
    406: {"description": NoSuchForm.title, "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM_REF}}}}
}
FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Dossier,
        "content": {
            Form.HTML.value: {"schema": {"type": "string"}},
            Form.PDF.value: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

# Checks calculate and wait for nothing: as plain functions they run beside the loop, not in it.


@router.post("/checks", responses=documented(400, 401, 413, 422))
def make_check(body: CheckBody, house: InHouse, _who: Who) -> CheckView:
    """Check a material in a use: a proposed status with reasons, what is missing, and a receipt. Nothing is kept."""
    return check_view(check(body.facts, body.on or house.today(), rulebook_of(house.settings)), body.language)


@router.post("/checks/reproduce", responses=documented(400, 401, 409, 413, 422))
def reproduce_check(body: ReproduceBody, house: InHouse, _who: Who) -> CheckView:
    """The identical verdict again, from its receipt."""
    return check_view(check_again(body.receipt, rulebook_of(house.settings)), body.language)


@router.post("/checks/dossier", responses=FORMS | NOT_THIS_FORM | documented(400, 401, 409, 413, 422))
def make_dossier(
    body: DossierBody, house: InHouse, _who: Who, accept: Annotated[str | None, Header()] = None
) -> Response:
    """A dossier to hand over, as JSON, HTML or PDF by the Accept header; of facts, or of a verdict by its receipt."""
    form = form_of(accept)
    today = house.today()
    checked = _checked(body, today, rulebook_of(house.settings))
    dossier = dossier_of(checked, body.language, today, body.reference)
    ending = next(ending for ending, known in ENDINGS.items() if known is form)
    name = f"dossier-{dossier.on.isoformat()}-{dossier.status.value}{ending}"
    headers = {**PAGE_HEADERS, "Vary": "Accept", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(made(dossier, form), media_type=form.value, headers=headers)


def _checked(body: DossierBody, today: date, rulebook: Rulebook) -> Checked:
    if body.receipt is not None:
        return check_again(body.receipt, rulebook)
    assert body.facts is not None
    return check(body.facts, body.on or today, rulebook)


@router.get("/articles")
def list_articles(house: InHouse) -> ArticleList:
    """Every article the check works with: source, confidence, the day it was last checked. Open to everybody."""
    rulebook = rulebook_of(house.settings)
    return ArticleList(rulebook=rulebook.version, items=[article_view(one) for one in articles(rulebook)])


@router.get("/articles.html", response_class=HTMLResponse, responses=documented(422))
def show_articles(
    house: InHouse, lang: Annotated[Language, Query(description="Dutch unless given")] = Language.DUTCH
) -> HTMLResponse:
    """The same list as a page."""
    rulebook = rulebook_of(house.settings)
    return HTMLResponse(articles_page(articles(rulebook), rulebook.version, lang), headers=PAGE_HEADERS)
