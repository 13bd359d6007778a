"""What a listing says: the fields that its owner writes and that every form of it shares.

An offer or want as typed (`commands`), as kept (`model`) and as shown (`views`) all have these fields, so they
stand here once, with the limits and the words that the HTTP documentation shows.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from contracts.vocabulary.measures import Dimension, measure_unit
from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import (
    Condition,
    Grade,
    IntendedUse,
    Language,
    LegalStatus,
    ListingKind,
    Operator,
    Visibility,
    Weighting,
)
from listings.values import (
    EACH_ONCE,
    LINE,
    Amount,
    Description,
    Kilometres,
    MeasuredValue,
    Price,
    Sentence,
    Title,
    Word,
    measured_value,
)

Concepts = Annotated[tuple[Word, ...], EACH_ONCE]
Statuses = Annotated[tuple[LegalStatus, ...], EACH_ONCE]
PropertyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$"), LINE]

CONCEPTS: Concepts = Field(min_length=1, max_length=20, title="Materials", examples=[["wood_grade_a"]])
WEIGHTING: Weighting = Field(
    Weighting.AREA_FIRST, title="What comes first", description="What is near by, or what keeps most value"
)
STATUSES: Statuses = Field((), max_length=20, title="Accepted legal statuses", description="Empty: any")


class Frozen(BaseModel):
    """A value that never changes and knows no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ExactPoint(Frozen):
    """Where the material is exactly, in WGS84 degrees. Only its owner sees it."""

    lat: Annotated[float, Field(ge=-90, le=90, title="Latitude", examples=[52.3731])]
    lon: Annotated[float, Field(ge=-180, le=180, title="Longitude", examples=[4.8922])]


class Measured(Frozen):
    """A value with its unit; the unit decides which values are accepted."""

    unit: Annotated[str, Field(title="Unit", description="A unit of composition", examples=["mg/kg ds", "mm", "bool"])]
    value: MeasuredValue = Field(
        title="Value",
        description="A number; true or false with unit `bool`; a date as 2026-05-31 with unit `date`; "
        "a text with units `text`, `code`, `class` and `level`",
        examples=[12.5, True, "2026-05-31"],
    )

    @field_validator("value", mode="plain", json_schema_input_type=MeasuredValue)
    @classmethod
    def value_fits_unit(cls, value: object, info: ValidationInfo) -> MeasuredValue:
        """The value as its unit asks; the unit's own error is enough when the unit is wrong."""
        return measured_value(value, info.data["unit"]) if "unit" in info.data else ""

    @field_validator("unit")
    @classmethod
    def unit_is_known(cls, unit: str) -> str:
        """Raises UnknownUnit with the accepted ones."""
        return measure_unit(unit).symbol


class Property(Measured):
    """A stated property of a material: what was measured, how, by whom, when, and how far it can be trusted."""

    name: PropertyName = Field(title="Name", description="In snake_case", examples=["moisture", "lead"])
    method: Word | None = Field(None, title="Method", examples=["NEN-EN 15934"])
    laboratory: Word | None = Field(None, title="Laboratory")
    measured_on: date | None = Field(None, title="Day of measuring")
    grade: Grade = Field(Grade.DECLARED, title="How far it can be trusted", description="`verified` by authorities")


class Limit(Measured):
    """A limit that a wanted material must keep. Yes/no and text can only be equal."""

    property: PropertyName = Field(title="Property", examples=["moisture"])
    operator: Operator = Field(title="Comparison", examples=["<="])

    @field_validator("operator")
    @classmethod
    def operator_fits_unit(cls, operator: Operator, info: ValidationInfo) -> Operator:
        """Refuses an order between things that have none."""
        unit = info.data.get("unit")
        unordered = unit and measure_unit(unit).dimension in (Dimension.TRUTH, Dimension.TEXT)
        if unordered and operator is not Operator.EQUAL:
            raise ValueError(f"got {operator.value} with unit {unit!r}, expected = because such values have no order")
        return operator


