"""The legal check of a pair: the end-of-waste check on what its listings say, held back wherever that is not enough.

A status other than waste is passed on only when the material and its use are sure, the code is not that of
hazardous waste, and every value it rests on is proven. Else the answer is undetermined, with what to do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from contracts.vocabulary.eural import EuralKind
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import IntendedUse, LegalStatus
from contracts.vocabulary.verdict import Confidence, Verdict
from matching.end_of_waste.engine import MISSING, evaluate
from matching.end_of_waste.rules import Part, Rulebook
from matching.facts_of_pair import PairFacts, Said, facts_of, said_by
from matching.model import OfferEntry, WantEntry

KEPT_VERDICTS = 20_000
"""Verdicts kept in memory; one takes about 3 kB."""

USES: dict[IntendedUse, tuple[str, str]] = {
    IntendedUse.REUSE_SAME_PURPOSE: ("opnieuw gebruiken voor hetzelfde doel", "reuse for the same purpose"),
    IntendedUse.REPAIR_OR_REFURBISH: ("repareren of opknappen", "repair or refurbishment"),
    IntendedUse.PARTS: ("gebruiken als onderdelen", "use as parts"),
    IntendedUse.OTHER_PURPOSE: ("gebruiken voor een ander doel", "use for another purpose"),
    IntendedUse.FURNACE_MELTING: ("smelten in een oven", "melting in a furnace"),
    IntendedUse.GLASS_REMELTING: ("omsmelten tot glas", "remelting into glass"),
    IntendedUse.MATERIAL_RECYCLING: ("recyclen tot materiaal", "recycling into material"),
    IntendedUse.AGGREGATE_IN_CONCRETE: ("toeslagmateriaal in beton", "aggregate in concrete"),
    IntendedUse.AGGREGATE_UNBOUND: ("los toeslagmateriaal", "unbound aggregate"),
    IntendedUse.ASPHALT: ("verwerken in asfalt", "use in asphalt"),
    IntendedUse.SOIL_APPLICATION: ("toepassen in of op de bodem", "application in or on soil"),
    IntendedUse.FERTILISER: ("meststof", "fertiliser"),
    IntendedUse.ANIMAL_FEED: ("diervoeder", "animal feed"),
    IntendedUse.COMPOSTING: ("composteren", "composting"),
    IntendedUse.DIGESTION: ("vergisten", "digestion"),
    IntendedUse.FUEL: ("brandstof", "fuel"),
    IntendedUse.RAW_MATERIAL: ("grondstof voor een product", "raw material for a product"),
}

OPEN_USES = frozenset({None, IntendedUse.OTHER_PURPOSE, IntendedUse.PARTS, IntendedUse.REPAIR_OR_REFURBISH})
"""Uses that leave open what becomes of the material: the rules of none of the things it may become were asked."""

SEVERITY = {LegalStatus.WASTE: 1, LegalStatus.HAZARDOUS_WASTE: 2, LegalStatus.POP_WASTE: 3}
"""How bad a kind of waste is; a verdict is never milder than what the holder says it is."""


def undetermined_check(offer: OfferEntry, want: WantEntry, today: date) -> Verdict:
    """Undetermined, for a material in a use that no rule covers, or in a use that is not stated."""
    material, use = offer.concept, want.state.intended_use
    if use is None:
        return Verdict(
            status=LegalStatus.UNDETERMINED,
            on=today,
            reason_nl=f"Het gebruik van '{material.label_nl}' is onbekend. De vrager moet zeggen waarvoor het "
            "materiaal nodig is.",
            reason_en=f"The use of '{material.label_en}' is unknown. The seeker must state what the material is for.",
            blockers=("missing:use_plan",),
        )
    use_nl, use_en = USES[use]
    return Verdict(
        status=LegalStatus.UNDETERMINED,
        on=today,
        reason_nl=f"Er is nog geen regel voor '{material.label_nl}' met als gebruik: {use_nl}. Vraag het na bij uw "
        "omgevingsdienst.",
        reason_en=f"There is no rule yet for '{material.label_en}' with this use: {use_en}. Ask your regional "
        "environmental authority.",
    )


def end_of_waste_check(rulebook: Rulebook) -> Callable[[OfferEntry, WantEntry, date], Verdict]:
    """The check for a Matcher, with a memory of its own: pairs that say the same get the same verdict."""
    rules = PairRules(rulebook)
    remembered = lru_cache(maxsize=KEPT_VERDICTS)(rules.verdict)

    def check(offer: OfferEntry, want: WantEntry, today: date) -> Verdict:
        return remembered(said_by(offer, want, rulebook, today)) or undetermined_check(offer, want, today)

    return check


class PairRules:
    """The rulebook as it is applied to pairs of listings."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        of_status = {question.id for question in rulebook.questions if question.part is Part.STATUS}
        self._of_status = {rule.id for rule in rulebook.rules if not of_status.isdisjoint(rule.law.questions)}
        self._favourable = rulebook.settings.positive | {LegalStatus.OUT_OF_SCOPE}

    def verdict(self, said: Said) -> Verdict | None:
        """The verdict on what a pair of listings says; None when no rule answers for this material in this use."""
        known = facts_of(said, self._rulebook)
        verdict = self._on_proven_facts(known, said.on)
        if verdict.status in self._favourable:
            return self._if_sure(verdict, known, said)
        if said.claimed_status in SEVERITY:
            return _at_least(said.claimed_status, verdict)
        return verdict if self._answers(verdict, said) else None

    def _on_proven_facts(self, known: PairFacts, on: date) -> Verdict:
        """A value without proof may speak against a material, but a favourable status may not rest on it."""
        verdict = evaluate(known.facts, self._rulebook, on)
        if verdict.status not in self._favourable or not known.unproven:
            return verdict
        proven = {name: value for name, value in known.facts.properties.items() if name not in known.unproven}
        without = evaluate(replace(known.facts, properties=proven), self._rulebook, on)
        # Another favourable status would rest on leaving out a value that speaks against it.
        other = without.status in self._favourable and without.status is not verdict.status
        return UNPROVEN.verdict(on) if other else without

    def _answers(self, verdict: Verdict, said: Said) -> bool:
        """Whether a rule led to the status: waste because nothing was asked is no answer, nor one without a use."""
        if verdict.status in (LegalStatus.HAZARDOUS_WASTE, LegalStatus.POP_WASTE):
            return True
        return said.use is not None and any(found.rule_id in self._of_status for found in verdict.criteria)

    def _if_sure(self, verdict: Verdict, known: PairFacts, said: Said) -> Verdict | None:
        if known.facts.stream is None or said.use is None:
            return None
        case = Favourable(verdict, known, said, self._rulebook.edition(said.on).codes.get(said.eural_code or ""))
        doubt = next((doubt for doubt in DOUBTS if doubt.raised(case)), None)
        return verdict if doubt is None else doubt.verdict(said.on)


