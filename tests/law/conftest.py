"""The packaged rulebook for all law tests; it is read once."""

import pytest

from matching.end_of_waste.casefiles import LawCase, law_cases
from matching.end_of_waste.loader import packaged_rulebook, rulebook_folder
from matching.end_of_waste.rules import Rulebook


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rulebook that comes with the package."""
    return packaged_rulebook()


@pytest.fixture(scope="session")
def law_folder_cases(rulebook: Rulebook) -> tuple[LawCase, ...]:
    """Every case of the law folder, read once."""
    return tuple(law_cases(rulebook_folder(), rulebook))
