"""Readiness tells the truth of every part, and of the whole what the process can still do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from infra.eventlog.consumer import TooManyBad
from infra.eventlog.lag import Lag
from infra.eventlog.local_broker import LocalBroker
from infra.metrics import CONSUMER_LAG_RECORDS, PART_OK, RELAY_LAG_SECONDS, exposed
from infra.settings import Settings
from services import health as module
from services.health import Health
from services.house import House
from services.supervisor import Supervisor
from tests.unit.services.scenes import Office


async def for_ever() -> None:
    """A task that works."""
    await asyncio.Event().wait()


@asynccontextmanager
async def supervised() -> AsyncIterator[Supervisor]:
    """A supervisor whose tasks end with the test."""
    supervisor = Supervisor()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


def with_settings(house: House, **settings: object) -> House:
    """The house with other settings."""
    return replace(house, settings=Settings(**{**house.settings.model_dump(), **settings}))


def behind(records: int, seconds: float) -> object:
    """A consumer that is so far behind."""

    async def lag() -> Lag:
        return Lag(records, seconds)

    return lag


async def test_a_database_with_the_schema_of_this_code_is_ready(office: Office) -> None:
    report = await Health(office.house).report()
    (part,) = report.parts
    assert (report.status, part.name, part.details["state"]) == ("ready", "database", "current")
    assert PART_OK.labels("database")._value.get() == 1


async def test_a_schema_that_is_older_is_not_ready_and_says_what_to_do(office: Office) -> None:
    before = await office.value("DELETE FROM public.alembic_version RETURNING version_num")
    try:
        report = await Health(office.house).report()
        assert report.status == "not ready"
        assert "kringmarkt migrate" in report.document()["parts"]["database"]["error"]
    finally:
        await office.value("INSERT INTO public.alembic_version VALUES ($1)", before)


async def test_a_schema_that_a_later_release_made_meanwhile_stays_ready(office: Office) -> None:
    before = await office.value("SELECT version_num FROM public.alembic_version")
    await office.value("UPDATE public.alembic_version SET version_num = '9999'")
    try:
        report = await Health(office.house).report()
        assert report.status == "ready"
        assert report.document()["parts"]["database"]["state"] == "newer"
    finally:
        await office.value("UPDATE public.alembic_version SET version_num = $1", before)


async def test_without_a_database_it_is_not_ready(office: Office) -> None:
    await office.house.database.close()
    report = await Health(office.house).report()
    assert report.status == "not ready"
    assert report.document()["parts"]["database"]["error"]


@pytest.mark.parametrize("answers", [True, False], ids=["it answers people", "it only consumes"])
async def test_a_consumer_that_stopped_for_good_is_never_ready(office: Office, answers: bool) -> None:
    async def stopping() -> None:
        raise TooManyBad("look at the dead letters")

    async with supervised() as supervisor:
        supervisor.keep("matcher_consumer", stopping)
        await supervisor.wait()
        report = await Health(office.house, supervisor, answers=answers).report()
    told = report.document()["parts"]["matcher_consumer"]
    assert (report.status, told["state"], told["reason"]) == ("not ready", "stopped", "look at the dead letters")


async def test_a_task_that_crashed_is_told_until_it_works_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough to be asked during the pause, however busy the machine is.
    monkeypatch.setattr("services.supervisor.FIRST_PAUSE_S", 5.0)
    crashed, may_work = asyncio.Event(), asyncio.Event()

    async def once_crashing() -> None:
        if not crashed.is_set():
            crashed.set()
            raise RuntimeError("the disk is full")
        may_work.set()
        await asyncio.Event().wait()

    async with supervised() as supervisor:
        health = Health(office.house, supervisor, answers=False)
        supervisor.keep("sweep", once_crashing)
        await crashed.wait()
        report = await health.report()
        assert report.status == "not ready"
        assert report.document()["parts"]["sweep"]["reason"] == "RuntimeError: the disk is full"
        await may_work.wait()
        report = await health.report()
    assert report.status == "ready"
    assert report.document()["parts"]["sweep"]["restarts"] == 1


@pytest.mark.parametrize(
    ("lag", "answers", "status"),
    [
        ((10, 59.0), False, "ready"),
        ((10, 61.0), False, "not ready"),
        ((501, 1.0), False, "not ready"),
        ((10, 61.0), True, "degraded"),
    ],
)
async def test_a_consumer_is_late_beyond_the_bounds_that_are_set(
    office: Office, lag: tuple[int, float], answers: bool, status: str
) -> None:
    house = with_settings(office.house, late_after_s=60, late_after_records=500)
    async with supervised() as supervisor:
        supervisor.keep("notifier_consumer", for_ever, lag=behind(*lag))  # type: ignore[arg-type]
        report = await Health(house, supervisor, answers=answers).report()
    told = report.document()["parts"]["notifier_consumer"]
    assert (report.status, told["lag_records"], told["lag_s"]) == (status, *lag)
    assert CONSUMER_LAG_RECORDS.labels("notifier")._value.get() == lag[0]


async def test_a_relay_has_metrics_of_its_own(office: Office) -> None:
    async with supervised() as supervisor:
        supervisor.keep("relay", for_ever, lag=behind(3, 7.5))  # type: ignore[arg-type]
        await Health(office.house, supervisor, answers=False).report()
    assert RELAY_LAG_SECONDS._value.get() == 7.5


async def test_a_part_that_does_not_answer_does_not_work(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)

    async def never() -> Lag:
        await asyncio.Event().wait()
        return Lag()

    async with supervised() as supervisor:
        supervisor.keep("matcher_consumer", for_ever, lag=never)
        report = await Health(office.house, supervisor, answers=False).report()
    assert report.document()["parts"]["matcher_consumer"]["error"] == "TimeoutError"
    assert report.status == "not ready"


async def test_the_broker_is_needed_by_who_consumes_and_not_by_who_answers(
    office: Office, own_broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BROKER_SEEN_FOR_S", 0.0)
    house = with_settings(office.house, kafka_bootstrap=own_broker.bootstrap)
    consuming, answering = Health(house, answers=False), Health(house, answers=True)
    assert (await consuming.report()).document()["parts"]["broker"]["brokers"] == 1
    await own_broker.kill()
    assert [(await health.report()).status for health in (consuming, answering)] == ["not ready", "degraded"]
    await own_broker.start()
    assert [(await health.report()).status for health in (consuming, answering)] == ["ready", "ready"]


async def test_measuring_sets_what_is_asked_for_rather_than_counted(office: Office) -> None:
    await office.value(
        "INSERT INTO matching.entries (lane, family, entry_id, kind, revision, state, taken, sequence) "
        "VALUES (1, 'wood', gen_random_uuid(), 'offer', 1, '\\x00', 0, 1)"
    )
    async with supervised() as supervisor:
        supervisor.keep("matcher_consumer", for_ever)
        await Health(office.house, supervisor).measure()
    shown = exposed().decode()
    assert 'kringmarkt_matching_index_entries{family="wood",kind="offer"} 1.0' in shown
    assert 'kringmarkt_db_pool_connections{state="most"} 10.0' in shown
    assert "kringmarkt_dead_letters_waiting 0.0" in shown
