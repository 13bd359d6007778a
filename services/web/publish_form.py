"""The form of an offer or a want: from text fields to a draft of the domain, or to a sentence for each wrong field.

Numbers and days are read as people write them. What the domain then refuses is told at the field that it names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts.vocabulary.terms import ListingKind
from listings.commands import OfferDraft, WantDraft
from listings.views import OfferView, WantView
from services.cli.cells import Style, day
from services.cli.numbers import DEFAULT, decimal_of

Fields = Mapping[str, list[str]]
Draft = OfferDraft | WantDraft

# Field of the draft -> field of the form, where they differ.
AT_FIELD = {
    "concepts": "concept",
    "price_eur_per_tonne": "price",
    "max_landed_eur_per_tonne": "max_landed",
    "properties": "property_value",
    "minimum": "minimum",
}
MEASURED: Mapping[str, str] = {
    "moisture": "% w/w",
    "foreign_materials": "% w/w",
    "contamination_total": "% w/w",
    "dry_matter": "% w/w",
    "non_paper": "% w/w",
    "visible_oil": "bool",
    "purity": "% w/w",
}
"""Properties that the form offers, with their units; others come in through files and the API."""
YES, NO = {"ja", "yes", "j", "y"}, {"nee", "no", "n"}
PRICE_KINDS = ("asks", "free", "pays", "open")


@dataclass(frozen=True, slots=True)
class ReadForm:
    """What the form says: a draft, or errors by field (keys of the catalogue)."""

    draft: Draft | None
    errors: dict[str, str]


def one(fields: Fields, name: str) -> str:
    """The first value of a field, empty when there is none."""
    return (fields.get(name) or [""])[0].strip()


def read_listing(kind: ListingKind, fields: Fields, *, as_draft: bool) -> ReadForm:
    """The draft in a form."""
    errors: dict[str, str] = {}
    given = {
        **_shared(fields, errors),
        **(_offer(fields, errors) if kind is ListingKind.OFFER else _want(fields, errors)),
    }
    required = ("title", "quantity") if as_draft else ("title", "concept", "quantity", "postcode")
    errors.update({name: f"publish.wrong_{name}" for name in required if not one(fields, name)})
    model = OfferDraft if kind is ListingKind.OFFER else WantDraft
    try:
        draft = model.model_validate({**given, "draft": as_draft})
    except ValidationError as error:
        for item in error.errors():
            name = str(item["loc"][0]) if item["loc"] else _whole(str(item["msg"]))
            field = AT_FIELD.get(name, name)
            errors.setdefault(field, f"publish.wrong_{field}")
        draft = None
    return ReadForm(None if errors else draft, _in_order(errors))


def _whole(message: str) -> str:
    """Which field an error about several fields belongs to."""
    return "available_until" if "available_until" in message else "minimum" if "minimum" in message else "postcode"


ORDER = (
    *("title", "description", "concept", "eural_code", "quantity", "unit", "minimum", "postcode", "max_distance_km"),
    *("price", "max_landed", "intended_use", "available_from", "available_until"),
)


def _in_order(errors: dict[str, str]) -> dict[str, str]:
    """As the fields stand on the page."""
    return dict(sorted(errors.items(), key=lambda item: ORDER.index(item[0]) if item[0] in ORDER else len(ORDER)))


def _shared(fields: Fields, errors: dict[str, str]) -> dict[str, Any]:
    plain = ("title", "description", "unit", "recurrence", "visibility")
    given: dict[str, Any] = {name: one(fields, name) for name in plain if one(fields, name)}
    given["quantity"] = _read(fields, "quantity", _number, errors)
    given["available_from"] = _read(fields, "available_from", _day, errors)
    given["available_until"] = _read(fields, "available_until", _day, errors)
    if one(fields, "postcode"):
        given["postcode"] = one(fields, "postcode")
    return {name: value for name, value in given.items() if value is not None}


def _offer(fields: Fields, errors: dict[str, str]) -> dict[str, Any]:
    plain = ("concept", "eural_code", "condition", "claimed_status", "origin_process")
    given: dict[str, Any] = {name: one(fields, name) for name in plain if one(fields, name)}
    price = _price(fields, errors)
    if price is not None:
        given["price_eur_per_tonne"] = price
    given["properties"] = _properties(fields, errors)
    return given


def _want(fields: Fields, errors: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {
        "concepts": [value for value in fields.get("concept", []) if value.strip()],
        "accepted_statuses": [value for value in fields.get("accepted_statuses", []) if value.strip()],
        "minimum": _read(fields, "minimum", _number, errors),
        "max_distance_km": _read(fields, "max_distance_km", _number, errors),
        "max_landed_eur_per_tonne": _read(fields, "max_landed", _number, errors),
        "intended_use": one(fields, "intended_use") or None,
        "intended_use_text": one(fields, "intended_use_text") or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _price(fields: Fields, errors: dict[str, str]) -> Decimal | None:
    """What the holder means: asked, given away, paid for being rid of it, or open."""
    kind = one(fields, "price_kind") or "open"
    if kind == "free":
        return Decimal(0)
    if kind not in ("asks", "pays"):
        return None
    amount: Decimal | None = _read(fields, "price", _number, errors)
    if amount is None:
        errors.setdefault("price", "publish.wrong_price")
        return None
    return -abs(amount) if kind == "pays" else abs(amount)


def _properties(fields: Fields, errors: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for name, value in zip(fields.get("property", []), fields.get("property_value", []), strict=False):
        if not name or not value.strip() or name not in MEASURED:
            continue
        try:
            read = _truth(value) if MEASURED[name] == "bool" else str(_number(value))
        except ValueError:
            errors["property_value"] = "publish.wrong_property_value"
            continue
        found.append({"name": name, "unit": MEASURED[name], "value": read})
    return found


def _read(fields: Fields, name: str, look: Callable[[str], Any], errors: dict[str, str]) -> Any:
    text = one(fields, name)
    if not text:
        return None
    try:
        return look(text)
    except ValueError:
        errors[name] = f"publish.wrong_{name}"
        return None


def _number(text: str) -> Decimal:
    return decimal_of(text, DEFAULT, ValueError)


def _day(text: str) -> date:
    return day(text, Style())


def _truth(text: str) -> bool:
    if text.strip().lower() in YES | NO:
        return text.strip().lower() in YES
    raise ValueError("expected yes or no")


def photo_ids(fields: Fields) -> list[UUID]:
    """The photos that were sent before; what is no id is passed over."""
    found = []
    for text in fields.get("photo_id", []):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def fields_of(view: OfferView | WantView, number: Callable[[Decimal], str]) -> dict[str, list[str]]:
    """An earlier listing as fields, for duplicating or changing it. Its days are left out: they have passed or will."""
    given: dict[str, Any] = {
        "title": view.title,
        "description": view.description,
        "quantity": number(view.quantity),
        "unit": view.unit.value,
        "recurrence": view.recurrence.value,
        "visibility": view.visibility.value,
        "postcode": view.private.postcode if view.private else (view.place.postcode4 if view.place else None),
    }
    extra = _offer_fields(view, number) if isinstance(view, OfferView) else _want_fields(view, number)
    lists = {name: value if isinstance(value, list) else [value] for name, value in {**given, **extra}.items() if value}
    return {name: [str(item) for item in value] for name, value in lists.items()}


def _offer_fields(view: OfferView, number: Callable[[Decimal], str]) -> dict[str, Any]:
    price = view.price_eur_per_tonne
    kind = "open" if price is None else "free" if price == 0 else "pays" if price < 0 else "asks"
    known = [item for item in view.properties if MEASURED.get(item.name) == item.unit]
    return {
        "concept": view.concept,
        "eural_code": view.eural_code,
        "condition": view.condition and view.condition.value,
        "claimed_status": view.claimed_status and view.claimed_status.value,
        "origin_process": view.origin_process,
        "price_kind": kind,
        "price": number(abs(price)) if price else "",
        "property": [item.name for item in known],
        "property_value": [_shown(item.value, number) for item in known],
    }


def _shown(value: object, number: Callable[[Decimal], str]) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return number(value) if isinstance(value, Decimal) else str(value)


def _want_fields(view: WantView, number: Callable[[Decimal], str]) -> dict[str, Any]:
    return {
        "concept": list(view.concepts),
        "minimum": number(view.minimum) if view.minimum else "",
        "max_distance_km": number(Decimal(str(view.max_distance_km))) if view.max_distance_km else "",
        "max_landed": number(view.max_landed_eur_per_tonne) if view.max_landed_eur_per_tonne is not None else "",
        "intended_use": view.intended_use and view.intended_use.value,
        "intended_use_text": view.intended_use_text,
        "accepted_statuses": [status.value for status in view.accepted_statuses],
    }
