"""What is learnt from a refusal: which term of the want would have kept that offer away, and how it reads then.

Only terms that a want has are narrowed, so that every index already knows them. What gives no such term (another
material, no longer needed, other) teaches nothing that could be shown and taken back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from contracts.events.listings import LimitState, PropertyState
from contracts.events.preferences import NarrowedTerm, NarrowingState, PreferenceState
from contracts.vocabulary.terms import DeclineReason, Operator
from matching.joint.seen import as_stated, seen_with
from matching.model import OfferEntry, WantEntry
from matching.proposing import Fit, fits

TENTH = Decimal("0.1")
CENT = Decimal("0.01")
DIRT = ("contamination_total", "foreign_materials", "impurities", "impurities_sum", "moisture")
"""Properties of which more is dirtier, the plainest first."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The narrower term that a refusal asks for."""

    term: NarrowedTerm
    value: str
    nl: str
    en: str
    about: str | None = None
    unit: str | None = None


def lesson_of(offer: OfferEntry, want: WantEntry, reason: DeclineReason) -> Lesson | None:
    """What the seeker's refusal of an offer teaches of his want; None when nothing can be narrowed."""
    fit = fits(replace(offer, remaining=offer.state.quantity), replace(want, remaining=want.state.quantity))
    learn = LESSONS.get(reason)
    return learn(fit) if fit is not None and learn is not None else None


def _too_far(fit: Fit) -> Lesson | None:
    km = Decimal(str(fit.measured.distance_km)).quantize(TENTH, ROUND_FLOOR)
    nearer = km - TENTH if float(km) >= fit.measured.distance_km else km
    if nearer <= 0:
        return None
    dutch = str(nearer).replace(".", ",")
    return Lesson(
        NarrowedTerm.MAX_DISTANCE_KM,
        str(nearer),
        f"U vond een aanbod te ver weg. Wij zoeken nu tot {dutch} km.",
        f"You found an offer too far away. We now search up to {nearer} km.",
    )


def _too_dear(fit: Fit) -> Lesson | None:
    total = fit.landed.total
    if total is None:
        return None
    cheaper = total - CENT
    dutch = str(cheaper).replace(".", ",")
    return Lesson(
        NarrowedTerm.MAX_LANDED,
        str(cheaper),
        f"U vond een aanbod te duur. Wij zoeken nu tot € {dutch} per ton aan de deur.",
        f"You found an offer too dear. We now search up to EUR {cheaper} per tonne at the door.",
    )


def _too_dirty(fit: Fit) -> Lesson | None:
    stated = {item.name: item for item in fit.offer.state.properties}
    found = next(((stated[name], number) for name in DIRT if (number := _number(stated.get(name))) is not None), None)
    if found is None:
        return None
    item, number = found
    name = item.name.replace("_", " ")
    return Lesson(
        NarrowedTerm.LIMIT,
        str(number),
        f"U vond een aanbod te vuil. Wij zoeken nu materiaal met minder {name} dan {number} {item.unit}.",
        f"You found an offer too dirty. We now search material with less {name} than {number} {item.unit}.",
        item.name,
        item.unit,
    )


def _number(item: PropertyState | None) -> Decimal | None:
    if item is None or isinstance(item.value, bool):
        return None
    try:
        number = Decimal(str(item.value))
    except InvalidOperation:
        return None
    return number if number > 0 else None


def _wrong_time(fit: Fit) -> Lesson | None:
    """The offer came later than the want begins: earlier ones are asked. Or it was gone too soon: later ones."""
    offered, wanted = fit.offer.state, fit.want.state
    if offered.available_from is not None and offered.available_from > (wanted.available_from or date.min):
        until = offered.available_from - timedelta(days=1)
        return Lesson(
            NarrowedTerm.AVAILABLE_UNTIL,
            until.isoformat(),
            f"U vond een aanbod op een verkeerd moment. Wij zoeken nu materiaal dat er voor {_day(until)} is.",
            f"You found an offer at the wrong time. We now search material that is there by {until.isoformat()}.",
        )
    if offered.available_until is not None and offered.available_until < (wanted.available_until or date.max):
        start = offered.available_until + timedelta(days=1)
        return Lesson(
            NarrowedTerm.AVAILABLE_FROM,
            start.isoformat(),
            f"U vond een aanbod op een verkeerd moment. Wij zoeken nu materiaal dat er vanaf {_day(start)} is.",
            f"You found an offer at the wrong time. We now search material that is there from {start.isoformat()} on.",
        )
    return None


