"""Compiled functions give the same bits as plain Python."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import numeric
from matching.kd.compiling import compiled, inlined

place = compiled(numeric.place)
value = inlined(numeric.landed_value)
numbers = st.floats(-1e6, 1e6)


@settings(deadline=None)
@given(st.floats(0, 1e6))
def test_a_compiled_function_gives_the_same_bits(km: float) -> None:
    assert place(km).hex() == numeric.place(km).hex()


@settings(deadline=None)
@given(numbers, numbers)
def test_a_function_that_is_written_into_its_callers_gives_the_same_bits(landed: float, limit: float) -> None:
    assert value(landed, limit).hex() == numeric.landed_value(landed, limit).hex()
