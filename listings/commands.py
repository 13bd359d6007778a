"""What may be asked of this domain: the bodies of HTTP requests, strict about fields they do not know.

A draft that validates is clean (text, numbers, codes, places), so that the handlers only decide. Codes are looked
up in the vocabulary here, because then the answer names the field that is wrong.
"""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from contracts.vocabulary.eural import parse_eural
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import FARTHEST_PLACE_KM, Point, distance_km, nearest_place, place_of_postcode
from contracts.vocabulary.processing import parse_processing_method
from contracts.vocabulary.terms import Grade, ListingKind, Role, Visibility
from listings.terms import ExactPoint, Frozen, ListingTerms, OfferTerms, SearchTerms, WantTerms
from listings.values import EACH_ONCE, LINE, Phrase, Sentence, Word

_VIHB = re.compile(r"[0-9]{6}[VX][IX][HX][BX]")
_NO_VIHB_ACTIVITY = "XXXX"


def _written_postcode(text: str) -> str:
    """ "1012ab" and "1012 AB" become "1012 AB"; raises UnknownPostcode for a place that is not known."""
    place = place_of_postcode(text)
    letters = text.strip()[4:].strip().upper()
    return f"{place.postcode4} {letters}".strip()


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


Postcode = Annotated[str, Field(min_length=4, max_length=20), LINE, AfterValidator(_written_postcode)]
EmailAddress = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"), LINE]


