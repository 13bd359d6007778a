"""Facts from the mapping that a form, a YAML file or a receipt holds, and back again without loss.

Errors name the field, what was got and what is accepted, so that the sender can put it right.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.measures import Dimension, UnknownUnit, measure_unit
from contracts.vocabulary.terms import LegalStatus
from matching.end_of_waste.facts import Facts, Measurement, PropertyValue, Trade
from matching.end_of_waste.fields import FactError, Property, base_value
from matching.end_of_waste.words import AuthorityView, Origin, Processing, Stream, Truth, Use

Word = TypeVar("Word", bound=StrEnum)
Mapped = Mapping[str, Any]

DRY_MATTER = "dry_matter"
_EURAL = re.compile(r"[0-9]{6}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_DRY_UNIT, _WET_UNIT = "mg/kg ds", "mg/kg"
_BOOL_UNIT, _DATE_UNIT = "bool", "date"


def facts_from_mapping(raw: Mapped, properties: Mapping[str, Property]) -> Facts:
    """Facts from `raw` (the fields of Facts). Raises FactError at the first field that cannot be used."""
    known = {*_READERS, "properties", "evidence", "trade"}
    for name in raw:
        if name not in known:
            raise FactError(name, name, f"one of {', '.join(sorted(known))}")
    fields = {name: read(name, raw[name]) for name, read in _READERS.items() if raw.get(name) is not None}
    return Facts(
        **fields,
        properties=_properties(raw.get("properties") or {}, properties),
        evidence=_words(EvidenceKind)("evidence", raw.get("evidence") or ()),
        trade=_trade(raw.get("trade") or {}),
    )


def _word(kind: type[Word]) -> Callable[[str, Any], Word]:
    def read(name: str, value: Any) -> Word:
        try:
            return kind(str(value))
        except ValueError:
            raise FactError(name, value, f"one of {', '.join(item.value for item in kind)}") from None

    return read


def _words(kind: type[Word]) -> Callable[[str, Any], frozenset[Word]]:
    one = _word(kind)

    def read(name: str, value: Any) -> frozenset[Word]:
        if isinstance(value, str) or not isinstance(value, (list, tuple, set, frozenset)):
            raise FactError(name, value, "a list of words; an empty list means none, no list means unknown")
        return frozenset(one(name, item) for item in value)

    return read


def _truth(name: str, value: Any) -> Truth:
    if isinstance(value, bool):
        return Truth.YES if value else Truth.NO
    return _word(Truth)(name, value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise FactError(name, value, "a text")
    return value.strip()


def _pattern(pattern: re.Pattern[str], expected: str) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise FactError(name, value, expected)
        return value

    return read


_country = _pattern(_COUNTRY, "a country code of two capitals such as NL (ISO 3166-1)")
_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "stream": _word(Stream),
    "material": _text,
    "eural_code": _pattern(_EURAL, "six digits such as 170401, in quotes, without blanks or asterisk"),
    "origin": _words(Origin),
    "processing": _words(Processing),
    "intended_use": _words(Use),
    "treatment_completed": _truth,
    "claimed_status": _word(LegalStatus),
    "supplier_country": _country,
    "destination_country": _country,
}
_TRADE_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "carrier_vihb": _text,
    "broker_vihb": _text,
    "dealer_vihb": _text,
    "receiver_number": _text,
    "operation": _text,
    "authority_dispatch_view": _word(AuthorityView),
    "authority_destination_view": _word(AuthorityView),
}


def _trade(raw: Any) -> Trade:
    if not isinstance(raw, Mapping):
        raise FactError("trade", raw, f"lines with {', '.join(Trade.__slots__)}")
    for name in raw:
        if name not in Trade.__slots__:
            raise FactError(f"trade.{name}", name, f"one of {', '.join(Trade.__slots__)}")
    read: dict[str, Any] = {}
    for name, value in raw.items():
        reader: Callable[[str, Any], Any] = _TRADE_READERS.get(name, _truth)
        read[name] = reader(f"trade.{name}", value)
    return Trade(**read)


def _properties(raw: Any, known: Mapping[str, Property]) -> dict[str, PropertyValue]:
    if not isinstance(raw, Mapping):
        raise FactError("properties", raw, "lines with a property and its value and unit")
    found = {name: _property(name, value, known) for name, value in raw.items() if value is not None}
    dry = found.get(DRY_MATTER)
    for name, value in found.items():
        if isinstance(value, Measurement):
            found[name] = value = _on_needed_basis(value, known[name], dry)
        base_value(name, value, known[name])
    return dict(sorted(found.items()))


def _property(name: str, raw: Any, known: Mapping[str, Property]) -> PropertyValue:
    field = f"properties.{name}"
    if name not in known:
        raise FactError(field, name, "a property of rulebook/properties.yaml")
    if isinstance(raw, Mapping):
        return _with_unit(field, raw, known[name])
    if known[name].dimension in (Dimension.TRUTH, Dimension.TEXT, Dimension.DATE):
        return _with_unit(field, {"value": raw, "unit": known[name].unit}, known[name])
    raise FactError(field, raw, f"a value with its unit, such as {{value: 1.2, unit: '{known[name].unit}'}}")


def _with_unit(field: str, raw: Mapped, known: Property) -> PropertyValue:
    value, unit = raw.get("value"), raw.get("unit")
    try:
        dimension = measure_unit(str(unit)).dimension
    except UnknownUnit as error:
        raise FactError(field, unit, str(error)) from None
    if dimension is Dimension.TRUTH:
        if not isinstance(value, bool):
            raise FactError(field, value, "true or false")
        return value
    if dimension is Dimension.DATE:
        return _day(field, value)
    if dimension is Dimension.TEXT:
        return _text(field, value)
    return Measurement(_number(field, value, known), str(unit))


def _number(field: str, value: Any, known: Property) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if isinstance(value, bool) or not number.is_finite():
        raise FactError(field, value, f"a number in {known.unit}")
    return number


def _day(field: str, value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise FactError(field, value, "a date such as 2026-11-21") from None


def _on_needed_basis(value: Measurement, known: Property, dry: PropertyValue | None) -> Measurement:
    """As received and on dry matter are turned into each other only when the dry-matter content is known."""
    got, needed = measure_unit(value.unit), known.dimension
    fractions = (Dimension.MASS_FRACTION, Dimension.MASS_FRACTION_DRY)
    if got.dimension is needed or {got.dimension, needed} != set(fractions) or known.name == DRY_MATTER:
        return value
    if not isinstance(dry, Measurement) or dry.value <= 0:
        expected = f"a {needed} such as {known.unit}, or the property {DRY_MATTER} as well"
        raise FactError(f"properties.{known.name}", f"{value.value} {value.unit} ({got.dimension})", expected)
    share = dry.value * measure_unit(dry.unit).factor / measure_unit(_WHOLE).factor
    base = value.value * got.factor
    if needed is Dimension.MASS_FRACTION_DRY:
        return Measurement(base / share, _DRY_UNIT)
    return Measurement(base * share, _WET_UNIT)


_WHOLE = "kg/kg"


def facts_to_mapping(facts: Facts) -> dict[str, Any]:
    """The facts as plain values; `facts_from_mapping` gives the same facts back."""
    raw: dict[str, Any] = {}
    for name in _READERS:
        value = getattr(facts, name)
        if isinstance(value, frozenset):
            raw[name] = sorted(value)
        elif value is not None and value is not Truth.UNKNOWN:
            raw[name] = value
    if facts.properties:
        raw["properties"] = {name: _plain(value) for name, value in sorted(facts.properties.items())}
    if facts.evidence:
        raw["evidence"] = sorted(facts.evidence)
    trade = {
        name: value
        for name in Trade.__slots__
        if (value := getattr(facts.trade, name)) is not None and value is not Truth.UNKNOWN
    }
    if trade:
        raw["trade"] = trade
    return raw


def _plain(value: PropertyValue) -> dict[str, Any]:
    if isinstance(value, Measurement):
        return {"value": str(value.value), "unit": value.unit}
    if isinstance(value, bool):
        return {"value": value, "unit": _BOOL_UNIT}
    if isinstance(value, date):
        return {"value": value.isoformat(), "unit": _DATE_UNIT}
    return {"value": value, "unit": "text"}


def facts_to_text(facts: Facts) -> str:
    """The facts as one line of JSON in a fixed order, so that equal facts give equal text."""
    return _ENCODE(facts_to_mapping(facts))


_ENCODE: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
