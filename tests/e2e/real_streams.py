"""Real Dutch stream names as offers, and wants built from them, by a fixed seed; and who should meet whom.

There are no open "wanted" advertisements, so wants are made from real supply texts. The expected pairs are
computed here in the plainest way, from the drafts as they are sent, without any code of `matching`.
"""

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any

from contracts.vocabulary.materials import material_tree, resolve_label
from contracts.vocabulary.places import place_of_postcode
from tests.support.shared_data import shared_data

SEED = 20261121
WANTS = 1500
HOLDERS = [f"Ontdoener {number:02d}" for number in range(1, 41)]
SEEKERS = [f"Verwerker {number:02d}" for number in range(1, 26)]
STATUSES = ["waste", "by_product", "end_of_waste", "product"]
EARTH_KM = 6371.0088

Draft = dict[str, Any]


@dataclass(frozen=True)
class Streams:
    """Drafts by the name of the organisation that publishes them."""

    offers: dict[str, list[Draft]]
    wants: dict[str, list[Draft]]


def _names() -> list[dict[str, str]]:
    path = shared_data("lma-waste-descriptions-nl/lma_descriptions_shared.csv")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _postcodes() -> list[str]:
    with shared_data("geo-nl/pc4.csv").open(encoding="utf-8") as file:
        return [row["pc4"] for row in csv.DictReader(file)]


def _chance(chance: random.Random, share: float, make: Any) -> Any:
    return make() if chance.random() < share else None


def _window(chance: random.Random, today: date) -> Draft:
    start = today + timedelta(days=chance.randrange(0, 120))
    fields = {
        "available_from": _chance(chance, 0.5, lambda: start.isoformat()),
        "available_until": _chance(chance, 0.5, lambda: (start + timedelta(days=chance.randrange(1, 90))).isoformat()),
    }
    return {name: value for name, value in fields.items() if value}


