"""Rule replay: open trades are judged again when the rulebook or the day is another than they were judged by.

A lane is worked through in the order of its listings, a slice per transaction: the events, the place reached and the
proof that the lane is still ours are one commit. Killed in between, it goes on after the last committed slice, so
that no change is told twice and none is lost. Between slices messages are handled as always; what they propose is
judged by the new law already, so it is remembered and passed over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog

from contracts.envelope import Context, NewEvent
from contracts.events.trades import TradesProposed
from infra.eventlog.delivery import UnitOfWork
from infra.eventlog.ownership import prove_epochs
from infra.postgres.database import Connection
from infra.postgres.stores.replays import (
    LaneReplay,
    begin_lanes,
    forget_told,
    load_replays,
    load_told,
    note_told,
    save_replay,
)
from infra.postgres.transaction import connection_of, transaction
from matching.editions import Edition, Law
from matching.legal import end_of_waste_check
from matching.open_pairs import IndexPairs, Place
from matching.proposing import Check, Fit
from matching.reassessing import Reassessment, places_after
from matching.verdict_changes import Tell
from services.house import House
from services.rulebooks import former_rulebook, keep_rulebook, rulebook_of

log = structlog.get_logger(__name__)

CONSUMER = "matcher"
PAIRS_PER_SLICE = 500
LISTINGS_PER_SLICE = 2_000
LOOK_EVERY = timedelta(seconds=5)
"""How often the table is looked at for a replay that a person asked for."""


@dataclass(slots=True)
class _Lane:
    """A lane in memory. `places` is the order of its listings while it is being worked through."""

    replay: LaneReplay
    told: dict[UUID, str] = field(default_factory=dict)
    places: Sequence[Place] | None = None


@dataclass(slots=True)
class _Trial:
    """What a transaction would change, kept apart until it is committed."""

    replays: dict[int, LaneReplay] = field(default_factory=dict)
    told: dict[int, dict[UUID, str]] = field(default_factory=dict)


class Replay:
    """Judges the open trades of this process's lanes again, a slice at a time."""

    def __init__(self, house: House, check: Check, tell: Tell) -> None:
        self._house = house
        self._check = check
        self._tell = tell
        self._rulebook = rulebook_of(house.settings)
        self._open_pairs: IndexPairs | None = None
        self._lanes: dict[int, _Lane] = {}
        self._trial = _Trial()
        self._former: dict[str, Law | None] = {}
        self._looked: datetime | None = None
        self._owned: frozenset[int] = frozenset()

    async def lanes_changed(self, lanes: frozenset[int], open_pairs: IndexPairs) -> None:
        """Other lanes, or the same ones with an index that was built anew: see how far each of them is."""
        self._open_pairs, self._owned = open_pairs, lanes
        self._former.clear()
        await keep_rulebook(self._house.database, self._house.settings)
        async with transaction(self._house.database) as unit:
            # A lane that was never judged is judged by today's law from its first message on.
            await begin_lanes(unit.connection, lanes, self._now_edition())
        await self._look()

    async def _look(self) -> None:
        """Read the tables. What another process or a person wrote there counts, not what is remembered here."""
        async with self._house.database.connection() as connection:
            known = await load_replays(connection, self._owned)
            told = await load_told(connection, self._owned)
        before = self._lanes
        self._lanes = {}
        for lane in self._owned:
            replay = known.get(lane) or LaneReplay(self._now_edition())
            same = lane in before and before[lane].replay == replay
            self._lanes[lane] = _Lane(replay, told.get(lane, {}), before[lane].places if same else None)
        self._looked = self._house.now()

    def _now_edition(self) -> Edition:
        return Edition(self._rulebook.version, self._house.today())

    async def due(self) -> bool:
        """Whether a lane must be judged again."""
        if self._looked is None or self._house.now() - self._looked >= LOOK_EVERY:
            await self._look()
        return self._due_lane() is not None

    def _due_lane(self) -> int | None:
        wanted = self._now_edition()
        for lane in sorted(self._lanes):
            replay = self._lanes[lane].replay
            if replay.target is not None or replay.base != wanted:
                return lane
        return None

    async def work(self, unit: UnitOfWork, owned: frozenset[tuple[int, int]]) -> Sequence[tuple[NewEvent, Context]]:
        """One slice of one lane, in this transaction; raises Lost when the lane is not ours any more."""
        lane = self._due_lane()
        epochs = dict(owned)
        if lane is None or lane not in epochs:
            return ()
        connection = connection_of(unit)
        await prove_epochs(connection, CONSUMER, {lane: epochs[lane]})
        await self.note_start(lane, connection, self._house.today())
        context = Context(now=self._house.now(), source="/matcher")
        return [(event, context) for event in await self._slice(lane, connection)]

    async def note_start(self, lane: int, connection: Connection, today: date) -> None:
        """Before anything is judged by another law than the lane's: note where the lane comes from."""
        replay = self._state(lane)
        wanted = Edition(self._rulebook.version, today)
        if replay.target is not None or replay.base == wanted:
            return
        await self._save(lane, replace(replay, target=wanted, cursor=None), connection)
        log.info("judging open trades again", lane=lane, was=str(replay.base), now=str(wanted))

    async def proposed(self, lane: int, events: Iterable[NewEvent], connection: Connection, today: date) -> None:
        """Trades that messages made while the lane is being worked through: they are judged by today's law."""
        if self._state(lane).target is None:
            return
        ids = [
            proposal.trade_id
            for event in events
            if isinstance(event.data, TradesProposed)
            for proposal in event.data.proposals
        ]
        if ids:
            edition = Edition(self._rulebook.version, today)
            await note_told(connection, lane, ids, edition)
            self._trial.told.setdefault(lane, {}).update(dict.fromkeys(ids, str(edition)))

    async def _slice(self, lane: int, connection: Connection) -> list[NewEvent]:
        replay = self._state(lane)
        assert replay.target is not None
        assert self._open_pairs is not None
        reassessment = await self._from(replay.base, replay.target)
        self._open_pairs.refresh()
        events: list[NewEvent] = []
        last, pairs, listings = replay.cursor, 0, 0
        for place in places_after(self._places(lane), replay.cursor):
            found = [fit for fit in reassessment.pairs(place, self._open_pairs) if self._is_waiting(lane, fit, replay)]
            events.extend(self._events(found, place.family, reassessment))
            last, pairs, listings = place, pairs + len(found), listings + 1
            if pairs >= PAIRS_PER_SLICE or listings >= LISTINGS_PER_SLICE:
                await self._save(lane, replace(replay, cursor=last), connection)
                return events
        await self._save(lane, LaneReplay(replay.target), connection)
        await forget_told(connection, lane, replay.target)
        return events

    def _places(self, lane: int) -> Sequence[Place]:
        """The order is kept while the lane is worked through: who comes later was judged by the new law at once."""
        state = self._lanes[lane]
        if state.places is None:
            assert self._open_pairs is not None
            state.places = self._open_pairs.places(lane)
        return state.places

    def _is_waiting(self, lane: int, fit: Fit, replay: LaneReplay) -> bool:
        """Whether a pair still stands as it was told by the former law."""
        told = self._trial.told.get(lane, {}).get(fit.trade_id) or self._lanes[lane].told.get(fit.trade_id)
        return told is None or told == str(replay.base)

    def _events(self, found: Iterable[Fit], family: str, reassessment: Reassessment) -> Iterable[NewEvent]:
        for fit in found:
            try:
                event = reassessment.event(fit, family)
            except Exception as error:  # one pair that cannot be judged must not hold up all others
                log.error("trade cannot be judged again", trade_id=str(fit.trade_id), exc_info=error)
                continue
            if event is not None:
                yield event

    async def _from(self, base: Edition, target: Edition) -> Reassessment:
        after = Law(self._rulebook, target.day, self._check)
        return Reassessment(base, await self._law(base), after, self._tell)

    async def _law(self, edition: Edition) -> Law | None:
        if edition.rulebook == self._rulebook.version:
            return Law(self._rulebook, edition.day, self._check)
        if edition.rulebook not in self._former:
            rulebook = await former_rulebook(self._house.database, edition.rulebook)
            former = None if rulebook is None else Law(rulebook, edition.day, end_of_waste_check(rulebook))
            self._former[edition.rulebook] = former
        known = self._former[edition.rulebook]
        return known and replace(known, day=edition.day)

    def _state(self, lane: int) -> LaneReplay:
        on_trial = self._trial.replays.get(lane)
        return on_trial or self._lanes.setdefault(lane, _Lane(LaneReplay(self._now_edition()))).replay

    async def _save(self, lane: int, replay: LaneReplay, connection: Connection) -> None:
        await save_replay(connection, lane, replay)
        self._trial.replays[lane] = replay

    def committed(self) -> None:
        """What was on trial counts."""
        for lane, replay in self._trial.replays.items():
            state = self._lanes[lane]
            if replay.target is None:
                state.places, state.told = None, _without(state.told, replay.base)
            state.replay = replay
        for lane, told in self._trial.told.items():
            self._lanes[lane].told.update(told)
        self._trial = _Trial()

    def rolled_back(self) -> None:
        """What was on trial never was."""
        self._trial = _Trial()


def _without(told: Mapping[UUID, str], edition: Edition) -> dict[UUID, str]:
    return {trade_id: under for trade_id, under in told.items() if under != str(edition)}
