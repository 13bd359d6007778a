"""What is unknown and decides: not a refusal, but a question on the proposal ("one document away")."""

from dataclasses import dataclass, field
from enum import StrEnum

from contracts.events.trades import QuestionState


class DoubtKind(StrEnum):
    """Why something could not be compared."""

    AMOUNT = "amount"
    PRICE = "price"
    WEIGHT = "weight"
    STATUS = "status"
    PROPERTY = "property"
    PROPERTY_UNIT = "property_unit"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One unknown. `about` names it for machines; `words` fill in the sentence."""

    kind: DoubtKind
    about: str
    words: dict[str, str] = field(default_factory=dict)


SENTENCES: dict[DoubtKind, tuple[str, str]] = {
    DoubtKind.AMOUNT: (
        "Hoeveel kilo is één {offer_unit} of één {want_unit} van dit materiaal? Zonder dat gewicht zijn de "
        "hoeveelheden niet te vergelijken.",
        "How many kilos is one {offer_unit} or one {want_unit} of this material? Without that weight the "
        "quantities cannot be compared.",
    ),
    DoubtKind.PRICE: (
        "Welke prijs per ton vraagt u voor dit materiaal? De vrager betaalt aan de deur hoogstens € {limit} per ton.",
        "What price per tonne do you ask for this material? The seeker pays at most EUR {limit} per tonne at the door.",
    ),
    DoubtKind.WEIGHT: (
        "Hoeveel kilo is één {unit} van dit materiaal? Zonder dat gewicht is de prijs aan de deur niet te berekenen.",
        "How many kilos is one {unit} of this material? Without that weight the price at the door cannot be told.",
    ),
    DoubtKind.STATUS: (
        "Welke status heeft dit materiaal volgens u? De vrager neemt alleen materiaal aan met een van deze "
        "statussen: {accepted}.",
        "Which legal status does this material have in your view? The seeker accepts only: {accepted}.",
    ),
    DoubtKind.PROPERTY: (
        "Wat is de waarde van '{name}'? De vrager stelt als eis: {operator} {limit} {unit}.",
        "What is the value of '{name}'? The seeker requires: {operator} {limit} {unit}.",
    ),
    DoubtKind.PROPERTY_UNIT: (
        "De waarde van '{name}' staat in {given}. Wat is de waarde in {unit}? De vrager stelt als eis: "
        "{operator} {limit} {unit}.",
        "The value of '{name}' is given in {given}. What is it in {unit}? The seeker requires: "
        "{operator} {limit} {unit}.",
    ),
}


def question_of(doubt: Doubt) -> QuestionState:
    """The question in Dutch and English."""
    nl, en = SENTENCES[doubt.kind]
    return QuestionState(about=doubt.about, nl=nl.format(**doubt.words), en=en.format(**doubt.words))
