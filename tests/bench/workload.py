"""What is published in the benches: offers of about 1.2 kB as events, by some organisations, of many materials."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from contracts.vocabulary.materials import material_tree
from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.settings import Settings, stable_id
from services.wiring import issuer_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
POSTCODES = ("5038", "4811", "5611", "3511", "1012", "3011", "6811", "7511", "8011", "9711", "6211", "2511")
DESCRIPTION = (
    "Partij uit sloop en renovatie, gesorteerd op locatie, droog opgeslagen en vrij van folie en metaal; in overleg "
    "los of in containers van 30 kubieke meter op te halen, laden kan op werkdagen tussen zeven en vier uur."
)
HOLDERS = tuple(stable_id(f"bench:holder:{number}") for number in range(50))


def holder_of(number: int) -> UUID:
    """The organisation that publishes offer `number`."""
    return HOLDERS[number % len(HOLDERS)]


def leaves() -> tuple[str, ...]:
    """Materials without narrower ones."""
    tree = material_tree()
    broader = {concept.parent for concept in tree}
    return tuple(sorted(concept.id for concept in tree if concept.id not in broader))


def offer(number: int, concepts: tuple[str, ...], **fields: Any) -> dict[str, Any]:
    """The draft of an offer; the same number gives the same draft."""
    chance = random.Random(number)
    return {
        "title": f"Partij {number}, gesorteerd en droog",
        "description": DESCRIPTION,
        "concept": concepts[number % len(concepts)],
        "quantity": str(5 + chance.randrange(40)),
        "unit": "t",
        "postcode": chance.choice(POSTCODES),
        "price_eur_per_tonne": str(chance.randrange(-40, 60)),
        "available_until": date(2030, 6, 1).isoformat(),
        "properties": [{"name": "moisture", "value": str(5 + chance.randrange(20)), "unit": "% w/w"}],
        **fields,
    }


def body(draft: dict[str, Any]) -> bytes:
    """A draft as it is sent."""
    return orjson.dumps(draft)


def issuer_in(folder: Path) -> EmbeddedIssuer:
    """The issuer whose key lies in the folder of a marketplace."""
    issuer = issuer_of(Settings(data_dir=folder))
    assert issuer is not None
    return issuer


def token_of(issuer: EmbeddedIssuer, organisation_id: UUID) -> str:
    """A token that lasts as long as any bench."""
    return issuer.token(organisation_id, (), datetime.now(UTC), timedelta(hours=6))
