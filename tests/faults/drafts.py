"""Offers and wants of which it is plain who should meet whom, and every one has a few counterparts only.

A want asks for one concept without anything below it, within ten kilometres; places are farther apart than that. So a
pair fits exactly when concept and place are the same. With few counterparts each, a matcher that keeps only the best
twenty pairs of a listing keeps all.
"""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from contracts.vocabulary.materials import material_tree

PLACES = ("9711", "8911", "8011", "7511", "6811", "3511", "1011", "2511", "4331", "4811", "5611", "6211")
"""Twelve towns, from Groningen to Maastricht, far apart from each other."""
CONCEPTS = 40
MOST_COUNTERPARTS = 19
HOLDERS = tuple(f"Ontdoener {number:02d}" for number in range(8))
SEEKERS = tuple(f"Verwerker {number:02d}" for number in range(8))


@dataclass(frozen=True, slots=True)
class Draft:
    """One listing to publish: whose it is, under which id of its owner, and what is sent."""

    owner: str
    external_id: str
    kind: str
    concept: str
    postcode: str

    def fields(self) -> dict[str, Any]:
        """As it is posted to `/v1/offers` or `/v1/wants`."""
        amount = {"quantity": "20", "unit": "t", "postcode": self.postcode, "visibility": "public"}
        about = {"title": f"{self.external_id} {self.concept}", "external_id": self.external_id, **amount}
        if self.kind == "offer":
            return {**about, "concept": self.concept}
        return {**about, "concepts": [self.concept], "max_distance_km": 10}


def drafts(chance: random.Random, number: int) -> list[Draft]:
    """So many listings, half offers and half wants, in an order of chance."""
    leaves = sorted(concept.id for concept in material_tree() if not material_tree().children(concept.id))
    concepts = chance.sample(leaves, CONCEPTS)
    made = [
        Draft(
            owner=chance.choice(HOLDERS if index % 2 else SEEKERS),
            external_id=f"L{index:05d}",
            kind="offer" if index % 2 else "want",
            concept=chance.choice(concepts),
            postcode=chance.choice(PLACES),
        )
        for index in range(number)
    ]
    chance.shuffle(made)
    times = Counter((draft.kind, draft.concept, draft.postcode) for draft in made)
    assert max(times.values()) <= MOST_COUNTERPARTS, "a listing has more counterparts than a matcher must keep"
    return made


def expected_pairs(published: list[Draft]) -> set[tuple[str, str]]:
    """(offer, want) by the ids of their owners: every pair that fits, found in the plainest way."""
    wants = [draft for draft in published if draft.kind == "want"]
    return {
        (offer.external_id, want.external_id)
        for offer in published
        if offer.kind == "offer"
        for want in wants
        if (offer.concept, offer.postcode) == (want.concept, want.postcode)
    }
