"""What comes into a capability is asked for like a want."""

from decimal import Decimal

import pytest

from contracts.vocabulary.materials import UnknownConcept
from matching.chains.capabilities import capability_of
from tests.unit.matching.joint.scenes import PROCESSOR, capability_state
from tests.unit.matching.makers import TREE, uid


def test_the_input_is_asked_for_like_a_want_of_which_so_much_is_free() -> None:
    capability = capability_of(capability_state(minimum=Decimal(5), max_distance_km=40.0), Decimal(120), TREE)

    assert [capability.key, capability.free, capability.asked.organisation_id] == [uid("capability"), 120, PROCESSOR]
    assert [capability.asked.state.minimum, capability.asked.state.max_distance_km] == [5, 40.0]
    assert [concept.id for concept in capability.asked.concepts] == ["wood_grade_a"]
    assert capability.asked.is_open


def test_a_withdrawn_capability_asks_for_nothing() -> None:
    assert not capability_of(capability_state(active=False), Decimal(120), TREE).asked.is_open


def test_more_than_the_capacity_is_never_free() -> None:
    assert capability_of(capability_state(), Decimal(900), TREE).free == 500


def test_an_input_that_is_no_material_is_refused() -> None:
    with pytest.raises(UnknownConcept):
        capability_of(capability_state(inputs=("nonsense",), families=("wood",)), Decimal(1), TREE)
