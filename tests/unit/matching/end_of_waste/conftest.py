"""The packaged rulebook and facts that are in order, to be changed by a test."""

from decimal import Decimal
from typing import Any

import pytest

from matching.end_of_waste.facts import Facts
from matching.end_of_waste.loader import packaged_rulebook
from matching.end_of_waste.parsing import facts_from_mapping
from matching.end_of_waste.rules import Rulebook

COPPER: dict[str, Any] = {
    "stream": "copper_scrap",
    "eural_code": "191203",
    "origin": ["separately_collected"],
    "processing": ["sorted", "stripped"],
    "intended_use": ["furnace_melting"],
    "treatment_completed": True,
    "claimed_status": "end_of_waste",
    "supplier_country": "NL",
    "destination_country": "NL",
    "properties": {"foreign_materials": {"value": Decimal("1.9"), "unit": "% w/w"}},
    "evidence": [
        "acceptance_control_record",
        "grading_specification",
        "qms_certificate",
        "radioactivity_certificate",
        "sampling_analysis_report",
        "statement_of_conformity",
        "visual_inspection_record",
    ],
    "trade": {"transfer_to_other_holder": True},
}


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rulebook that comes with the package."""
    return packaged_rulebook()


@pytest.fixture
def copper(rulebook: Rulebook) -> Facts:
    """Copper scrap that has ceased to be waste."""
    return facts_from_mapping(COPPER, rulebook.properties)
