"""Listings as rows of `listings.listings`: the record, and beside it the columns by which it is searched.

Rows travel as one JSON document and are unpacked in the statement: for a single listing that takes half the time that
two dozen arrays take, and lists of differing length need no care.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import municipalities
from contracts.vocabulary.terms import Visibility
from infra.postgres.database import Connection
from listings.model import AnyListing, Offer

COLUMNS = (
    ("listing_id", "uuid"),
    ("kind", "text"),
    ("organisation_id", "uuid"),
    ("revision", "int"),
    ("status", "text"),
    ("external_id", "text"),
    ("record", "jsonb"),
    ("changed_at", "timestamptz"),
    ("visibility", "text"),
    ("eural_code", "text"),
    ("municipality_code", "text"),
    ("province", "text"),
    ("lat", "float8"),
    ("lon", "float8"),
    ("quantity_kg", "numeric"),
    ("price_eur_per_tonne", "numeric"),
    ("available_until", "date"),
    ("partners", "uuid[]"),
    ("families", "text[]"),
    ("concepts", "text[]"),
    ("open_to_all", "boolean"),
)
NAMES = ", ".join(name for name, _ in COLUMNS)
FIELDS = f"{', '.join(f'{name} {kind}' for name, kind in COLUMNS)}, said text, labels text"
"""What a row holds: the columns, the owner's own words, and the names of its materials as a tsvector already."""

WORDS = "to_tsvector('dutch', new.said) || to_tsvector('english', new.said) || new.labels::tsvector"
LABELS = """
SELECT labels, (to_tsvector('dutch', labels) || to_tsvector('english', labels))::text AS words
FROM unnest($1::text[]) AS labels
"""

_words_of_labels: dict[str, str] = {}
"""Names of materials never change while a process runs, and taking them apart took longer than storing the listing."""


def concepts_of(listing: AnyListing) -> list[str]:
    """The materials of a listing."""
    if isinstance(listing, Offer):
        return [listing.terms.concept] if listing.terms.concept else []
    return list(listing.terms.concepts)


async def learn_labels(connection: Connection, listings: Iterable[AnyListing]) -> None:
    """Have the database take apart the names of materials that this process meets for the first time."""
    unknown = sorted({_labels_of(listing) for listing in listings} - _words_of_labels.keys())
    if unknown:
        rows = await connection.fetch(LABELS, unknown)
        _words_of_labels.update({row["labels"]: row["words"] for row in rows})


def knows_labels(listing: AnyListing) -> bool:
    """Whether `row_of` can be asked for this listing already."""
    return _labels_of(listing) in _words_of_labels


def row_of(listing: AnyListing) -> dict[str, Any]:
    """The row, by the names in FIELDS; the labels must have been learnt."""
    terms, place = listing.terms, listing.place
    offer = terms if isinstance(listing, Offer) else None
    # What was never published is found by its owner only, also after it was taken back.
    known = listing.published_at is not None
    lat, lon = _searched_point(listing)
    return {
        "listing_id": listing.listing_id,
        "kind": listing.kind,
        "organisation_id": listing.organisation_id,
        "revision": listing.revision,
        "status": listing.status,
        "external_id": terms.external_id,
        "record": listing.to_record(),
        "changed_at": listing.changed_at,
        "visibility": terms.visibility,
        "eural_code": getattr(offer, "eural_code", None),
        "municipality_code": place and place.municipality_code,
        "province": place and place.province,
        "lat": lat,
        "lon": lon,
        "quantity_kg": _quantity_kg(listing),
        "price_eur_per_tonne": getattr(offer, "price_eur_per_tonne", None),
        "available_until": terms.available_until,
        "partners": terms.partners if known else (),
        "families": listing.families,
        "concepts": concepts_of(listing),
        "open_to_all": known and terms.visibility is not Visibility.PARTNERS,
        "said": f"{terms.title} {terms.description}",
        "labels": _words_of_labels[_labels_of(listing)],
    }


def document(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as the one JSON document that a statement unpacks; decimals as text, so that they stay exact."""
    return orjson.dumps(rows, default=_decimal_as_text)


def _decimal_as_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a row holds {type(value).__name__}; expected JSON values, ids, dates and decimals")


def _labels_of(listing: AnyListing) -> str:
    """Every name of the materials, so that a synonym finds the listing in either language."""
    tree = material_tree()
    named = [tree.concept(concept) for concept in concepts_of(listing)]
    return " ".join(" ".join((c.label_nl, c.label_en, *c.synonyms_nl, *c.synonyms_en)) for c in named)


def _quantity_kg(listing: AnyListing) -> Decimal | None:
    if listing.kg_per_unit is None:
        return None
    free = listing.remaining.remaining if listing.remaining else listing.terms.quantity
    return free * listing.kg_per_unit


def _searched_point(listing: AnyListing) -> tuple[float | None, float | None]:
    """Where search finds the listing: an anonymous one only at its municipality, so that no radius betrays it."""
    if listing.place is None:
        return None, None
    if listing.terms.visibility is not Visibility.ANONYMOUS:
        return listing.place.lat, listing.place.lon
    point = municipalities()[listing.place.municipality_code].point
    return point.lat, point.lon
