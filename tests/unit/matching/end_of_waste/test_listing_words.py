"""Every intended use of a listing has words in the check."""

from contracts.vocabulary.terms import IntendedUse
from matching.end_of_waste.listing_words import USES


def test_every_intended_use_of_a_listing_is_known_to_the_check() -> None:
    assert set(USES) == set(IntendedUse)
    assert all(USES.values())
