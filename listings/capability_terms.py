"""What a processor or depot writes of what it can do, in tonnes of input."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from contracts.vocabulary.eural import parse_eural
from contracts.vocabulary.joint_terms import CapabilityKind
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.processing import parse_processing_method
from contracts.vocabulary.quantities import Recurrence
from contracts.vocabulary.terms import IntendedUse, LegalStatus
from listings.commands import Postcode
from listings.terms import CONCEPTS, STATUSES, Concepts, Frozen, Limit, Property, Statuses
from listings.values import EACH_ONCE, Amount, Kilometres, Price, Title, Word

Codes = Annotated[tuple[str, ...], EACH_ONCE]
Share = Annotated[Decimal, Field(gt=0, le=1, max_digits=8, decimal_places=6)]
Weeks = Annotated[int, Field(ge=1, le=260)]


class CapabilityTerms(Frozen):
    """What a capability says. Unknown is None, never zero."""

    kind: CapabilityKind = Field(title="Processing or storage")
    title: Title = Field(title="Title", examples=["Chipping of B-grade wood"])
    inputs: Concepts = CONCEPTS
    output: Word | None = Field(None, title="Material that comes out", examples=["wood_b_chips"])
    yield_share: Share = Field(Decimal(1), title="Tonnes out per tonne in", examples=["0.92"])
    capacity: Amount = Field(title="Tonnes in, per period when it recurs", examples=["400"])
    recurrence: Recurrence = Field(Recurrence.ONE_OFF, title="How often the capacity comes anew")
    minimum: Amount | None = Field(None, title="Least tonnes of one lot")
    price_eur_per_tonne: Price | None = Field(
        None, title="Price in EUR per tonne in", description="Below zero: you pay; of a depot: taking in and giving out"
    )
    storage_eur_per_tonne_week: Annotated[Price, Field(ge=0)] | None = Field(
        None, title="Storage in EUR per tonne and week", description="Only of a depot"
    )
    longest_storage_weeks: Weeks | None = Field(None, title="Most weeks of storage", description="Only of a depot")
    available_from: date | None = Field(None, title="First day")
    available_until: date | None = Field(None, title="Last day")
    max_distance_km: Kilometres | None = Field(None, title="From how far you take material, in km")
    limits: tuple[Limit, ...] = Field((), max_length=60, title="Limits on properties of the input")
    accepted_statuses: Statuses = STATUSES
    eural_codes: Codes = Field((), max_length=900, title="Eural codes of the permit", description="Empty: any")
    processing_methods: Codes = Field((), max_length=50, title="LMA methods of the permit, A01 to G02")
    intended_use: IntendedUse | None = Field(None, title="What you do with the input, in the words of a want")
    gives_status: LegalStatus | None = Field(None, title="Legal status that the treatment is meant to give")
    output_eural_code: str | None = Field(None, title="Eural code of the output")
    output_properties: tuple[Property, ...] = Field((), max_length=60, title="Properties of the output")
    processing_words: Annotated[tuple[Word, ...], EACH_ONCE] = Field((), max_length=30, title="Processing done")

    @field_validator("inputs")
    @classmethod
    def inputs_are_known(cls, inputs: tuple[str, ...]) -> tuple[str, ...]:
        """Raises UnknownConcept."""
        return tuple(material_tree().concept(concept).id for concept in inputs)

    @field_validator("output")
    @classmethod
    def output_is_known(cls, output: str | None) -> str | None:
        """Raises UnknownConcept."""
        return None if output is None else material_tree().concept(output).id

    @field_validator("eural_codes")
    @classmethod
    def codes_are_known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Six digits each, in order; raises UnknownEuralCode."""
        return tuple(sorted({parse_eural(code).code for code in codes}))

    @field_validator("output_eural_code")
    @classmethod
    def output_code_is_known(cls, code: str | None) -> str | None:
        """Raises UnknownEuralCode."""
        return None if code is None else parse_eural(code).code

    @field_validator("processing_methods")
    @classmethod
    def methods_are_known(cls, methods: tuple[str, ...]) -> tuple[str, ...]:
        """Codes such as A02, in order; raises UnknownProcessingMethod."""
        return tuple(sorted({parse_processing_method(method).code for method in methods}))

    @model_validator(mode="after")
    def kind_and_fields_agree(self) -> Self:
        """Processing makes something; a depot gives back what it took in, all of it."""
        if self.kind is CapabilityKind.PROCESSING:
            self._require_processing()
        elif self.output is not None or self.yield_share != 1:
            raise ValueError("got output or yield_share for storage; leave them out: what went in comes out")
        if self.available_from and self.available_until and self.available_until < self.available_from:
            raise ValueError(f"got available_until {self.available_until} before {self.available_from}; correct one")
        return self

    def _require_processing(self) -> None:
        if self.output is None:
            raise ValueError("got processing without output; give the material that comes out")
        if self.storage_eur_per_tonne_week is not None or self.longest_storage_weeks is not None:
            raise ValueError("got storage terms for processing; publish the storage as a capability of its own")


class CapabilityDraft(CapabilityTerms):
    """A capability as typed, with the postcode where it is."""

    postcode: Postcode = Field(title="Postcode", examples=["4811 AB"])