def _offer(row: dict[str, str], chance: random.Random, postcodes: list[str], today: date) -> Draft | None:
    found = resolve_label(row["benaming_afval"], row["euralcode"])
    if not found:
        return None
    properties = [{"name": "moisture", "value": str(chance.randrange(1, 60)), "unit": "% w/w"}]
    fields = {
        "kind": "offer",
        "external_id": row["id"],
        "title": f"{row['benaming_afval'][:100]} ({row['euralcode']})",
        "concept": found[0].id,
        "eural_code": row["euralcode"],
        "quantity": str(Decimal(chance.randrange(1, 4000)) / 10),
        "unit": "m3" if chance.random() < 0.1 else "t",
        "recurrence": chance.choice(["one_off", "one_off", "per_month", "per_year"]),
        "postcode": chance.choice(postcodes),
        "price_eur_per_tonne": _chance(chance, 0.7, lambda: str(Decimal(chance.randrange(-8000, 6000)) / 100)),
        "claimed_status": _chance(chance, 0.6, lambda: chance.choice(STATUSES)),
        "visibility": "anonymous" if chance.random() < 0.3 else "public",
        "properties": properties if chance.random() < 0.5 else [],
        **_window(chance, today),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _want(number: int, offer: Draft, chance: random.Random, postcodes: list[str], today: date) -> Draft:
    ancestors = material_tree().ancestors(offer["concept"])
    wanted = ancestors[0].id if ancestors and chance.random() < 0.3 else offer["concept"]
    also = [chance.choice(["wood", "plastics", "paper"])] if chance.random() < 0.03 else []
    amount = Decimal(chance.randrange(50, 5000)) / 10
    limit = {"property": "moisture", "operator": "<=", "value": str(chance.randrange(10, 50)), "unit": "% w/w"}
    fields = {
        "kind": "want",
        "external_id": f"want-{number}",
        "title": f"Gezocht: {offer['title'][:100]}",
        "concepts": list(dict.fromkeys([wanted, *also])),
        "quantity": str(amount),
        "unit": "t",
        "minimum": _chance(chance, 0.7, lambda: str((amount / chance.randrange(2, 20)).quantize(Decimal("0.1")) or 1)),
        "recurrence": chance.choice(["one_off", "one_off", "per_month"]),
        "postcode": chance.choice(postcodes),
        "max_distance_km": chance.choice([10, 20, 30, 50]) if chance.random() < 0.9 else None,
        "max_landed_eur_per_tonne": _chance(chance, 0.6, lambda: str(Decimal(chance.randrange(-3000, 6000)) / 100)),
        "accepted_statuses": chance.sample(STATUSES, 2) if chance.random() < 0.3 else [],
        "limits": [limit] if chance.random() < 0.3 else [],
        "intended_use": chance.choice(["material_recycling", "composting", "raw_material"]),
        **_window(chance, today),
    }
    return {name: value for name, value in fields.items() if value is not None}


def real_streams(today: date) -> Streams:
    """All real names as offers and 1,500 wants, always the same for the same day."""
    chance = random.Random(SEED)
    postcodes = _postcodes()
    drafts = [offer for row in _names() if (offer := _offer(row, chance, postcodes, today))]
    wants = [_want(number, chance.choice(drafts), chance, postcodes, today) for number in range(WANTS)]
    streams = Streams({name: [] for name in HOLDERS}, {name: [] for name in SEEKERS})
    for draft in drafts:
        streams.offers[chance.choice(HOLDERS)].append(draft)
    for want in wants:
        streams.wants[chance.choice(SEEKERS)].append(want)
    return streams


# Who should meet whom, in the plainest way.


def _kg_per_unit(draft: Draft, concepts: list[str]) -> Decimal | None:
    if draft["unit"] == "t":
        return Decimal(1000)
    figure = material_tree().density_of(concepts[0]) if len(concepts) == 1 else None
    return Decimal(str(figure.value)) if figure else None


def _enough(offer: Draft, want: Draft) -> bool:
    if "minimum" not in want:
        return True
    kg = _kg_per_unit(offer, [offer["concept"]])
    if kg is None:
        return True
    times = {"per_month": 12, "per_year": 1}
    rates = (times.get(offer["recurrence"]), times.get(want["recurrence"]))
    offer_rate, want_rate = rates if None not in rates else (1, 1)
    have = Decimal(offer["quantity"]) * kg * Decimal(offer_rate or 1)
    return have >= Decimal(want["minimum"]) * 1000 * Decimal(want_rate or 1)


def _km(offer: Draft, want: Draft) -> float:
    a, b = place_of_postcode(offer["postcode"]).point, place_of_postcode(want["postcode"]).point
    half_lat, half_lon = radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(sqrt(chord))


def _overlap(offer: Draft, want: Draft) -> bool:
    first = max(offer.get("available_from", ""), want.get("available_from", ""))
    last = min(offer.get("available_until", "9999"), want.get("available_until", "9999"))
    return bool(first <= last)


def _load_kg(offer: Draft, want: Draft) -> Decimal | None:
    kg = _kg_per_unit(offer, [offer["concept"]])
    return None if kg is None else min(Decimal(offer["quantity"]) * kg, Decimal(want["quantity"]) * 1000)


def _landed_cents(offer: Draft, want: Draft, km: float) -> int | None:
    """Price and transport per tonne by the vehicle that the load takes; None when either is unknown."""
    load = _load_kg(offer, want)
    if load is None or "price_eur_per_tonne" not in offer:
        return None
    rate, handling = (180, 1500) if load <= 1000 else (30, 600) if load <= 12_000 else (10, 250)
    return int(Decimal(offer["price_eur_per_tonne"]) * 100) + round(km * 1.3 * rate + handling)


def _cheap_enough(offer: Draft, want: Draft, km: float) -> bool:
    landed = _landed_cents(offer, want, km)
    limit = want.get("max_landed_eur_per_tonne")
    return limit is None or landed is None or landed <= Decimal(limit) * 100


def _dry_enough(offer: Draft, want: Draft) -> bool:
    stated = [Decimal(item["value"]) for item in offer["properties"]]
    return all(value <= Decimal(limit["value"]) for limit in want["limits"] for value in stated)


def _status_welcome(offer: Draft, want: Draft) -> bool:
    accepted = want["accepted_statuses"]
    return not accepted or "claimed_status" not in offer or offer["claimed_status"] in accepted


def _fit(offer: Draft, want: Draft) -> bool:
    if not (_overlap(offer, want) and _dry_enough(offer, want) and _status_welcome(offer, want)):
        return False
    km = _km(offer, want)
    near = "max_distance_km" not in want or km <= want["max_distance_km"]
    return near and _enough(offer, want) and _cheap_enough(offer, want, km)


def expected_pairs(streams: Streams) -> set[tuple[str, str]]:
    """(external id of the offer, external id of the want) of every pair that fits; nobody meets himself."""
    tree = material_tree()
    offers = [draft for drafts in streams.offers.values() for draft in drafts]
    return {
        (offer["external_id"], want["external_id"])
        for drafts in streams.wants.values()
        for want in drafts
        for offer in offers
        if any(tree.is_within(offer["concept"], concept) for concept in want["concepts"]) and _fit(offer, want)
    }
