"""Every message of this domain and who handles it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from contracts.events.base import EventData
from contracts.events.listings import RemainingChanged
from listings.batches import upsert_by_external_id
from listings.evidence import add_evidence, remove_evidence
from listings.organisations import register_organisation, revise_organisation
from listings.publishing import create_offer, create_want, expire, publish, revise, withdraw
from listings.remaining import apply_remaining
from listings.searches import create_search, delete_search, revise_search

__all__ = [
    "COMMANDS",
    "EVENTS",
    "add_evidence",
    "apply_remaining",
    "create_offer",
    "create_search",
    "create_want",
    "delete_search",
    "expire",
    "publish",
    "register_organisation",
    "remove_evidence",
    "revise",
    "revise_organisation",
    "revise_search",
    "upsert_by_external_id",
    "withdraw",
]

Handler = Callable[..., Any]

COMMANDS: Mapping[str, Handler] = MappingProxyType(
    {
        "register organisation": register_organisation,
        "revise organisation": revise_organisation,
        "create offer": create_offer,
        "create want": create_want,
        "revise listing": revise,
        "publish listing": publish,
        "withdraw listing": withdraw,
        "expire listing": expire,
        "upsert listings": upsert_by_external_id,
        "add evidence": add_evidence,
        "remove evidence": remove_evidence,
        "create search": create_search,
        "revise search": revise_search,
        "delete search": delete_search,
    }
)

EVENTS: Mapping[type[EventData], Handler] = MappingProxyType({RemainingChanged: apply_remaining})
