"""A market of real stream names for the benches of joint trades, with capabilities that are made by a fixed seed.

Offers and wants are those of `tests/e2e/real_streams.py`. There is no public list of what processors can do, so
capabilities are drawn from the material tree: from one concept that is on offer to another one of its family that is
wanted, and depots that take anything.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from time import process_time
from typing import Any
from uuid import uuid5

from contracts.events.base import EventData
from contracts.events.capabilities import CapabilityEvent
from contracts.events.joint_trades import JointTradesLapsed, JointTradesProposed
from contracts.events.listings import LISTINGS, OfferEvent, WantEvent
from contracts.events.trades import TradesProposed
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.terms import Role
from infra.settings import stable_id
from listings.capabilities import CapabilityPorts, publish_capability
from listings.capability_terms import CapabilityDraft
from listings.commands import OfferDraft, WantDraft
from listings.publishing import created
from listings.rights import Actor
from matching.deciding import Cause, Change
from matching.end_of_waste import packaged_rulebook
from matching.handlers import Matcher
from matching.index import FamilyIndexes, ListingIndex
from matching.joint.matcher import JOINT_HANDLERS, JointMatcher
from matching.legal import end_of_waste_check
from matching.ranking import BEST_K
from tests.e2e.real_streams import SEED, Streams, real_streams
from tests.unit.listings.test_capabilities import InMemoryCapabilities
from tests.unit.matching.fakes import ProjectionInMemory
from tests.unit.matching.joint.scenes import PartsInMemory

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PROCESSORS, DEPOTS = 120, 30


class Registered:
    """Everybody is registered."""

    async def get(self, _organisation_id: Any) -> Any:
        return True

    async def get_for_update(self, _organisation_id: Any) -> Any:
        return True

    async def save(self, _organisation: Any) -> None: ...


def listing_events(streams: Streams, whole: bool = False) -> list[EventData]:
    """Every offer and want as the event that opens it, in an order of chance; `whole`: wants need all they ask."""
    found: list[EventData] = []
    for kind, group in ((OfferDraft, streams.offers), (WantDraft, streams.wants)):
        for name, drafts in group.items():
            actor = Actor(stable_id(f"test:{name}"), frozenset({Role.HOLDER}), name)
            for draft in drafts:
                fields = {key: value for key, value in draft.items() if key != "kind"}
                if whole and draft["kind"] == "want":
                    fields["minimum"] = draft["quantity"]
                key = uuid5(actor.organisation_id, draft["external_id"])
                outcome = created(kind(**fields), actor, NOW, lambda key=key: key)  # type: ignore[misc]
                found += [event.data for event in outcome.events]
    random.Random(SEED).shuffle(found)
    return found


def capability_events(streams: Streams) -> list[CapabilityEvent]:
    """Processors and depots at places of chance."""
    chance = random.Random(SEED + 1)
    tree = material_tree()
    offered = sorted({draft["concept"] for drafts in streams.offers.values() for draft in drafts})
    wanted = sorted({concept for drafts in streams.wants.values() for draft in drafts for concept in draft["concepts"]})
    postcodes = sorted({draft["postcode"] for drafts in streams.offers.values() for draft in drafts})
    ways = [
        (source, output)
        for source in offered
        for output in wanted
        if source != output
        and tree.concept(source).family == tree.concept(output).family
        and not tree.is_within(source, output)
    ]
    drafts = [_processor(*chance.choice(ways), chance, postcodes) for _ in range(PROCESSORS)]
    families = sorted({tree.concept(concept).family for concept in offered})
    drafts += [_depot(chance.sample(families, 20), chance, postcodes) for _ in range(DEPOTS)]
    return asyncio.run(_published(drafts))


def _processor(source: str, output: str, chance: random.Random, postcodes: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": "processing",
        "title": f"Van {source} naar {output}"[:120],
        "inputs": [source],
        "output": output,
        "yield_share": str(Decimal(chance.randrange(70, 98)) / 100),
        "capacity": str(chance.randrange(100, 2000)),
        "recurrence": "per_month",
        "price_eur_per_tonne": str(chance.randrange(0, 40)),
        "max_distance_km": 60,
        "postcode": chance.choice(postcodes),
        "intended_use": "material_recycling",
    }


def _depot(families: Sequence[str], chance: random.Random, postcodes: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": "storage",
        "title": "Depot",
        "inputs": list(families),
        "capacity": str(chance.randrange(200, 2000)),
        "price_eur_per_tonne": "3",
        "storage_eur_per_tonne_week": "1",
        "longest_storage_weeks": 26,
        "max_distance_km": 40,
        "postcode": chance.choice(postcodes),
    }


async def _published(drafts: Sequence[dict[str, Any]]) -> list[CapabilityEvent]:
    ports = CapabilityPorts(Registered(), InMemoryCapabilities())
    found: list[CapabilityEvent] = []
    for number, fields in enumerate(drafts):
        actor = Actor(stable_id(f"test:Verwerker met vergunning {number}"), frozenset({Role.PROCESSOR}), "p")
        key = uuid5(actor.organisation_id, "capability")
        outcome = await publish_capability(CapabilityDraft(**fields), actor, NOW, lambda key=key: key, ports)  # type: ignore[misc]
        found += [event.data for event in outcome.events if isinstance(event.data, CapabilityEvent)]
    return found


@dataclass
class Clocked:
    """Processor seconds of joint trades, counted inside the matcher, and how often they were asked."""

    joint: JointMatcher
    seconds: float = 0.0

    def follow(self, index: ListingIndex, change: Change, cause: Cause) -> Any:
        start = process_time()
        try:
            return self.joint.follow(index, change, cause)
        finally:
            self.seconds += process_time() - start


class JointMarket:
    """A matcher of pairs and joint trades, and what stands of each."""

    def __init__(self, best_k: int = BEST_K) -> None:
        indexes = FamilyIndexes()
        self.joint = JointMatcher(material_tree(), indexes, PartsInMemory())
        self.clocked = Clocked(self.joint)
        check = end_of_waste_check(packaged_rulebook())
        self.matcher = Matcher(
            material_tree(), ProjectionInMemory(), check, best_k, indexes=indexes, follow=self.clocked.follow
        )
        self.joint_standing: dict[Any, Any] = {}
        self.paired_wants: set[Any] = set()
        self.pair_seconds = 0.0
        self.derived_seconds = 0.0
        self._count = 0

    def hear(self, data: EventData) -> None:
        """Carry one event, and everything that follows for joint trades from it."""
        for family in _families(data):
            asyncio.run(self._carry(data, family))

    async def _carry(self, data: EventData, family: str) -> None:
        self._count += 1
        event_id = uuid5(stable_id("bench"), str(self._count))
        start, before = process_time(), self.clocked.seconds
        if type(data) in JOINT_HANDLERS:
            events = await self.joint.handle(data, self.matcher.cause(event_id, family, TODAY))
            self.derived_seconds += process_time() - start
        else:
            events = await self.matcher.handle(data, family, event_id, TODAY)
            self.pair_seconds += process_time() - start - (self.clocked.seconds - before)
        for event in events:
            self._note(event.data)
            if event.data.topic == LISTINGS:
                for key in event.partition_keys:
                    await self._carry(event.data, key)

    def _note(self, data: EventData) -> None:
        match data:
            case JointTradesProposed():
                self.joint_standing.update({one.joint_id: one for one in data.proposals})
            case JointTradesLapsed():
                for gone in data.lapsed:
                    self.joint_standing.pop(gone.joint_id, None)
            case TradesProposed():
                self.paired_wants |= {one.want_id for one in data.proposals}


def _families(data: EventData) -> Sequence[str]:
    if isinstance(data, OfferEvent):
        return data.offer.families
    if isinstance(data, WantEvent):
        return data.want.families
    if isinstance(data, CapabilityEvent):
        return data.capability.families
    raise TypeError(f"got {data.event_type()}; expected an offer, a want or a capability")


def real_market_events() -> tuple[Streams, list[EventData], list[CapabilityEvent]]:
    """The real names, the events that open them, and the capabilities."""
    streams = real_streams(TODAY)
    return streams, listing_events(streams), capability_events(streams)
