"""Routes of reference tables: materials, Eural codes, places."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from contracts.problems import Refusal
from contracts.vocabulary.eural import UnknownEuralCode, parse_eural
from contracts.vocabulary.materials import Concept, UnknownConcept, material_tree, resolve_label
from contracts.vocabulary.places import UnknownPostcode, place_of_postcode
from infra.http.problems import documented
from services.listings_api.browsing import PRINTABLE

router = APIRouter(prefix="/v1", tags=["reference"])


class NotInTheTable(Refusal):
    """A code or name that a reference table does not have."""

    status = 404
    slug = "not-in-the-table"
    title = "This does not exist"


class ConceptView(BaseModel):
    """A material concept."""

    id: str
    label_nl: str
    label_en: str
    family: str
    parent: str | None
    eural_codes: list[str]


class EuralView(BaseModel):
    """A code of the European List of Waste."""

    code: str
    display: str
    name_nl: str
    name_en: str
    hazardous: bool
    kind: str


class PlaceView(BaseModel):
    """A postcode-4 area: its centre in WGS84 degrees."""

    postcode4: str
    municipality_code: str
    municipality: str
    province: str
    lat: float
    lon: float


def _concept_view(concept: Concept) -> ConceptView:
    return ConceptView(
        id=concept.id,
        label_nl=concept.label_nl,
        label_en=concept.label_en,
        family=concept.family,
        parent=concept.parent,
        eural_codes=list(concept.eural),
    )


@router.get("/materials", responses=documented(422))
async def materials(
    q: Annotated[str | None, Query(max_length=200, pattern=PRINTABLE, description="Free text")] = None,
    parent: Annotated[str | None, Query(max_length=100, pattern=PRINTABLE)] = None,
) -> list[ConceptView]:
    """Concepts that fit a text, those below a parent, or the families."""
    tree = material_tree()
    if q:
        return [_concept_view(concept) for concept in resolve_label(q)]
    try:
        below: Any = tree.children(parent) if parent else [tree.concept(family) for family in tree.families()]
    except UnknownConcept:
        return []
    return [_concept_view(concept) for concept in below]


@router.get("/materials/{concept_id}", responses=documented(404, 422))
async def material(concept_id: str) -> ConceptView:
    """One concept."""
    try:
        return _concept_view(material_tree().concept(concept_id))
    except UnknownConcept as error:
        raise NotInTheTable(str(error)) from error


@router.get("/eural/{code}", responses=documented(404, 422))
async def eural(code: str) -> EuralView:
    """One code of the European List of Waste."""
    try:
        found = parse_eural(code)
    except UnknownEuralCode as error:
        raise NotInTheTable(str(error)) from error
    return EuralView(
        code=found.code,
        display=found.display,
        name_nl=found.name_nl,
        name_en=found.name_en,
        hazardous=found.hazardous,
        kind=found.kind.value,
    )


@router.get("/places/{postcode}", responses=documented(404, 422))
async def place(postcode: str) -> PlaceView:
    """The place of a postcode."""
    try:
        found = place_of_postcode(postcode)
    except UnknownPostcode as error:
        raise NotInTheTable(str(error)) from error
    return PlaceView(
        postcode4=found.postcode4,
        municipality_code=found.municipality_code,
        municipality=found.municipality,
        province=found.province,
        lat=found.point.lat,
        lon=found.point.lon,
    )
