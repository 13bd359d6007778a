"""A matcher of pairs and of joint trades over ports in memory, and the life of what they propose."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.base import EventData
from contracts.events.capabilities import CapabilityPublished, CapabilityState, CapacityChanged
from contracts.events.joint_trades import (
    JointReplacementFailed,
    JointReplacementProposed,
    JointTradesLapsed,
    JointTradesProposed,
    JointTradeState,
    JointTradeVacated,
)
from contracts.events.listings import LISTINGS, RemainingChanged
from contracts.topics import lane_of
from contracts.vocabulary.joint_terms import CapabilityKind, JointStatus
from contracts.vocabulary.terms import IntendedUse
from matching.balances import Balance, balance_of
from matching.chains.balances import capacity_of
from matching.handlers import Matcher
from matching.index import FamilyIndexes
from matching.joint.acting import joint_lapsed, joint_proposed, replacement_failed, replacement_proposed
from matching.joint.matcher import JOINT_HANDLERS, JointMatcher
from matching.joint.ports import JointPorts, StoredPart
from matching.legal import undetermined_check
from tests.unit.matching.fakes import BalancesInMemory, ProjectionInMemory
from tests.unit.matching.makers import NOW, TODAY, TREE, place, uid

PROCESSOR = uid("processor")
DEPOT = uid("depot")


def capability_state(name: str = "capability", **given: Any) -> CapabilityState:
    """A chipper in Utrecht that makes chips of grade A wood, 90 t of 100, at EUR 20 a tonne."""
    inputs = given.get("inputs", ("wood_grade_a",))
    defaults: dict[str, Any] = {
        "capability_id": uid(name),
        "revision": 1,
        "organisation_id": PROCESSOR,
        "kind": CapabilityKind.PROCESSING,
        "title": name,
        "families": TREE.families_of(inputs),
        "inputs": inputs,
        "output": "wood_clean_chips",
        "yield_share": Decimal("0.9"),
        "capacity": Decimal(500),
        "price_eur_per_tonne": Decimal(20),
        "place": place(),
        "intended_use": IntendedUse.MATERIAL_RECYCLING,
    }
    return CapabilityState(**(defaults | given))


def depot_state(name: str = "depot", **given: Any) -> CapabilityState:
    """A depot in Utrecht: EUR 3 to take in and give out, EUR 1 a week, at most half a year."""
    defaults: dict[str, Any] = {
        "organisation_id": DEPOT,
        "kind": CapabilityKind.STORAGE,
        "inputs": ("wood",),
        "output": None,
        "yield_share": Decimal(1),
        "price_eur_per_tonne": Decimal(3),
        "storage_eur_per_tonne_week": Decimal(1),
        "longest_storage_weeks": 26,
    }
    return capability_state(name, **(defaults | given))


@dataclass
class PartsInMemory:
    """The matcher's table of parts."""

    rows: dict[tuple[str, UUID], StoredPart] = field(default_factory=dict)

    async def save(self, stored: StoredPart) -> None:
        if stored.data is None:
            self.rows.pop((stored.family, stored.key), None)
        else:
            self.rows[stored.family, stored.key] = stored

    async def load(self, lanes: Collection[int]) -> AsyncIterator[StoredPart]:
        for stored in list(self.rows.values()):
            if lane_of(stored.family) in lanes:
                yield stored


@dataclass
class JointTradesInMemory:
    """Joint trades."""

    rows: dict[UUID, JointTradeState] = field(default_factory=dict)

    async def get_for_update(self, joint_id: UUID) -> JointTradeState | None:
        return self.rows.get(joint_id)

    async def answerable_of_listing_for_update(self, listing_id: UUID) -> Sequence[JointTradeState]:
        answerable = (JointStatus.PROPOSED, JointStatus.ACCEPTED, JointStatus.SEEKING)
        found = [trade for _, trade in sorted(self.rows.items()) if trade.status in answerable]
        return [trade for trade in found if listing_id in [party.listing_id for party in trade.parties]]

    async def held_until(self, now: datetime, limit: int) -> Sequence[UUID]:
        due = [key for key, trade in self.rows.items() if trade.held_until is not None and trade.held_until <= now]
        return due[:limit]

    async def save(self, trade: JointTradeState) -> None:
        self.rows[trade.joint_id] = trade


