"""Suggestions as the API tells them."""

from typing import Literal

from pydantic import BaseModel, Field

from contracts.vocabulary.terms import Language
from matching.suggesting.model import (
    Certainty,
    CodeSuggestion,
    ConceptSuggestion,
    HazardWarning,
    SuggestionModel,
    Suggestions,
)
from matching.suggesting.wording import advice, because, hazard_text

Share = Field(ge=0, le=1, description="0 to 1; a share of all that was considered, not a proof")
DECIMALS = 3


class SuggestedCode(BaseModel):
    """An Eural code that may fit."""

    code: str
    display: str
    name: str
    hazardous: bool
    score: float = Share
    words: list[str]
    because: str


class SuggestedMaterial(BaseModel):
    """A material concept that may fit."""

    id: str
    label: str
    family: str
    score: float = Share
    words: list[str]
    because: str


class HazardView(BaseModel):
    """Whether it may be hazardous waste, by a model of its own that warns too often rather than too seldom."""

    warns: bool
    score: float = Field(ge=0, le=1, description="Probability that the code is a hazardous one")
    words: list[str]
    text: str


class SuggestionsView(BaseModel):
    """What may be meant. Nothing is filled in: a person chooses."""

    kind: Literal["suggestion"] = "suggestion"
    certainty: Certainty
    advice: str
    codes: list[SuggestedCode] = Field(max_length=3)
    materials: list[SuggestedMaterial] = Field(max_length=3)
    hazard: HazardView
    examples: int = Field(ge=0, description="Labelled examples that the model learnt from; 0: our own tables alone")
    tables: str = Field(description="Fingerprint of the tables that the model learnt from")


def suggestions_view(found: Suggestions, model: SuggestionModel, language: Language) -> SuggestionsView:
    """The view in one language."""
    return SuggestionsView(
        certainty=found.certainty,
        advice=advice(found.certainty, language),
        codes=[_code(one, language) for one in found.codes],
        materials=[_material(one, language) for one in found.concepts],
        hazard=_hazard(found.hazard, found.certainty, language),
        examples=model.examples,
        tables=model.tables,
    )


def _code(one: CodeSuggestion, language: Language) -> SuggestedCode:
    dutch = language is Language.DUTCH
    return SuggestedCode(
        code=one.code.code,
        display=one.code.display,
        name=one.code.name_nl if dutch else one.code.name_en,
        hazardous=one.code.hazardous,
        score=round(one.score, DECIMALS),
        words=list(one.words),
        because=because(one.words, language),
    )


def _material(one: ConceptSuggestion, language: Language) -> SuggestedMaterial:
    dutch = language is Language.DUTCH
    return SuggestedMaterial(
        id=one.concept.id,
        label=one.concept.label_nl if dutch else one.concept.label_en,
        family=one.concept.family,
        score=round(one.score, DECIMALS),
        words=list(one.words),
        because=because(one.words, language),
    )


def _hazard(one: HazardWarning, certainty: Certainty, language: Language) -> HazardView:
    text = hazard_text(one, certainty, language)
    return HazardView(warns=one.warns, score=round(one.score, DECIMALS), words=list(one.words), text=text)
