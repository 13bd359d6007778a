"""The matcher at work: events in, an index in memory, proposals out."""

from collections.abc import Sequence

from contracts.envelope import Context, Event, NewEvent
from contracts.events.listings import LISTINGS
from contracts.events.trades import TRADES, TradesLapsed, TradesProposed
from contracts.topics import lane_of
from contracts.upcasts import TypeName, read
from contracts.vocabulary.materials import material_tree
from infra.eventlog.consumer import BadMessage, Consumer
from infra.eventlog.delivery import UnitOfWork
from infra.metrics import MATCHING_SECONDS, PROPOSALS, PROPOSALS_LAPSED, type_label
from infra.postgres.stores.matching import StoredProjection
from infra.postgres.stores.matching_parts import StoredJointProjection
from infra.postgres.transaction import connection_of, unit_of
from matching.handlers import HANDLERS, Matcher
from matching.index import FamilyIndexes
from matching.joint.matcher import JOINT_HANDLERS, JointMatcher
from matching.kd.warming import warm
from matching.legal import end_of_waste_check
from matching.open_pairs import IndexPairs
from matching.verdict_changes import named_changes
from services.house import House
from services.matcher.replay import CONSUMER, Replay
from services.rulebooks import rulebook_of
from services.wiring import Effects, consumer_of

NAMES = frozenset(data.name for data in (*HANDLERS, *JOINT_HANDLERS))


class MatchingHandler:
    """Keeps one Matcher for the lanes of this process. The index changes on trial until the batch is committed."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._projection = StoredProjection(house.database)
        self._parts = StoredJointProjection(house.database)
        rulebook = rulebook_of(house.settings)
        self._check = end_of_waste_check(rulebook)
        self._tell = named_changes(rulebook)
        self.replay = Replay(house, self._check, self._tell)
        self._matcher, self._joint = self._new_matchers()
        self._marked = False
        self._told: list[NewEvent] = []

    @property
    def matcher(self) -> Matcher:
        """The matcher of now; it is replaced when lanes change hands."""
        return self._matcher

    def _new_matchers(self) -> tuple[Matcher, JointMatcher]:
        """One for pairs and one for joint trades, over the same index."""
        best_k, indexes = self._house.settings.best_k, FamilyIndexes()
        joint = JointMatcher(material_tree(), indexes, self._parts)
        tree, check = material_tree(), self._check
        matcher = Matcher(tree, self._projection, check, best_k, self._tell, indexes, joint.follow, joint.narrow)
        return matcher, joint

    def wants(self, event_type: str) -> bool:
        """Everything that is said of listings and capabilities, and what joint trades ask."""
        return TypeName.parse(event_type).name in NAMES

    async def prepare(self, events: Sequence[Event], unit: UnitOfWork) -> None:
        """Everything is in memory already."""

    async def handle(self, event: Event, unit: UnitOfWork) -> Sequence[NewEvent]:
        """Match one event; the proposals that follow."""
        self._mark()
        data, family, today = read(event), event.view.partitionkey, self._house.today()
        await self.replay.note_start(lane_of(family), connection_of(unit), today)
        try:
            with MATCHING_SECONDS.labels(type_label(event.type)).time():
                if type(data) in JOINT_HANDLERS:
                    told = await self._joint.handle(data, self._matcher.cause(event.id, family, today))
                else:
                    told = await self._matcher.handle(data, family, event.id, today)
        except ValueError as error:
            # The domain promises that a ValueError means a bad message of which nothing was kept.
            raise BadMessage(str(error)) from error
        self._told += told
        await self.replay.proposed(lane_of(family), told, connection_of(unit), today)
        return told

    def _mark(self) -> None:
        if not self._marked:
            self._matcher.indexes.journal.checkpoint()
            self._marked = True

    async def finish(self, unit: UnitOfWork) -> Sequence[tuple[NewEvent, Context]]:
        """The entries of the whole batch are saved at once."""
        self._projection.flush(unit_of(unit))
        self._parts.flush(unit_of(unit))
        return ()

    def committed(self) -> None:
        """The index keeps its changes."""
        self.replay.committed()
        if self._marked:
            self._matcher.indexes.journal.release()
            self._marked = False
        count(self._told)
        self._told.clear()

    def rolled_back(self) -> None:
        """The index forgets its changes."""
        self.replay.rolled_back()
        self._projection.forget()
        self._parts.forget()
        if self._marked:
            self._matcher.indexes.journal.rollback()
            self._marked = False
        self._told.clear()

    async def lanes_changed(self, lanes: frozenset[int]) -> None:
        """Build the index anew from the tables of these lanes."""
        fresh, joint = self._new_matchers()
        await fresh.restore(lanes)
        await joint.restore(lanes)
        self._matcher, self._joint = fresh, joint
        await self.replay.lanes_changed(lanes, IndexPairs(fresh.indexes, self._house.settings.best_k))


def count(told: Sequence[NewEvent]) -> None:
    """Tell the metrics of what was committed."""
    for event in told:
        if isinstance(event.data, TradesProposed):
            PROPOSALS.inc(len(event.data.proposals))
        elif isinstance(event.data, TradesLapsed):
            PROPOSALS_LAPSED.inc(len(event.data.lapsed))


def matcher_consumer(house: House) -> Consumer:
    """The consumer named `matcher`. Between messages it judges open trades again when the law or the day changed."""
    # Whatever was not compiled yet is compiled before the first event is read.
    warm()
    handler = MatchingHandler(house)
    return consumer_of(house, CONSUMER, [LISTINGS, TRADES], handler, Effects.DERIVED, handler.replay)
