"""A refusal has one key, whoever stores it."""

from matching.joint.parts import refusal_id
from tests.unit.matching.makers import uid


def test_the_key_of_a_refusal_is_that_of_its_pair() -> None:
    assert refusal_id(uid("w"), uid("o")) == refusal_id(uid("w"), uid("o"))
    assert refusal_id(uid("w"), uid("o")) != refusal_id(uid("o"), uid("w"))
