"""The facts of a proposed trade, as far as its two listings state them; whatever they do not state is unknown.

Nothing is guessed in favour of a party. A word counts when it is exactly a word of the check, a document when its
bytes are there and it holds on the day, a measurement when its unit can be compared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from contracts.events.listings import EvidenceState, PropertyState
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.terms import Grade, IntendedUse, LegalStatus
from matching.end_of_waste.facts import Facts, PropertyValue, Trade
from matching.end_of_waste.fields import FactError
from matching.end_of_waste.listing_words import USES
from matching.end_of_waste.parsing import DRY_MATTER, facts_from_mapping
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.words import Origin, Processing, Truth
from matching.model import OfferEntry, WantEntry
from matching.streams import STREAMS

NETHERLANDS = "NL"
"""Every place of the marketplace is a Dutch postcode area."""

FROM_SEEKER = frozenset({"buyer", "receiver"})
"""Providers (rulebook/documents.yaml) whose papers a want can bring in: they speak of the use or of the receiver."""

ANALYSES = frozenset(
    {
        EvidenceKind.COMPOSITION_REPORT,
        EvidenceKind.SAMPLING_ANALYSIS_REPORT,
        EvidenceKind.LEACHING_AND_COMPOSITION_REPORT,
        EvidenceKind.SOIL_QUALITY_REPORT,
        EvidenceKind.NATIONAL_CERTIFICATE,
        EvidenceKind.STATEMENT_OF_CONFORMITY,
    }
)
"""Papers in which a measured value can be looked up."""

INSPECTIONS = ANALYSES | {
    EvidenceKind.CONFORMITY_DECLARATION,
    EvidenceKind.VISUAL_INSPECTION_RECORD,
}
"""Papers in which a yes or no, a class or a date can be looked up."""

FINISHED = "treatment_completed"
"""The word among `processing_done` by which a holder says that nothing has to be done to the material any more."""

TELLS_OF_TREATMENT = frozenset(
    {
        EvidenceKind.STATEMENT_OF_CONFORMITY,
        EvidenceKind.CONFORMITY_DECLARATION,
        EvidenceKind.EU_DECLARATION_OF_CONFORMITY,
        EvidenceKind.PROCESS_DESCRIPTION,
        EvidenceKind.PREPARING_FOR_REUSE_RECORD,
    }
)
"""Papers in which somebody answers for the treatment; the bare word of a listing proves nothing."""

OF_ITS_OWN = {
    "use_is_lawful": frozenset({EvidenceKind.LAWFUL_USE_CHECK, EvidenceKind.COMPETENT_AUTHORITY_VIEW_OR_RECHTSOORDEEL}),
    "functions_fully": frozenset({EvidenceKind.FUNCTION_TEST}),
}
"""Properties on which only these papers have a say: no laboratory knows whether a use is lawful."""

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Stated:
    """A property as stated. `value` is text beside the name of its type: for Python the number 1 equals True."""

    name: str
    unit: str
    type: str
    value: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Everything in a pair of listings that the check reads, and nothing else: equal ones get equal verdicts."""

    on: date
    concept: str
    eural_code: str | None
    origin_process: str | None
    processing_done: tuple[str, ...]
    claimed_status: LegalStatus | None
    use: IntendedUse | None
    two_holders: bool
    evidence: frozenset[EvidenceKind]
    properties: tuple[Stated, ...]


def said_by(offer: OfferEntry, want: WantEntry, rulebook: Rulebook, on: date) -> Said:
    """What the two listings say on the day `on`."""
    state = offer.state
    return Said(
        on=on,
        concept=offer.concept.id,
        eural_code=state.eural_code,
        origin_process=state.origin_process,
        processing_done=state.processing_done,
        claimed_status=None if state.claimed_status is LegalStatus.UNDETERMINED else state.claimed_status,
        use=want.state.intended_use,
        two_holders=offer.organisation_id != want.organisation_id,
        evidence=_papers(state.evidence, want.state.evidence, rulebook, on),
        properties=tuple([_stated(item) for item in state.properties if item.name in rulebook.properties]),
    )


def _papers(
    offered: Iterable[EvidenceState], wanted: Iterable[EvidenceState], rulebook: Rulebook, on: date
) -> frozenset[EvidenceKind]:
    """Kinds of documents that count. A contract beside a want may be one with anybody, so it proves nothing here."""
    kinds = {paper.kind for paper in offered if counts(paper, on)}
    for paper in wanted:
        known = rulebook.documents.get(paper.kind)
        of_seeker = known is not None and known.provider in FROM_SEEKER
        if of_seeker and paper.kind is not EvidenceKind.CONTRACT_WITH_USER and counts(paper, on):
            kinds.add(paper.kind)
    return frozenset(kinds)