class World:
    """Matcher and trades of one marketplace, as far as joint trades go; every event is carried at once."""

    def __init__(self, check: Any = undetermined_check, today: date = TODAY) -> None:
        self.projection = ProjectionInMemory()
        self.parts = PartsInMemory()
        self.balances = BalancesInMemory()
        self.trades = JointTradesInMemory()
        self.today = today
        self._check = check
        self._count = 0
        self.told: list[NewEvent] = []
        self.matcher, self.joint = self._matchers()

    def _matchers(self) -> tuple[Matcher, JointMatcher]:
        indexes = FamilyIndexes()
        joint = JointMatcher(TREE, indexes, self.parts)
        matcher = Matcher(TREE, self.projection, self._check, indexes=indexes, follow=joint.follow, narrow=joint.narrow)
        return matcher, joint

    @property
    def ports(self) -> JointPorts:
        """The tables of the trades service."""
        return JointPorts(self.trades, self.balances)

    async def restart(self) -> None:
        """Forget what is in memory and build it anew from the tables."""
        self.matcher, self.joint = self._matchers()
        await self.matcher.restore(range(12))
        await self.joint.restore(range(12))

    async def hear(self, *events: EventData) -> list[EventData]:
        """Everything that follows from these events, in order."""
        found: list[EventData] = []
        for data in events:
            self._note_balance(data)
            for family in _families(data):
                found += await self._carry(data, family)
        return found

    async def carry(self, events: Sequence[NewEvent]) -> list[EventData]:
        """The same for events that a joint trade gave."""
        found: list[EventData] = []
        for event in events:
            for family in event.partition_keys:
                found += [event.data, *await self._carry(event.data, family)]
        return found

    async def _carry(self, data: EventData, family: str) -> list[EventData]:
        self._count += 1
        event_id = uuid5(uid("event"), str(self._count))
        with self.matcher.staged():
            if type(data) in JOINT_HANDLERS:
                events = await self.joint.handle(data, self.matcher.cause(event_id, family, self.today))
            elif data.topic == LISTINGS:
                events = await self.matcher.handle(data, family, event_id, self.today)
            else:
                events = ()
        events = (*events, *await self._trades(data))
        self.told += events
        found: list[EventData] = []
        for event in events:
            for key in event.partition_keys:
                found += [event.data, *await self._carry(event.data, key)]
        return found

    async def _trades(self, data: EventData) -> Sequence[NewEvent]:
        match data:
            case JointTradesProposed():
                await joint_proposed(data, self.ports)
                return ()
            case JointTradesLapsed():
                return await joint_lapsed(data, self.ports, NOW)
            case JointReplacementProposed():
                return await replacement_proposed(data, self.ports, NOW)
            case JointReplacementFailed():
                return await replacement_failed(data, self.ports, NOW)
            case _:
                return ()

    def _note_balance(self, data: EventData) -> None:
        state = getattr(data, "offer", None) or getattr(data, "want", None)
        if state is not None:
            self.balances.rows.setdefault(state.listing_id, balance_of(state))
        if isinstance(data, CapabilityPublished):
            self.balances.rows.setdefault(data.capability.capability_id, capacity_of(data.capability))

    def standing(self) -> list[JointTradeState]:
        """Joint trades that are proposed."""
        return [trade for trade in self.trades.rows.values() if trade.status is JointStatus.PROPOSED]

    def balance(self, name: str) -> Balance:
        """The balance of a listing."""
        return self.balances.rows[uid(name)]


def _families(data: EventData) -> Sequence[str]:
    for name in ("offer", "want", "capability"):
        state = getattr(data, name, None)
        if state is not None:
            return tuple(state.families)
    if isinstance(data, RemainingChanged | CapacityChanged):
        return data.families
    if isinstance(data, JointTradeVacated):
        return (data.trade.family,)
    return ("wood",)
