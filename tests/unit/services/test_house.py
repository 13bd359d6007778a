"""What services share, and whose day it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.house import utc_now
from tests.unit.services.scenes import Office


def test_the_time_knows_its_zone() -> None:
    assert utc_now().utcoffset() == timedelta(0)


async def test_today_is_the_day_in_utc(office: Office) -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert replace(office.house, now=lambda: late).today() == date(2026, 3, 4)


async def test_the_clock_of_a_house_can_be_moved(office: Office) -> None:
    office.clock.shift = timedelta(days=3)
    assert office.house.today() == (utc_now() + timedelta(days=3)).date()
    assert office.house.now() - utc_now() > timedelta(days=2, hours=23)


async def test_fresh_ids_differ(office: Office) -> None:
    assert len({office.house.new_id() for _ in range(100)}) == 100