def counts(paper: EvidenceState, on: date) -> bool:
    """Whether a document proves anything on the day: its bytes are there, it was issued and has not expired."""
    issued = paper.issued_on is None or paper.issued_on <= on
    return bool(paper.sha256) and issued and (paper.valid_until is None or on <= paper.valid_until)


def _stated(item: PropertyState) -> Stated:
    return Stated(item.name, item.unit, type(item.value).__name__, str(item.value), item.grade is Grade.VERIFIED)


@dataclass(frozen=True, slots=True)
class PairFacts:
    """The facts, and what must be known of them before a status other than waste may rest on them.

    `unproven`: properties that no paper and no authority supports. `unclear`: properties that are stated in two
    ways or in a unit that cannot be compared, so that a bad value may be behind them.
    """

    facts: Facts
    unproven: frozenset[str]
    unclear: frozenset[str]


def facts_of(said: Said, rulebook: Rulebook) -> PairFacts:
    """The facts for the check; never raises for what a listing may say."""
    values, unclear = _properties(said.properties, rulebook)
    steps = [word for word in said.processing_done if word.strip() != FINISHED]
    facts = Facts(
        stream=STREAMS.get(_nearest(said.concept)),
        eural_code=said.eural_code,
        origin=_exact(Origin, (said.origin_process or "").split(",")),
        processing=_exact(Processing, steps),
        intended_use=USES[said.use] if said.use else None,
        treatment_completed=_finished(said),
        claimed_status=said.claimed_status,
        destination_country=NETHERLANDS,
        properties=values,
        evidence=said.evidence,
        trade=Trade(transfer_to_other_holder=Truth.YES if said.two_holders else Truth.UNKNOWN),
    )
    return PairFacts(facts, frozenset(_unproven(said, values)), unclear)


def _finished(said: Said) -> Truth:
    """Finished when the holder says so and a paper answers for it. What he says against himself counts at once."""
    words = {word.strip() for word in said.processing_done}
    if Processing.FURTHER_PROCESSING.value in words:
        return Truth.NO
    vouched = not TELLS_OF_TREATMENT.isdisjoint(said.evidence)
    return Truth.YES if FINISHED in words and vouched else Truth.UNKNOWN


@cache
def _nearest(concept_id: str) -> str:
    """The concept itself or the nearest one above it that the table of streams has; else the concept."""
    above = [concept_id, *(concept.id for concept in material_tree().ancestors(concept_id))]
    return next((one for one in above if one in STREAMS), concept_id)


def _exact(kind: type[Word], words: Iterable[str]) -> frozenset[Word] | None:
    """The words of the check; unknown when there are none or when one of them is not such a word.

    The check takes a set for complete. Half of what was said would tell it that nothing else is the case.
    """
    said = [word.strip() for word in words]
    known = {word.value for word in kind}
    return frozenset(kind(word) for word in said) if said and known.issuperset(said) else None


def _properties(stated: tuple[Stated, ...], rulebook: Rulebook) -> tuple[Mapping[str, PropertyValue], frozenset[str]]:
    raw: dict[str, dict[str, Any]] = {}
    unclear: set[str] = set()
    for item in stated:
        plain = {"value": VALUES.get(item.type, str)(item.value), "unit": item.unit}
        if raw.setdefault(item.name, plain) != plain:
            unclear.add(item.name)
    values: dict[str, PropertyValue] = {}
    clear = {name: plain for name, plain in raw.items() if name not in unclear}
    dry = {name: clear[name] for name in (DRY_MATTER,) if name in clear}
    for name in sorted(clear):
        try:
            read = facts_from_mapping({"properties": {**dry, name: clear[name]}}, rulebook.properties)
        except FactError:
            unclear.add(name)
        else:
            values[name] = read.properties[name]
    return values, frozenset(unclear)


VALUES: Mapping[str, Callable[[str], Any]] = {"bool": "True".__eq__, "Decimal": Decimal, "str": str}


def _unproven(said: Said, values: Mapping[str, PropertyValue]) -> Iterator[str]:
    verified = {item.name for item in said.properties if item.verified}
    for name, value in values.items():
        papers = INSPECTIONS if isinstance(value, bool | str | date) else ANALYSES
        if name not in verified and said.evidence.isdisjoint(OF_ITS_OWN.get(name, papers)):
            yield name
