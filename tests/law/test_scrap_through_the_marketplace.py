"""Metal scrap and cullet reach end of waste by a pair of listings when every paper is there, and never on less."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from contracts.events.listings import PropertyState
from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.terms import IntendedUse, LegalStatus
from matching.facts_of_pair import FINISHED
from matching.model import OfferEntry, WantEntry
from tests.unit.matching.makers import TODAY, offer, want
from tests.unit.matching.pairs import NOT_WASTE, judged, paper, papers

SCRAP_PAPERS = (
    EvidenceKind.ACCEPTANCE_CONTROL_RECORD,
    EvidenceKind.GRADING_SPECIFICATION,
    EvidenceKind.QMS_CERTIFICATE,
    EvidenceKind.RADIOACTIVITY_CERTIFICATE,
    EvidenceKind.SAMPLING_ANALYSIS_REPORT,
    EvidenceKind.STATEMENT_OF_CONFORMITY,
    EvidenceKind.VISUAL_INSPECTION_RECORD,
)
GLASS_PAPERS = (
    EvidenceKind.ACCEPTANCE_CONTROL_RECORD,
    EvidenceKind.PRODUCT_SPECIFICATION,
    EvidenceKind.QMS_CERTIFICATE,
    EvidenceKind.SAMPLING_ANALYSIS_REPORT,
    EvidenceKind.STATEMENT_OF_CONFORMITY,
    EvidenceKind.VISUAL_INSPECTION_RECORD,
)


def content(name: str, value: str, unit: str) -> PropertyState:
    """A measured content, as an API reads it."""
    return PropertyState.model_validate({"name": name, "unit": unit, "value": value})


@dataclass(frozen=True)
class Lot:
    """A lot in order: what its holder says, its papers, and who wants it for what."""

    said: dict[str, Any]
    kinds: tuple[EvidenceKind, ...]
    contents: tuple[PropertyState, ...]
    use: IntendedUse
    too_much: PropertyState

    def offered(self, **given: Any) -> OfferEntry:
        """The offer, with what is given in the place of what is in order."""
        return offer(**{**self.said, "evidence": papers(*self.kinds), "properties": self.contents, **given})

    def wanted(self, **given: Any) -> WantEntry:
        """The want."""
        return want(**{"concepts": (self.said["concept"],), "intended_use": self.use, **given})


def scrap(concept: str, code: str, limit: str, too_much: str) -> Lot:
    """Metal scrap in order."""
    said = {
        "concept": concept,
        "eural_code": code,
        "origin_process": "separately_collected, recoverable_metal",
        "processing_done": ("sorted", "sheared", FINISHED),
        "claimed_status": LegalStatus.END_OF_WASTE,
    }
    foreign = (content("foreign_materials", limit, "% w/w"),)
    return Lot(
        said, SCRAP_PAPERS, foreign, IntendedUse.FURNACE_MELTING, content("foreign_materials", too_much, "% w/w")
    )


LOTS = {
    "copper": scrap("nf_copper", "191203", "1.99", "2"),
    "aluminium": scrap("nf_aluminium", "191203", "5", "5.01"),
    "iron": scrap("ferrous_heavy_melting", "191202", "2", "2.01"),
    "cullet": Lot(
        {
            "concept": "glass_furnace_ready",
            "eural_code": "191205",
            "origin_process": "separately_collected, container_glass",
            "processing_done": ("crushed", "sorted", "cleaned", FINISHED),
            "claimed_status": LegalStatus.END_OF_WASTE,
        },
        GLASS_PAPERS,
        (
            content("ferrous", "50", "ppm"),
            content("non_ferrous", "60", "ppm"),
            content("inorganics", "99", "ppm"),
            content("organics", "2000", "ppm"),
        ),
        IntendedUse.GLASS_REMELTING,
        content("ferrous", "51", "ppm"),
    ),
}
EVERY_LOT = pytest.mark.parametrize("name", LOTS)
EVERY_PAPER = [(name, kind) for name, lot in LOTS.items() for kind in lot.kinds]


@EVERY_LOT
def test_with_every_paper_and_figure_it_is_no_waste_any_more(name: str) -> None:
    lot = LOTS[name]
    verdict = judged(lot.offered(), lot.wanted())
    assert (verdict.status, verdict.blockers) == (LegalStatus.END_OF_WASTE, ())


@pytest.mark.parametrize(("name", "kind"), EVERY_PAPER)
def test_without_one_of_its_papers_it_stays_waste(name: str, kind: EvidenceKind) -> None:
    lot = LOTS[name]
    rest = papers(*(one for one in lot.kinds if one is not kind))
    announced = paper(kind, sha256=None)
    for evidence in (rest, (*rest, announced)):
        verdict = judged(lot.offered(evidence=evidence), lot.wanted())
        assert verdict.status not in NOT_WASTE
        assert f"missing:{kind}" in verdict.blockers


@EVERY_LOT
@pytest.mark.parametrize(
    "given",
    [
        {"processing_done": ("sorted",)},
        {"processing_done": (FINISHED, "further_processing")},
        {"origin_process": None},
        {"origin_process": "van alles en nog wat"},
        {"properties": ()},
        {"eural_code": "170409"},
    ],
    ids=str,
)
def test_when_something_is_not_said_or_not_in_order_it_stays_waste(name: str, given: dict[str, Any]) -> None:
    lot = LOTS[name]
    verdict = judged(lot.offered(**given), lot.wanted())
    assert verdict.status not in NOT_WASTE


def test_cullet_from_mixed_waste_stays_waste_whatever_its_papers_say() -> None:
    lot = LOTS["cullet"]
    verdict = judged(lot.offered(origin_process="container_glass, mixed_municipal_waste"), lot.wanted())
    assert "input:mixed_municipal_or_healthcare_waste" in verdict.blockers


@EVERY_LOT
def test_just_past_a_limit_it_stays_waste(name: str) -> None:
    lot = LOTS[name]
    others = tuple(one for one in lot.contents if one.name != lot.too_much.name)
    verdict = judged(lot.offered(properties=(*others, lot.too_much)), lot.wanted())
    assert verdict.status not in NOT_WASTE
    assert f"criterion:{lot.too_much.name}" in verdict.blockers


@EVERY_LOT
def test_for_another_use_it_stays_waste(name: str) -> None:
    lot = LOTS[name]
    for use in (IntendedUse.MATERIAL_RECYCLING, IntendedUse.AGGREGATE_UNBOUND, IntendedUse.FUEL, None):
        assert judged(lot.offered(), lot.wanted(intended_use=use)).status not in NOT_WASTE


@EVERY_LOT
def test_within_one_organisation_nothing_is_transferred(name: str) -> None:
    lot = LOTS[name]
    offered = lot.offered()
    assert judged(offered, lot.wanted(organisation_id=offered.organisation_id)).status not in NOT_WASTE


@EVERY_LOT
def test_the_day_after_its_certificate_ran_out_it_is_waste_again(name: str) -> None:
    lot = LOTS[name]
    rest = papers(*(kind for kind in lot.kinds if kind is not EvidenceKind.QMS_CERTIFICATE))
    offered = lot.offered(evidence=(*rest, paper(EvidenceKind.QMS_CERTIFICATE, valid_until=TODAY)))
    assert judged(offered, lot.wanted()).status is LegalStatus.END_OF_WASTE
    assert judged(offered, lot.wanted(), TODAY.replace(day=TODAY.day + 1)).status not in NOT_WASTE


def test_the_lots_are_of_different_kinds() -> None:
    assert len({lot.said["concept"] for lot in LOTS.values()}) == len(LOTS) == 4
    assert replace(LOTS["copper"], kinds=()) != LOTS["copper"]
