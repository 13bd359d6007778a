"""Transport in joint trades follows the table of pairs."""

from decimal import Decimal

from matching.joint.road import cents, transport_for


def test_transport_rises_with_the_distance() -> None:
    assert 0 < transport_for(0, 25_000) < transport_for(10, 25_000) < transport_for(100, 25_000)


def test_money_is_in_whole_cents_half_to_even() -> None:
    assert [cents(Decimal(value)) for value in ("1.005", "1.015")] == [Decimal("1.00"), Decimal("1.02")]
