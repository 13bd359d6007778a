"""How well a pair fits, in visible parts: each 0 to 1, each with one sentence why, one table of weights.

A part that is unknown counts as 0.5 and says so. Every part only rises or only falls with what it measures.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from contracts.events.trades import ScorePartState
from contracts.vocabulary.r_ladder import RStep
from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Verdict

UNKNOWN = 0.5
HALF_DISTANCE_KM = 50.0
"""The distance that halves the mark of place."""
LONG_WINDOW_DAYS = 30
"""From this many days on, more time makes no difference."""
HALF_MARGIN_EUR = Decimal(50)
"""The margin per tonne that lifts the mark of landed value halfway from 0.5 to 1."""
WORST_R_STEP = 9
BEST_TRADED_R_STEP = 3
STEP_PER_LEVEL = 0.25
LOSS_PER_BLOCKER = 0.9


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured of a pair. None is unknown, except `days`, where it is a window without end."""

    levels_below: int
    share: float | None
    distance_km: float | None
    days: int | None = None
    landed: Decimal | None = None
    max_landed: Decimal | None = None
    r_step: int | None = None
    verdict: Verdict | None = None


class Mark(NamedTuple):
    """One part: its value and why."""

    value: float
    nl: str
    en: str


class Part(NamedTuple):
    """A part of the score, its weight and how it is measured."""

    weight: float
    mark: Callable[[Subject], Mark]


def _material(subject: Subject) -> Mark:
    value = 1 / (1 + STEP_PER_LEVEL * subject.levels_below)
    if subject.levels_below == 0:
        return Mark(value, "Dit is precies het materiaal dat wordt gezocht.", "This is exactly the material wanted.")
    return Mark(value, "Dit is een soort van het gezochte materiaal.", "This is a kind of the material wanted.")


def _quantity(subject: Subject) -> Mark:
    if subject.share is None:
        return Mark(
            UNKNOWN,
            "De hoeveelheden zijn nog niet te vergelijken, want het gewicht is onbekend.",
            "The quantities cannot be compared yet, because the weight is unknown.",
        )
    percent = f"{subject.share:.0%}"
    return Mark(subject.share, f"Het aanbod dekt {percent} van de vraag.", f"The offer covers {percent} of the want.")


def _place(subject: Subject) -> Mark:
    if subject.distance_km is None:
        return Mark(UNKNOWN, "De afstand is onbekend.", "The distance is unknown.")
    value = HALF_DISTANCE_KM / (HALF_DISTANCE_KM + subject.distance_km)
    km = f"{subject.distance_km:.0f}"
    return Mark(value, f"De afstand is {km} km in een rechte lijn.", f"The distance is {km} km in a straight line.")


def _time(subject: Subject) -> Mark:
    if subject.days is None:
        return Mark(1.0, "Er is geen einddatum.", "There is no end date.")
    return Mark(
        min(1.0, subject.days / LONG_WINDOW_DAYS),
        f"U hebt samen nog {subject.days} {'dag' if subject.days == 1 else 'dagen'} de tijd.",
        f"Together you have {subject.days} {'day' if subject.days == 1 else 'days'} left.",
    )


def _landed_value(subject: Subject) -> Mark:
    """0.5 at the seeker's limit (or at EUR 0 when no limit is given), more below it, less above it."""
    if subject.landed is None:
        return Mark(UNKNOWN, "De prijs is nog niet bekend.", "The price is not known yet.")
    margin = (subject.max_landed or Decimal(0)) - subject.landed
    value = 0.5 + float(margin / (2 * (abs(margin) + HALF_MARGIN_EUR)))
    amount = f"{abs(subject.landed):.2f}"
    dutch = amount.replace(".", ",")
    if subject.landed < 0:
        return Mark(
            value,
            f"De vrager krijgt aan de deur € {dutch} per ton toe.",
            f"The seeker is paid EUR {amount} per tonne at the door.",
        )
    return Mark(
        value,
        f"Aan de deur kost het materiaal de vrager € {dutch} per ton.",
        f"At the door the material costs the seeker EUR {amount} per tonne.",
    )


def _r_step(subject: Subject) -> Mark:
    if subject.r_step is None or not 0 <= subject.r_step <= WORST_R_STEP:
        return Mark(UNKNOWN, "De stap op de R-ladder is onbekend.", "The step on the R-ladder is unknown.")
    step = RStep(subject.r_step)
    return Mark(
        min(1.0, (WORST_R_STEP - step) / (WORST_R_STEP - BEST_TRADED_R_STEP)),
        f"Het gebruik staat op de R-ladder op {step.label('nl')}.",
        f"On the R-ladder the use is {step.label('en')}.",
    )


class StatusMark(NamedTuple):
    """What a proposed status does to the mark of legal feasibility, and its name in both languages."""

    value: float
    nl: str
    en: str


STATUS_MARKS: dict[LegalStatus, StatusMark] = {
    LegalStatus.PRODUCT: StatusMark(1.0, "product", "product"),
    LegalStatus.END_OF_WASTE: StatusMark(1.0, "einde-afval", "end-of-waste"),
    LegalStatus.BY_PRODUCT: StatusMark(0.95, "bijproduct", "by-product"),
    LegalStatus.OUT_OF_SCOPE: StatusMark(0.9, "buiten de afvalregels", "outside waste law"),
    LegalStatus.WASTE: StatusMark(0.6, "afval", "waste"),
    LegalStatus.HAZARDOUS_WASTE: StatusMark(0.3, "gevaarlijk afval", "hazardous waste"),
    LegalStatus.POP_WASTE: StatusMark(0.1, "POP-afval", "POP waste"),
}


def _legal(subject: Subject) -> Mark:
    """Undetermined is unknown; each blocker takes a tenth off what the status gives."""
    verdict = subject.verdict
    if verdict is None or verdict.status is LegalStatus.UNDETERMINED:
        return Mark(UNKNOWN, "De juridische status is nog onbekend.", "The legal status is not known yet.")
    status = STATUS_MARKS[verdict.status]
    return Mark(
        status.value * LOSS_PER_BLOCKER ** len(verdict.blockers),
        f"Voorgestelde status: {status.nl}.",
        f"Proposed status: {status.en}.",
    )


PARTS: dict[str, Part] = {
    "material": Part(0.20, _material),
    "quantity": Part(0.15, _quantity),
    "place": Part(0.20, _place),
    "time": Part(0.10, _time),
    "landed_value": Part(0.15, _landed_value),
    "r_step": Part(0.10, _r_step),
    "legal": Part(0.10, _legal),
}


def scored(subject: Subject, names: Iterable[str] = tuple(PARTS)) -> tuple[ScorePartState, ...]:
    """The named parts of the score, in the order of the table, values rounded to 4 decimals."""
    marks = ((name, PARTS[name].mark(subject)) for name in names)
    return tuple(ScorePartState(name=name, value=round(mark.value, 4), nl=mark.nl, en=mark.en) for name, mark in marks)


def score_of(parts: Iterable[ScorePartState]) -> float:
    """The weighted mean of the parts, rounded to 4 decimals; a reader can do the sum again."""
    weighed = [(PARTS[part.name].weight, part.value) for part in parts]
    total = sum(weight for weight, _ in weighed)
    return round(sum(weight * value for weight, value in weighed) / total, 4)
