"""The names under which a law file may ask for a fact, and how facts are laid out for its conditions.

A view is a flat dictionary; an absent name is unknown. Measurements are stored in the base unit of their
dimension, so that a condition compares two numbers and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contracts.vocabulary.eural import EuralKind
from contracts.vocabulary.measures import Dimension, measure_unit
from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.facts import Facts, Measurement, PropertyValue, Trade
from matching.end_of_waste.words import AuthorityView, CountryGroup, Origin, Processing, Stream, Truth, Use

View = dict[str, Any]
NO_CLAIM = "none"
PREFIX = "property:"
EVIDENCE = "evidence"
ASSUMED = "assumed"
ON = "on"


def _values(words: type[StrEnum]) -> frozenset[str]:
    return frozenset(word.value for word in words)


SET_FIELDS: Mapping[str, frozenset[str]] = {
    "origin": _values(Origin),
    "processing": _values(Processing),
    "intended_use": _values(Use),
}
"""Fields that hold several words at once; a condition on them holds when one of its words is among them."""

TRUTH_FIELDS = frozenset(
    {
        "treatment_completed",
        "transfer_to_other_holder",
        "transport_planned",
        "category_b_vehicle",
        "carrier_for_pay",
        "broker_arranges",
        "dealer_trades",
        "receiver_authorised",
        "holder_is_reporting_plant",
        "route_collection",
        "eural_valid",
        "eural_hazardous",
        "hazard_found",
        "hazard_data",
        "pop_found",
        "forbidden_found",
        "is_waste",
    }
)
"""Fields that are yes, no or unknown; in a law file they are written true or false."""

WORD_FIELDS: Mapping[str, frozenset[str] | None] = {
    "stream": _values(Stream),
    "material": None,
    "eural_code": None,
    "eural_kind": _values(EuralKind),
    "claimed_status": _values(LegalStatus) | {NO_CLAIM},
    "status": _values(LegalStatus),
    "supplier_country": None,
    "supplier_group": _values(CountryGroup),
    "destination_country": None,
    "destination_group": _values(CountryGroup),
    "carrier_vihb": None,
    "broker_vihb": None,
    "dealer_vihb": None,
    "receiver_number": None,
    "operation": None,
    "authority_dispatch_view": _values(AuthorityView),
    "authority_destination_view": _values(AuthorityView),
}
"""Fields that hold one word; None means any text is accepted."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property a law file may name: its usual unit and the label a reader sees."""

    name: str
    unit: str
    nl: str
    en: str

    @property
    def dimension(self) -> Dimension:
        """What the property measures; values in another dimension are refused."""
        return measure_unit(self.unit).dimension


class FactError(ValueError):
    """A fact cannot be used. `field` names it; the message says what was got and what is accepted."""

    def __init__(self, field: str, got: object, expected: str) -> None:
        self.field = field
        self.got = str(got)
        self.expected = expected
        super().__init__(f"{field}: got {self.got!r:.80}; expected {expected}")


def base_value(name: str, value: PropertyValue, known: Property) -> Decimal | bool | str | date:
    """`value` as conditions read it. Raises FactError when it is not of the property's kind."""
    if isinstance(value, Measurement):
        unit = measure_unit(value.unit)
        if unit.dimension is not known.dimension:
            got = f"{value.value} {value.unit} ({unit.dimension})"
            raise FactError(f"properties.{name}", got, f"a {known.dimension} such as {known.unit}")
        return value.value * unit.factor
    if _KIND_OF.get(type(value), known.dimension) is not known.dimension:
        raise FactError(f"properties.{name}", value, f"a {known.dimension} such as {known.unit}")
    return value


_KIND_OF: Mapping[type, Dimension] = {
    bool: Dimension.TRUTH,
    str: Dimension.TEXT,
    date: Dimension.DATE,
}


def view_of(facts: Facts, properties: Mapping[str, Property], groups: Mapping[str, str], on: date) -> View:
    """The facts as a view. `groups` gives the group of a country code; a country without one is non-OECD.

    Raises FactError for a property that the rulebook does not know or that is of the wrong kind.
    """
    view: View = {
        ON: on,
        EVIDENCE: facts.evidence,
        "claimed_status": facts.claimed_status or NO_CLAIM,
        "stream": facts.stream,
        "material": facts.material,
        "eural_code": facts.eural_code,
        "origin": facts.origin,
        "processing": facts.processing,
        "intended_use": facts.intended_use,
        "treatment_completed": ANSWERS[facts.treatment_completed],
        "supplier_country": facts.supplier_country,
        "destination_country": facts.destination_country,
    }
    view["destination_group"] = _group(facts.destination_country, groups)
    view["supplier_group"] = _group(facts.supplier_country, groups)
    view.update(_trade_view(facts.trade))
    for name, value in facts.properties.items():
        known = properties.get(name)
        if known is None:
            raise FactError(f"properties.{name}", name, "a property of rulebook/properties.yaml")
        view[PREFIX + name] = base_value(name, value, known)
    return view


def _group(country: str | None, groups: Mapping[str, str]) -> str | None:
    return None if country is None else groups.get(country, CountryGroup.NON_OECD.value)


ANSWERS: Mapping[Truth, bool | None] = {Truth.YES: True, Truth.NO: False, Truth.UNKNOWN: None}
_TRADE_TRUTHS = tuple(name for name in Trade.__slots__ if name in TRUTH_FIELDS)
_TRADE_WORDS = tuple(name for name in Trade.__slots__ if name not in TRUTH_FIELDS)


def _trade_view(trade: Trade) -> View:
    view: View = {name: ANSWERS[getattr(trade, name)] for name in _TRADE_TRUTHS}
    for name in _TRADE_WORDS:
        view[name] = getattr(trade, name)
    return view
