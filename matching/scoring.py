"""How well a pair fits, in visible parts: each 0 to 1, each with one sentence why, two rows of weights.

The numbers come from `matching.numeric`, so that the index ranks by exactly what the sentences say. A part that is
unknown counts as 0.5 and says so. Every part only rises or only falls with what it measures.
"""

from collections.abc import Callable, Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import NamedTuple

from contracts.events.trades import ScorePartState
from contracts.vocabulary.r_ladder import RStep
from contracts.vocabulary.terms import LegalStatus, Weighting
from contracts.vocabulary.usual_treatment import DISPOSAL_STEP
from contracts.vocabulary.verdict import Verdict
from matching import numeric
from matching.measuring import Measured, euros_of

LOSS_PER_BLOCKER = 0.9
DECIMALS = 4
"""What is shown of a part and of a score. Pairs are ordered by what stands behind it too."""

Sentence = tuple[str, str]
"""In Dutch and in English."""

WEIGHTS: Mapping[Weighting, tuple[float, ...]] = MappingProxyType(
    {Weighting.AREA_FIRST: numeric.AREA_FIRST, Weighting.CHAIN_FIRST: numeric.CHAIN_FIRST}
)
"""The weights of both orders, in percent, in the order of `numeric.PARTS`."""


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


def legal_mark(verdict: Verdict | None) -> float:
    """Undetermined is unknown; each blocker takes a tenth off what the status gives."""
    if verdict is None or verdict.status is LegalStatus.UNDETERMINED:
        return numeric.UNKNOWN
    return STATUS_MARKS[verdict.status].value * LOSS_PER_BLOCKER ** len(verdict.blockers)


def scored(
    measured: Measured, verdict: Verdict | None = None, names: Iterable[str] = numeric.PARTS
) -> tuple[ScorePartState, ...]:
    """The named parts of the score in the order of `names`, values rounded to 4 decimals."""
    marks = dict(zip(numeric.PARTS, measured.marks(legal_mark(verdict)), strict=True))
    sentences = {name: SENTENCES[name](measured, verdict) for name in names}
    return tuple(
        ScorePartState(name=name, value=round(marks[name], DECIMALS), nl=nl, en=en)
        for name, (nl, en) in sentences.items()
    )


def exact_score(measured: Measured, legal: float, weighting: Weighting) -> float:
    """The score by which pairs are ordered."""
    return numeric.score(measured.marks(legal), WEIGHTS[weighting])


def score_of(parts: Iterable[ScorePartState], weighting: Weighting = Weighting.AREA_FIRST) -> float:
    """The weighted mean of the visible parts, rounded to 4 decimals, for parts of which some are missing."""
    weights = dict(zip(numeric.PARTS, WEIGHTS[weighting], strict=True))
    weighed = [(weights[part.name], part.value) for part in parts]
    total = sum(weight for weight, _ in weighed)
    return round(sum(weight * value for weight, value in weighed) / total, DECIMALS)


def _material(measured: Measured, _verdict: Verdict | None) -> Sentence:
    if measured.levels_below == 0:
        return "Dit is precies het materiaal dat wordt gezocht.", "This is exactly the material wanted."
    return "Dit is een soort van het gezochte materiaal.", "This is a kind of the material wanted."


def _quantity(measured: Measured, _verdict: Verdict | None) -> Sentence:
    if _unknown(measured.share):
        return (
            "De hoeveelheden zijn nog niet te vergelijken, want het gewicht is onbekend.",
            "The quantities cannot be compared yet, because the weight is unknown.",
        )
    percent = f"{measured.share:.0%}"
    return f"Het aanbod dekt {percent} van de vraag.", f"The offer covers {percent} of the want."


def _place(measured: Measured, _verdict: Verdict | None) -> Sentence:
    if _unknown(measured.distance_km):
        return "De afstand is onbekend.", "The distance is unknown."
    km = f"{measured.distance_km:.0f}"
    return f"De afstand is {km} km in een rechte lijn.", f"The distance is {km} km in a straight line."


def _time(measured: Measured, _verdict: Verdict | None) -> Sentence:
    if measured.days == inf:
        return "Er is geen einddatum.", "There is no end date."
    days = int(measured.days)
    return (
        f"De periodes van beide hebben {days} {'dag' if days == 1 else 'dagen'} gemeen.",
        f"The windows of both have {days} {'day' if days == 1 else 'days'} in common.",
    )


def _landed_value(measured: Measured, _verdict: Verdict | None) -> Sentence:
    landed = euros_of(measured.landed_cents)
    if landed is None:
        return (
            "De prijs aan de deur is nog niet bekend.",
            "The price at the door is not known yet.",
        )
    amount = f"{abs(landed):.2f}"
    dutch = amount.replace(".", ",")
    if landed < 0:
        return (
            f"De vrager krijgt aan de deur € {dutch} per ton toe.",
            f"The seeker is paid EUR {amount} per tonne at the door.",
        )
    return (
        f"Aan de deur kost het materiaal de vrager € {dutch} per ton.",
        f"At the door the material costs the seeker EUR {amount} per tonne.",
    )


def _r_step(measured: Measured, _verdict: Verdict | None) -> Sentence:
    if _unknown(measured.r_step):
        return "De stap op de R-ladder is onbekend.", "The step on the R-ladder is unknown."
    planned = RStep(int(measured.r_step))
    nl, en = (
        f"Het gebruik staat op de R-ladder op {planned.label('nl')}",
        f"On the R-ladder the use is {planned.label('en')}",
    )
    if _unknown(measured.usual_r_step):
        return f"{nl}.", f"{en}."
    gain = measured.usual_r_step - measured.r_step
    usual_nl, usual_en = _usual(int(measured.usual_r_step))
    if gain == 0:
        return f"{nl}, net als gebruikelijk is.", f"{en}, as is usual."
    compared_nl, compared_en = ("hoger", "higher") if gain > 0 else ("lager", "lower")
    return f"{nl}, {compared_nl} dan het gebruikelijke {usual_nl}.", f"{en}, {compared_en} than the usual {usual_en}."


def _usual(step: int) -> Sentence:
    if step == DISPOSAL_STEP:
        return "verwijderen", "disposal"
    return RStep(step).label("nl"), RStep(step).label("en")


def _legal(_measured: Measured, verdict: Verdict | None) -> Sentence:
    if verdict is None or verdict.status is LegalStatus.UNDETERMINED:
        return "De juridische status is nog onbekend.", "The legal status is not known yet."
    status = STATUS_MARKS[verdict.status]
    return f"Voorgestelde status: {status.nl}.", f"Proposed status: {status.en}."


def _unknown(value: float) -> bool:
    return value != value


SENTENCES: dict[str, Callable[[Measured, Verdict | None], Sentence]] = {
    "material": _material,
    "quantity": _quantity,
    "place": _place,
    "time": _time,
    "landed_value": _landed_value,
    "r_step": _r_step,
    "legal": _legal,
}