class PermitDraft(Frozen):
    """A permit: its number, who gave it, and the Eural codes and processing methods it covers."""

    number: Word = Field(title="Number", examples=["OLO-4711"])
    authority: Phrase | None = Field(None, title="Authority that gave it", examples=["Omgevingsdienst Noordzeekanaal"])
    eural_codes: Annotated[tuple[str, ...], EACH_ONCE] = Field((), max_length=900, title="Eural codes")
    processing_methods: Annotated[tuple[str, ...], EACH_ONCE] = Field(
        (), max_length=50, title="LMA methods, A01 to G02"
    )

    @field_validator("eural_codes")
    @classmethod
    def eural_codes_are_known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Six digits each, in order; raises UnknownEuralCode."""
        return tuple(sorted({parse_eural(code).code for code in codes}))

    @field_validator("processing_methods")
    @classmethod
    def methods_are_known(cls, methods: tuple[str, ...]) -> tuple[str, ...]:
        """Codes such as A02, in order; raises UnknownProcessingMethod."""
        return tuple(sorted({parse_processing_method(method).code for method in methods}))


class OrganisationDraft(Frozen):
    """An organisation as its own people describe it. Street address and e-mail address are shown to nobody else."""

    name: Phrase = Field(title="Name", examples=["Houthandel De Vries"])
    kvk_number: Annotated[str, Field(pattern=r"^[0-9]{8}$"), LINE] | None = Field(
        None, title="KvK number", description="Chamber of Commerce, eight digits", examples=["12345678"]
    )
    roles: Annotated[tuple[Role, ...], EACH_ONCE] = Field((), max_length=len(Role), title="Roles")
    vihb_number: Annotated[str, Field(max_length=10), BeforeValidator(_upper)] | None = Field(
        None,
        title="VIHB number",
        description="NIWO registration: six digits and VIHB, with X for what is not registered",
        examples=["810933VIXX"],
    )
    permits: tuple[PermitDraft, ...] = Field((), max_length=50, title="Permits")
    postcode: Postcode | None = Field(None, title="Postcode", examples=["3511 AB"])
    street_address: Phrase | None = Field(None, title="Street and number")
    contact_email: EmailAddress | None = Field(None, title="E-mail address", examples=["inkoop@example.nl"])

    @field_validator("vihb_number")
    @classmethod
    def vihb_is_possible(cls, number: str | None) -> str | None:
        """At least one of vervoerder, inzamelaar, handelaar and bemiddelaar, each on its own position."""
        if number is not None and (not _VIHB.fullmatch(number) or number.endswith(_NO_VIHB_ACTIVITY)):
            raise ValueError(
                f"got {number[:20]!r}, expected six digits and the letters V, I, H and B in that order with X for "
                "each that is not registered, such as 810933VIXX"
            )
        return number


class Located(Frozen):
    """Where a lot is or is needed: a postcode, a point, or both. Others see the centre of the postcode-4 area."""

    postcode: Postcode | None = Field(None, title="Postcode", examples=["1012 AB"])
    point: ExactPoint | None = Field(None, title="Exact point", description="Kept private")
    address: Phrase | None = Field(None, title="Address", description="Kept private")

    @field_validator("point")
    @classmethod
    def point_is_in_the_netherlands(cls, point: ExactPoint | None) -> ExactPoint | None:
        """Raises OutsideTheNetherlands."""
        if point is not None:
            nearest_place(Point(point.lat, point.lon))
        return point

    @model_validator(mode="after")
    def postcode_and_point_agree(self) -> Self:
        """A point in another town than the postcode is a slip, such as swapped coordinates."""
        if self.postcode is None or self.point is None:
            return self
        apart = distance_km(place_of_postcode(self.postcode).point, Point(self.point.lat, self.point.lon))
        if apart > FARTHEST_PLACE_KM:
            raise ValueError(
                f"got a point {apart:.0f} km from postcode {self.postcode}, expected at most "
                f"{FARTHEST_PLACE_KM:.0f} km; correct one of them or leave it out"
            )
        return self


class ListingDraft(ListingTerms, Located):
    """What drafts of offers and wants share."""

    draft: bool = Field(False, title="Keep it as a draft", description="A draft is seen by its owner only")

    @model_validator(mode="after")
    def window_has_an_order(self) -> Self:
        """The last day is not before the first."""
        if self.available_from and self.available_until and self.available_until < self.available_from:
            raise ValueError(
                f"got available_until {self.available_until} before available_from {self.available_from}; "
                "expected the same day or later"
            )
        return self

    @model_validator(mode="after")
    def partners_fit_visibility(self) -> Self:
        """Named partners with another visibility would show everybody what was meant for a few."""
        if self.partners and self.visibility is not Visibility.PARTNERS:
            raise ValueError(
                f"got partners with visibility {self.visibility.value!r}, expected 'partners'; "
                "change the visibility or leave the partners out"
            )
        return self


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [fields]})


class OfferDraft(OfferTerms, ListingDraft):
    """An offer as its holder types it. It needs a concept and a place to open."""

    model_config = _example(
        title="Schone beuken resten, onbehandeld",
        description="Zaagresten van meubeldelen, in containers van 30 m3.",
        concept="wood_grade_a",
        eural_code="030105",
        quantity="12.5",
        unit="t",
        recurrence="per_month",
        available_from="2026-09-01",
        postcode="3511 AB",
        price_eur_per_tonne="-15.00",
        properties=[{"name": "moisture", "value": "18", "unit": "% w/w", "grade": "declared"}],
        external_id="ERP-4711",
    )

    @field_validator("concept")
    @classmethod
    def concept_is_known(cls, concept: str | None) -> str | None:
        """Raises UnknownConcept."""
        return concept and material_tree().concept(concept).id

    @field_validator("eural_code")
    @classmethod
    def eural_code_is_known(cls, code: str | None) -> str | None:
        """Six digits; raises UnknownEuralCode."""
        return code and parse_eural(code).code


class WantDraft(WantTerms, ListingDraft):
    """A want as its seeker types it. It needs a place to open."""

    model_config = _example(
        title="Onbehandeld hout voor spaanplaat",
        concepts=["wood_grade_a"],
        quantity="200",
        unit="t",
        minimum="5",
        recurrence="per_year",
        postcode="7411 AA",
        max_distance_km=80,
        max_landed_eur_per_tonne="40.00",
        limits=[{"property": "moisture", "operator": "<=", "value": "25", "unit": "% w/w"}],
        accepted_statuses=["by_product", "waste"],
        intended_use="material_recycling",
        r_step=8,
    )

    @field_validator("concepts")
    @classmethod
    def concepts_are_known(cls, concepts: tuple[str, ...]) -> tuple[str, ...]:
        """Raises UnknownConcept."""
        return tuple(material_tree().concept(concept).id for concept in concepts)

    @model_validator(mode="after")
    def minimum_fits_quantity(self) -> Self:
        """A minimum above the quantity could never be met."""
        if self.minimum is not None and self.minimum > self.quantity:
            raise ValueError(f"got minimum {self.minimum}, expected at most the quantity, {self.quantity}")
        return self


class SavedSearchDraft(SearchTerms):
    """A saved search as its owner types it."""

    model_config = _example(
        name="Hout bij Utrecht", looks_for=ListingKind.OFFER, concepts=["wood"], postcode="3511", max_distance_km=40
    )

    postcode: Postcode | None = Field(None, title="Postcode", examples=["3511"])

    @field_validator("concepts")
    @classmethod
    def concepts_are_known(cls, concepts: tuple[str, ...]) -> tuple[str, ...]:
        """Raises UnknownConcept."""
        return tuple(material_tree().concept(concept).id for concept in concepts)

    @model_validator(mode="after")
    def distance_has_a_start(self) -> Self:
        """A distance is measured from somewhere."""
        if self.max_distance_km is not None and self.postcode is None:
            raise ValueError("got max_distance_km without postcode; give the postcode from which to measure")
        return self


class EvidenceDraft(Frozen):
    """What a document is. Its bytes travel beside it."""

    kind: EvidenceKind = Field(title="Kind of document", examples=["composition_report"])
    grade: Grade = Field(Grade.DECLARED, title="How far it can be trusted", description="`verified` by authorities")
    title: Phrase | None = Field(None, title="Title")
    issued_on: date | None = Field(None, title="Day of issue")
    valid_until: date | None = Field(None, title="Last day of validity")

    @model_validator(mode="after")
    def validity_has_an_order(self) -> Self:
        """A document does not end before it was made."""
        if self.issued_on and self.valid_until and self.valid_until < self.issued_on:
            raise ValueError(f"got valid_until {self.valid_until} before issued_on {self.issued_on}; correct one")
        return self


class Withdrawal(Frozen):
    """Taking a listing back, with a reason for those who were interested."""

    reason: Sentence | None = Field(None, title="Reason", examples=["Sold outside the marketplace"])
