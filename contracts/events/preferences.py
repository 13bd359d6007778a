"""Events about what was learnt from refusals: narrower terms of a want, visible to its owner and reversible."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.events.base import EventData, Part
from contracts.events.trades import TRADES
from contracts.vocabulary.terms import DeclineReason


class NarrowedTerm(StrEnum):
    """Which term of a want a refusal narrows; the words are those of the want's own fields."""

    MAX_DISTANCE_KM = "max_distance_km"
    MAX_LANDED = "max_landed_eur_per_tonne"
    AVAILABLE_FROM = "available_from"
    AVAILABLE_UNTIL = "available_until"
    LIMIT = "limit"


class NarrowingState(Part):
    """One narrower term: what was refused and why, and what is asked since.

    `value` is kilometres, EUR per tonne, an ISO date, or the most of the property `about` in `unit`.
    """

    number: int
    reason: DeclineReason
    trade_id: UUID
    offer_id: UUID
    term: NarrowedTerm
    about: str | None = None
    value: str
    unit: str | None = None
    nl: str
    en: str


class PreferenceState(Part):
    """All narrower terms of one want in one material family. `counted` is the highest number ever given."""

    want_id: UUID
    organisation_id: UUID
    family: str
    revision: int
    counted: int
    narrowings: tuple[NarrowingState, ...] = ()


class PreferenceChanged(EventData):
    """A refusal narrowed a want, or its owner took narrower terms back: full state."""

    name: ClassVar[str] = "preference.changed"
    topic: ClassVar[str] = TRADES
    preference: PreferenceState


class PreferenceWideningAsked(EventData):
    """The owner of a want takes narrower terms back: those with these numbers, or all when there are none."""

    name: ClassVar[str] = "preference.widening.asked"
    topic: ClassVar[str] = TRADES
    want_id: UUID
    family: str
    numbers: tuple[int, ...] = ()