class ListingTerms(Frozen):
    """What offers and wants both say. Unknown is None, never zero."""

    title: Title = Field(title="Title", examples=["Beech offcuts, unpainted"])
    description: Description = Field("", title="Description")
    language: Language = Field(Language.DUTCH, title="Language of title and description")
    quantity: Amount = Field(title="Quantity", description="Per period when it recurs", examples=["12.5"])
    unit: Unit = Field(title="Unit of the quantity", examples=["t"])
    recurrence: Recurrence = Field(Recurrence.ONE_OFF, title="How often")
    available_from: date | None = Field(None, title="First day", examples=["2026-09-01"])
    available_until: date | None = Field(None, title="Last day", description="The listing expires the day after")
    visibility: Visibility = Field(Visibility.PUBLIC, title="Who may see it, and whose it is")
    partners: Annotated[tuple[UUID, ...], EACH_ONCE] = Field(
        (), max_length=200, title="Organisations that may see it", description="Only with visibility `partners`"
    )
    external_id: Word | None = Field(
        None, title="Your own key", description="Unique among your listings", examples=["ERP-4711"]
    )


class OfferTerms(ListingTerms):
    """What an offer says. A concept may be absent only while it is a draft."""

    concept: Word | None = Field(
        None, title="Material", description="Id of a material concept", examples=["wood_grade_a"]
    )
    eural_code: Word | None = Field(None, title="Eural code", examples=["030105"])
    unit_weight_kg: Annotated[Amount, Field(le=1_000_000)] | None = Field(
        None, title="Weight of one piece in kg", description="Goes before the usual figure of the material"
    )
    density_kg_per_m3: Annotated[Amount, Field(le=25_000)] | None = Field(
        None, title="Density as it is moved, in kg/m3", description="Goes before the usual figure of the material"
    )
    price_eur_per_tonne: Price | None = Field(
        None, title="Price in EUR per tonne", description="Below zero: you pay; absent: open", examples=["-35.00"]
    )
    properties: tuple[Property, ...] = Field((), max_length=60, title="Composition and other properties")
    origin_process: Sentence | None = Field(None, title="Process it comes from", examples=["Sawing of furniture parts"])
    processing_done: tuple[Word, ...] = Field((), max_length=30, title="Processing already done")
    condition: Condition | None = Field(None, title="Condition of goods")
    claimed_status: LegalStatus | None = Field(None, title="Legal status you claim")


class WantTerms(ListingTerms):
    """What a want says: `quantity` is the most and `minimum` the least that is of use, both in `unit`."""

    concepts: Concepts = CONCEPTS
    minimum: Amount | None = Field(None, title="Least quantity that is of use")
    max_distance_km: Kilometres | None = Field(None, title="Largest distance in km")
    max_landed_eur_per_tonne: Price | None = Field(
        None, title="Most that a tonne may cost at the door, in EUR", description="Below zero: you want to be paid"
    )
    limits: tuple[Limit, ...] = Field((), max_length=60, title="Limits on properties")
    accepted_statuses: Statuses = STATUSES
    intended_use: IntendedUse | None = Field(None, title="What you will do with it")
    intended_use_text: Sentence | None = Field(None, title="The same in your own words")
    r_step: Annotated[int, Field(ge=3, le=9)] | None = Field(
        None, title="Step on the R-ladder", description="3 to 9; R0 to R2 change what is needed, so nothing is traded"
    )
    permits: Annotated[tuple[Word, ...], EACH_ONCE] = Field((), max_length=50, title="Permits you hold for this use")
    weighting: Weighting = WEIGHTING


class SearchTerms(Frozen):
    """What a saved search looks for. It is told of listings that fit, and promises nothing."""

    name: Word = Field(title="Name", examples=["Timber near Utrecht"])
    looks_for: ListingKind = Field(title="Offers or wants")
    concepts: Concepts = CONCEPTS
    max_distance_km: Kilometres | None = Field(None, title="Largest distance in km", description="Needs a postcode")
    minimum_kg: Amount | None = Field(None, title="Least quantity in kg")
    max_landed_eur_per_tonne: Price | None = Field(None, title="Most that a tonne may cost at the door, in EUR")
    accepted_statuses: Statuses = STATUSES
    weighting: Weighting = WEIGHTING
    active: bool = Field(True, title="Whether alerts are wanted now")
