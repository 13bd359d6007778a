"""The facts of one check: this material, from this origin, in this use, with these papers and these parties.

Nothing has a default that helps the holder: what is not stated is unknown (None, Truth.UNKNOWN or absent).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.words import AuthorityView, Origin, Processing, Stream, Truth, Use


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured value with its unit of composition, e.g. 1.2 "% w/w" (contracts.vocabulary.measures)."""

    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        if not self.value.is_finite():
            raise ValueError(f"a measurement must be a number; got {self.value} {self.unit}")


PropertyValue = Measurement | bool | str | date
"""A property is a measurement, a yes or no, a text (class, code, number on a paper) or a date."""

_NO_PROPERTIES: Mapping[str, PropertyValue] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Trade:
    """The parties, the transport and the authorities around the material, as far as known."""

    transfer_to_other_holder: Truth = Truth.UNKNOWN
    transport_planned: Truth = Truth.UNKNOWN
    category_b_vehicle: Truth = Truth.UNKNOWN
    carrier_for_pay: Truth = Truth.UNKNOWN
    carrier_vihb: str | None = None
    broker_arranges: Truth = Truth.UNKNOWN
    broker_vihb: str | None = None
    dealer_trades: Truth = Truth.UNKNOWN
    dealer_vihb: str | None = None
    receiver_authorised: Truth = Truth.UNKNOWN
    receiver_number: str | None = None
    holder_is_reporting_plant: Truth = Truth.UNKNOWN
    route_collection: Truth = Truth.UNKNOWN
    operation: str | None = None
    authority_dispatch_view: AuthorityView | None = None
    authority_destination_view: AuthorityView | None = None


NO_TRADE = Trade()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the check may know. `properties` are named in rulebook/properties.yaml, countries are ISO 3166-1.

    `claimed_status` is what the holder says; None when nothing is claimed.
    """

    stream: Stream | None = None
    material: str | None = None
    eural_code: str | None = None
    origin: frozenset[Origin] | None = None
    processing: frozenset[Processing] | None = None
    intended_use: frozenset[Use] | None = None
    treatment_completed: Truth = Truth.UNKNOWN
    claimed_status: LegalStatus | None = None
    supplier_country: str | None = None
    destination_country: str | None = None
    properties: Mapping[str, PropertyValue] = field(default_factory=lambda: _NO_PROPERTIES)
    evidence: frozenset[EvidenceKind] = frozenset()
    trade: Trade = field(default=NO_TRADE)