def _day(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"


LESSONS: Mapping[DeclineReason, Callable[[Fit], Lesson | None]] = {
    DeclineReason.TOO_FAR: _too_far,
    DeclineReason.TOO_DEAR: _too_dear,
    DeclineReason.TOO_DIRTY: _too_dirty,
    DeclineReason.WRONG_TIME: _wrong_time,
}


def with_lesson(
    known: PreferenceState | None,
    want: WantEntry,
    family: str,
    lesson: Lesson,
    reason: DeclineReason,
    trade_id: UUID,
    offer_id: UUID,
) -> PreferenceState:
    """The preference of a want with one narrower term more; the same one when that trade taught it already."""
    base = known or PreferenceState(
        want_id=want.key, organisation_id=want.organisation_id, family=family, revision=0, counted=0
    )
    if any(one.trade_id == trade_id for one in base.narrowings):
        return base
    number = base.counted + 1
    fields = {name: getattr(lesson, name) for name in Lesson.__slots__}
    added = NarrowingState(number=number, reason=reason, trade_id=trade_id, offer_id=offer_id, **fields)
    changes = {"revision": base.revision + 1, "counted": number, "narrowings": (*base.narrowings, added)}
    return base.model_copy(update=changes)


def without(known: PreferenceState, numbers: Iterable[int]) -> PreferenceState:
    """The preference without the terms of these numbers, or without all when none is named."""
    gone = set(numbers)
    left = tuple(one for one in known.narrowings if gone and one.number not in gone)
    if left == known.narrowings:
        return known
    return known.model_copy(update={"revision": known.revision + 1, "narrowings": left})


def narrowed(want: WantEntry, preference: PreferenceState | None) -> WantEntry:
    """The want as it is matched: its own terms, and the narrower ones on top."""
    if preference is None or not preference.narrowings:
        return want
    changes: dict[str, Any] = {}
    for one in preference.narrowings:
        APPLY[one.term](want.state, changes, one)
    return replace(want, state=seen_with(want.state, **changes))


def as_it_says(want: WantEntry) -> WantEntry:
    """The want on its own terms, whatever was learnt before."""
    return replace(want, state=as_stated(want.state))


def _least(name: str, read: Callable[[str], Any]) -> Callable[[Any, dict[str, Any], NarrowingState], None]:
    def apply(state: Any, changes: dict[str, Any], one: NarrowingState) -> None:
        current = changes.get(name, getattr(state, name))
        value = read(one.value)
        changes[name] = value if current is None else min(current, value)

    return apply


def _latest_start(state: Any, changes: dict[str, Any], one: NarrowingState) -> None:
    current = changes.get("available_from", state.available_from)
    value = date.fromisoformat(one.value)
    changes["available_from"] = value if current is None else max(current, value)


def _limit(state: Any, changes: dict[str, Any], one: NarrowingState) -> None:
    limit = LimitState(property=one.about or "", operator=Operator.BELOW, unit=one.unit or "", value=Decimal(one.value))
    changes["limits"] = (*changes.get("limits", state.limits), limit)


APPLY: Mapping[NarrowedTerm, Callable[[Any, dict[str, Any], NarrowingState], None]] = {
    NarrowedTerm.MAX_DISTANCE_KM: _least("max_distance_km", float),
    NarrowedTerm.MAX_LANDED: _least("max_landed_eur_per_tonne", Decimal),
    NarrowedTerm.AVAILABLE_UNTIL: _least("available_until", date.fromisoformat),
    NarrowedTerm.AVAILABLE_FROM: _latest_start,
    NarrowedTerm.LIMIT: _limit,
}
