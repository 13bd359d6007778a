"""What stood before against what stands now, want by want, and the events that tell the difference."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from contracts.envelope import NewEvent
from contracts.events.joint_trades import JointLapsedState, JointTradesLapsed, JointTradesProposed, JointTradeState
from contracts.vocabulary.joint_terms import JointLapseReason
from matching.chains.chaining import Chain, chain_between
from matching.chains.deriving import Derived
from matching.chains.proposing import chained_trade
from matching.deciding import Cause
from matching.joint.family import FamilyParts
from matching.model import OfferEntry, WantEntry
from matching.pooling.lots import lot_between, wants_near
from matching.pooling.pools import Pool
from matching.pooling.proposing import pooled_trade

MOST_PER_EVENT = 10
"""A joint trade carries a verdict per leg; more than this makes an event too large for the log."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Standing:
    """The plans of one want before and now; `changed` is the key of what changed."""

    before: tuple[Any, ...]
    now: tuple[Any, ...]
    changed: UUID


def pools_changed(parts: FamilyParts, key: UUID, before: OfferEntry | None, after: OfferEntry | None) -> list[Standing]:
    """The pools of every want around an offer, before and after it changed; the pages are turned."""
    standing: list[Standing] = []
    near = {want.key: want for offer in (before, after) if offer is not None for want in wants_near(parts.index, offer)}
    for want_id in sorted(near):
        page = parts.pools.page(near[want_id])
        lot = None if parts.refuses(want_id, key) else lot_between(after, near[want_id])
        fresh = parts.pools.turned(page, key, lot)
        if fresh is not page:
            parts.pools.put(fresh)
            standing.append(Standing(page.plans, fresh.plans, key))
    return standing


def chains_changed(parts: FamilyParts, key: UUID, before: Derived | None, after: Derived | None) -> list[Standing]:
    """The chains of every want around a derived offer, before and after it changed; the pages are turned."""
    standing: list[Standing] = []
    near = {want.key: want for one in (before, after) if one is not None for want in _wants_of(parts, one)}
    source = after or before
    for want_id in sorted(near):
        page = parts.chains.page(near[want_id])
        refused = source is not None and parts.refuses(want_id, source.source.key)
        fresh = parts.chains.turned(page, key, None if refused else chain_between(after, near[want_id]))
        if fresh is not page:
            parts.chains.put(fresh)
            standing.append(Standing(page.plans, fresh.plans, key))
    return standing


def _wants_of(parts: FamilyParts, derived: Derived) -> list[WantEntry]:
    return [fit.want for fit in parts.index.fits_of(derived.entry)]


def standing_events(
    standing: Iterable[Standing], reason: JointLapseReason, because_of: UUID, cause: Cause
) -> tuple[NewEvent, ...]:
    """Lapsed and proposed joint trades. One that merely has a better rival now was `surpassed`."""
    lapsed: list[JointLapsedState] = []
    proposed: list[JointTradeState] = []
    for one in standing:
        before = {plan.joint_id: plan for plan in one.before}
        now = {plan.joint_id: plan for plan in one.now}
        gone = [plan for joint_id, plan in before.items() if joint_id not in now]
        lapsed += [JointLapsedState(joint_id=plan.joint_id, reason=_why(plan, one, reason)) for plan in gone]
        news = [trade_of(plan, cause) for joint_id, plan in now.items() if joint_id not in before]
        proposed += _superseding(news, gone)
    return tuple(_events(lapsed, proposed, because_of, cause))


def trade_of(plan: Pool | Chain, cause: Cause) -> JointTradeState:
    """The joint trade of a plan, with the verdicts of the day."""
    if isinstance(plan, Pool):
        return pooled_trade(plan, cause.check, cause.today)
    return chained_trade(plan, cause.check, cause.today)


def _why(plan: Pool | Chain, one: Standing, reason: JointLapseReason) -> JointLapseReason:
    touched = one.changed in plan.members or one.changed == plan.want.key
    return reason if touched else JointLapseReason.SURPASSED


def _superseding(news: Sequence[JointTradeState], gone: Sequence[Pool | Chain]) -> Iterator[JointTradeState]:
    """Each new plan of a want takes the place of one that is gone, as far as there are."""
    for number, trade in enumerate(news):
        former = gone[number].joint_id if number < len(gone) else None
        yield trade.model_copy(update={"supersedes": former})


def _events(
    lapsed: Sequence[JointLapsedState], proposed: Sequence[JointTradeState], because_of: UUID, cause: Cause
) -> Iterator[NewEvent]:
    for number, gone in enumerate(_parts(lapsed, 100)):
        data = JointTradesLapsed(because_of=because_of, lapsed=tuple(gone))
        yield cause.event(data, because_of, f"joint-lapsed:{number}")
    for number, news in enumerate(_parts(proposed, MOST_PER_EVENT)):
        made = JointTradesProposed(because_of=because_of, proposals=tuple(news))
        yield cause.event(made, because_of, f"joint-proposed:{number}")


def _parts(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), most):
        yield items[start : start + most]