@dataclass(frozen=True, slots=True)
class Favourable:
    """A verdict other than waste, with what it was made of; `code` is the kind of the stated waste code."""

    verdict: Verdict
    known: PairFacts
    said: Said
    code: EuralKind | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a favourable status is not passed on, and what would take the doubt away."""

    raised: Callable[[Favourable], bool]
    blocker: str
    nl: str
    en: str

    def verdict(self, on: date) -> Verdict:
        """Undetermined. Without a receipt: it is more careful than the rules alone would be."""
        missing = self.blocker.removeprefix(MISSING)
        return Verdict(LegalStatus.UNDETERMINED, on, self.nl, self.en, blockers=(self.blocker,), missing=(missing,))


HAZARDOUS = (EuralKind.ABSOLUTE_HAZARDOUS, EuralKind.MIRROR_HAZARDOUS)
UNPROVEN = Doubt(
    lambda case: bool(case.known.unclear),
    "missing:composition_report",
    "De status is nog niet te zeggen: een opgegeven eigenschap is tegenstrijdig of niet te vergelijken. Een rapport "
    "over de samenstelling neemt de twijfel weg.",
    "The status cannot be told yet: a stated property contradicts itself or cannot be compared. A composition report "
    "takes the doubt away.",
)
DOUBTS = (
    Doubt(
        lambda case: case.said.use in OPEN_USES,
        "missing:use_plan",
        "De status is nog niet te zeggen: het gebruik is te ruim omschreven. De vrager moet zeggen wat er precies mee "
        "gebeurt.",
        "The status cannot be told yet: the use is described too broadly. The seeker must state what exactly is done.",
    ),
    UNPROVEN,
    Doubt(
        lambda case: (
            case.code in HAZARDOUS and EvidenceKind.PROOF_HAZARDOUS_PROPERTIES_REMOVED not in case.said.evidence
        ),
        "missing:proof_hazardous_properties_removed",
        "De status is nog niet te zeggen: de opgegeven Euralcode is die van gevaarlijk afval. Eerst moet bewezen zijn "
        "dat de gevaarlijke eigenschappen weg zijn.",
        "The status cannot be told yet: the stated waste code is one of hazardous waste. First it must be proved that "
        "the hazardous properties were removed.",
    ),
    Doubt(
        lambda case: case.verdict.confidence is Confidence.MEMORY,
        "missing:competent_authority_view_or_rechtsoordeel",
        "De status is nog niet te zeggen: de tekst van een van de regels is niet nagelezen. Vraag het oordeel van uw "
        "omgevingsdienst.",
        "The status cannot be told yet: the text of one of the rules was not read again. Ask the view of your regional "
        "environmental authority.",
    ),
)
"""Asked in this order; the first that is raised is told."""


def _at_least(claimed: LegalStatus, verdict: Verdict) -> Verdict:
    """The verdict, or what the holder says when that is worse: who has the material knows what the facts leave out."""
    if SEVERITY.get(verdict.status, 0) >= SEVERITY[claimed]:
        return verdict
    nl, en = CLAIMED[claimed]
    return replace(verdict, status=claimed, reason_nl=nl, reason_en=en, receipt={})


CLAIMED: dict[LegalStatus, tuple[str, str]] = {
    LegalStatus.WASTE: (
        "Dit is afval. Dat staat ook zo in de aanbieding.",
        "This is waste. The offer says so as well.",
    ),
    LegalStatus.HAZARDOUS_WASTE: (
        "Dit is gevaarlijk afval. Dat staat zo in de aanbieding.",
        "This is hazardous waste. The offer says so.",
    ),
    LegalStatus.POP_WASTE: (
        "Dit is POP-afval. Dat staat zo in de aanbieding.",
        "This is POP waste. The offer says so.",
    ),
}
