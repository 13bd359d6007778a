"""A matcher in memory that listens to events, and a reader of what it tells."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.envelope import NewEvent
from contracts.events.base import EventData
from contracts.events.trades import (
    DisplacedState,
    LapsedState,
    ProposalState,
    SearchesMatched,
    TradesDisplaced,
    TradesLapsed,
    TradesProposed,
)
from contracts.vocabulary.terms import LapseReason
from matching.handlers import Matcher
from matching.legal import undetermined_check
from matching.proposing import Check
from matching.ranking import BEST_K
from matching.verdict_changes import Tell, plain_changes
from tests.unit.matching.fakes import ProjectionInMemory
from tests.unit.matching.makers import TODAY, TREE


@dataclass
class Scene:
    """A matcher, its table, and every event that followed."""

    best_k: int = BEST_K
    check: Check = undetermined_check
    tell: Tell = plain_changes
    table: ProjectionInMemory = field(default_factory=ProjectionInMemory)
    told: list[NewEvent] = field(default_factory=list)
    heard: int = 0
    matcher: Matcher = field(init=False)

    def __post_init__(self) -> None:
        self.matcher = Matcher(TREE, self.table, self.check, self.best_k, self.tell)

    async def hear(self, *events: EventData, family: str = "wood", today: date = TODAY) -> list[NewEvent]:
        """What follows from these events, read one after another in one partition."""
        news: list[NewEvent] = []
        for event in events:
            self.heard += 1
            cause = uuid5(NAMESPACE_OID, f"heard {self.heard}")
            with self.matcher.staged():
                news.extend(await self.matcher.handle(event, family, cause, today))
        self.told.extend(news)
        return news


def proposals_in(events: Iterable[NewEvent]) -> list[ProposalState]:
    """All proposals, in the order told."""
    return [one for event in events if isinstance(event.data, TradesProposed) for one in event.data.proposals]


def lapsed_in(events: Iterable[NewEvent]) -> list[tuple[UUID, LapseReason]]:
    """All lapsed trades with their reasons."""
    found = [one for event in events if isinstance(event.data, TradesLapsed) for one in event.data.lapsed]
    return [(one.trade_id, one.reason) for one in found]


def displaced_in(events: Iterable[NewEvent]) -> list[UUID]:
    """All trades that better ones pushed out."""
    found = [one for event in events if isinstance(event.data, TradesDisplaced) for one in event.data.displaced]
    return [one.trade_id for one in found]


def hits_in(events: Iterable[NewEvent]) -> list[tuple[UUID, UUID]]:
    """All (listing, search) that were told."""
    return [
        (event.data.listing_id, hit.search_id)
        for event in events
        if isinstance(event.data, SearchesMatched)
        for hit in event.data.hits
    ]


@dataclass
class Standing:
    """What a reader of the events believes to stand; it fails on anything told twice or ended without cause."""

    pairs: dict[tuple[str, UUID, UUID], UUID] = field(default_factory=dict)

    def read(self, events: Iterable[NewEvent]) -> None:
        """Follow the events in order."""
        for event in events:
            (family,) = event.partition_keys
            if isinstance(event.data, TradesLapsed):
                self._end(family, event.data.lapsed)
            if isinstance(event.data, TradesDisplaced):
                self._end(family, event.data.displaced)
            if isinstance(event.data, TradesProposed):
                self._begin(family, event.data)

    def _end(self, family: str, ended: Iterable[LapsedState | DisplacedState]) -> None:
        for one in ended:
            assert self.pairs.pop((family, one.offer_id, one.want_id)) == one.trade_id

    def _begin(self, family: str, data: TradesProposed) -> None:
        for proposal in data.proposals:
            key: Any = (family, proposal.offer_id, proposal.want_id)
            former = self.pairs.get(key)
            assert proposal.supersedes == former
            assert proposal.trade_id != former
            self.pairs[key] = proposal.trade_id
