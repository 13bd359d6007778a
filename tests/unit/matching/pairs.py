"""Pairs of listings for the legal check, with the papers that by-product and continued use ask for.

A listing does not say in which country the material arose, so a by-product also needs the view of the other country.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.events.listings import EvidenceState
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import Condition, IntendedUse, LegalStatus
from contracts.vocabulary.verdict import Verdict
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.loader import packaged_rulebook
from matching.end_of_waste.words import Stream
from matching.facts_of_pair import PairFacts, facts_of, said_by
from matching.legal import end_of_waste_check
from matching.model import OfferEntry, WantEntry
from tests.unit.matching.makers import TODAY, offer, uid, want

RULEBOOK = packaged_rulebook()
CHECK = end_of_waste_check(RULEBOOK)
NOT_WASTE = frozenset({LegalStatus.END_OF_WASTE, LegalStatus.BY_PRODUCT, LegalStatus.PRODUCT})

BY_PRODUCT_PAPERS = (
    EvidenceKind.CONTRACT_WITH_USER,
    EvidenceKind.PROCESS_DESCRIPTION,
    EvidenceKind.PRODUCT_SPECIFICATION,
    EvidenceKind.REACH_POSITION,
    EvidenceKind.LAWFUL_USE_CHECK,
    EvidenceKind.ENVIRONMENTAL_ASSESSMENT,
    EvidenceKind.ZZS_RISK_ANALYSIS,
    EvidenceKind.COMPOSITION_REPORT,
    EvidenceKind.POP_ANALYSIS,
    EvidenceKind.FOREIGN_AUTHORITY_OPINION,
)
REUSE_PAPERS = (EvidenceKind.CONTRACT_WITH_USER, EvidenceKind.FUNCTION_TEST, EvidenceKind.LAWFUL_USE_CHECK)


def paper(kind: EvidenceKind, **given: Any) -> EvidenceState:
    """A document of which the bytes are there."""
    return EvidenceState(**({"evidence_id": uid(kind.value), "kind": kind, "sha256": "ab" * 32} | given))


def papers(*kinds: EvidenceKind, **given: Any) -> tuple[EvidenceState, ...]:
    """Documents of these kinds."""
    return tuple(paper(kind, **given) for kind in kinds)


def sawdust(**given: Any) -> OfferEntry:
    """Sawdust from a sawmill, claimed as by-product, with all papers."""
    defaults: dict[str, Any] = {
        "concept": "wood_sawdust",
        "origin_process": "production_residue",
        "processing_done": ("normal_industrial_practice",),
        "claimed_status": LegalStatus.BY_PRODUCT,
        "evidence": papers(*BY_PRODUCT_PAPERS),
    }
    return offer(**(defaults | given))


def laptops(**given: Any) -> OfferEntry:
    """Tested second-hand laptops, claimed as products, with all papers."""
    defaults: dict[str, Any] = {
        "concept": "weee_laptops",
        "origin_process": "second_hand",
        "processing_done": ("tested",),
        "condition": Condition.GOOD,
        "claimed_status": LegalStatus.PRODUCT,
        "evidence": papers(*REUSE_PAPERS),
    }
    return offer(**(defaults | given))


def raw_material(**given: Any) -> WantEntry:
    """A want of wood as raw material."""
    return want(**({"intended_use": IntendedUse.RAW_MATERIAL} | given))


def reuse(**given: Any) -> WantEntry:
    """A want of laptops to use again."""
    return want(**({"concepts": ("weee_it",), "intended_use": IntendedUse.REUSE_SAME_PURPOSE} | given))


def judged(offered: OfferEntry, wanted: WantEntry, on: date = TODAY) -> Verdict:
    """The verdict on a pair."""
    return CHECK(offered, wanted, on)


def known_of(offered: OfferEntry, wanted: WantEntry | None = None, on: date = TODAY) -> PairFacts:
    """The facts of a pair, and what is doubtful among them."""
    return facts_of(said_by(offered, wanted or raw_material(), RULEBOOK, on), RULEBOOK)


def stream_of(concept: str) -> Stream | None:
    """The stream in the facts of an offer of this concept."""
    said = replace(said_by(offer(), raw_material(), RULEBOOK, TODAY), concept=concept)
    facts: Facts = facts_of(said, RULEBOOK).facts
    return facts.stream
