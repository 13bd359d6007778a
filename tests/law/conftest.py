"""The packaged rulebook for all law tests; it is read once."""

import pytest

from matching.end_of_waste.loader import packaged_rulebook
from matching.end_of_waste.rules import Rulebook


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rulebook that comes with the package."""
    return packaged_rulebook()
