"""What may be asked: facts, a receipt, a dossier of either. Text is bounded, so that it can be shown anywhere."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from contracts.vocabulary.terms import Language
from services.checks.checking import FIRST_DAY, LAST_DAY

LONGEST_TEXT = 2000
LONGEST_RECEIPT = 200_000
DEEPEST = 5
BREAKS = frozenset("\n\t")

EXAMPLE_FACTS: dict[str, Any] = {
    "stream": "copper_scrap",
    "material": "koperschroot, gesorteerd",
    "eural_code": "191203",
    "origin": ["separately_collected", "recoverable_metal"],
    "processing": ["sorted", "sheared"],
    "treatment_completed": True,
    "intended_use": ["furnace_melting"],
    "claimed_status": "end_of_waste",
    "supplier_country": "NL",
    "destination_country": "NL",
    "properties": {"foreign_materials": {"value": "1.2", "unit": "% w/w"}},
    "evidence": ["statement_of_conformity", "qms_certificate"],
    "trade": {"transfer_to_other_holder": True},
}


def _printable_text(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"a text of at most {longest} characters; got {len(text)}")
    if not all(sign.isprintable() or sign in BREAKS for sign in text):
        raise ValueError("a text without control characters or halves of characters")
    return text


def _showable(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise ValueError(f"facts of at most {DEEPEST} levels deep")
    if isinstance(value, str):
        _printable_text(value, LONGEST_TEXT)
    elif isinstance(value, dict):
        for name, item in value.items():
            _showable(name, depth + 1)
            _showable(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _showable(item, depth + 1)
    return value


def _receipt_text(text: str) -> str:
    return _printable_text(text, LONGEST_RECEIPT)


FactsBody = Annotated[dict[str, Any], AfterValidator(_showable)]
ReceiptBody = Annotated[dict[str, Annotated[str, AfterValidator(_receipt_text)]], Field(max_length=20)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY, description="The day whose law holds; today when left out")]


class CheckBody(BaseModel):
    """A material in a use, with its papers: what is left out is unknown, never assumed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"facts": EXAMPLE_FACTS, "on": "2026-11-21", "language": "nl"}]},
    )

    facts: FactsBody
    on: Day | None = None
    language: Language = Language.DUTCH


class ReproduceBody(BaseModel):
    """The receipt of a verdict, exactly as the check gave it."""

    model_config = ConfigDict(extra="forbid")

    receipt: ReceiptBody
    language: Language = Language.DUTCH


class DossierBody(BaseModel):
    """A dossier of new facts, or of an earlier verdict by its receipt. `reference`: your own, shown on top."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"facts": EXAMPLE_FACTS, "on": "2026-11-21", "reference": "partij 2026-014"}]},
    )

    facts: FactsBody | None = None
    receipt: ReceiptBody | None = None
    on: Day | None = None
    language: Language = Language.DUTCH
    reference: Annotated[str, Field(max_length=200), AfterValidator(_showable)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "DossierBody":
        if (self.facts is None) == (self.receipt is None):
            raise ValueError("either facts or a receipt, not both and not neither")
        if self.receipt is not None and self.on is not None:
            raise ValueError("no `on` with a receipt: the receipt holds its own day")
        return self
