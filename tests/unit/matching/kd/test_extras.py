"""Properties and limits as numbers that compare as the listings themselves do."""

from decimal import Decimal
from math import isnan
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary.terms import Operator
from matching.kd.extras import Extras, further_concepts
from matching.kd.pairs import OPERATOR_BITS, keeps
from matching.kd.stock import CONCEPT
from matching.limits import broken_or_doubtful
from tests.unit.matching.makers import SEEKER, limit, stated

units = st.sampled_from(("mg/kg", "% w/w", "g/kg", "mg/kg ds", "bool", "text", "date", "fathoms"))
values = st.one_of(
    st.decimals(-1000, 1000, places=6), st.booleans(), st.sampled_from(("Abc ", "abc", "2026-11-21", "12", "none"))
)


@settings(deadline=None)
@given(st.sampled_from(Operator), values, units, values, units)
def test_numbers_refuse_exactly_what_the_listings_refuse(
    operator: Operator, have: Any, unit: str, need: Any, wanted_unit: str
) -> None:
    properties, limits = (stated("lead", have, unit),), (limit("lead", operator, need, wanted_unit),)
    extras = Extras()
    broken = [
        not keeps(asked & (2**OPERATOR_BITS - 1), value, bound)
        for code, value in extras.properties(properties)
        for asked, bound in extras.limits(limits)
        if code >> OPERATOR_BITS == asked >> OPERATOR_BITS
    ]
    assert any(broken) == (broken_or_doubtful(limits, properties) is None)


def test_a_number_with_too_many_digits_is_left_to_the_listings() -> None:
    ((_code, value),) = Extras().properties([stated("lead", Decimal("1.0000000000000001"), "mg/kg")])
    assert isnan(value)


def test_partners_and_further_concepts_have_codes_of_their_own() -> None:
    extras = Extras()
    assert list(extras.partners([SEEKER])) == [(-1, 0.0)]
    assert list(further_concepts([3])) == [(CONCEPT + 3, 0.0)]
