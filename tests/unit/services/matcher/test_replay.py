"""Rule replay on a real database: two rulebooks, days that come, and a process that dies halfway."""

import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import pytest

import services.matcher.replay as replaying
from contracts.events.trades import TradeReassessed
from contracts.upcasts import read
from infra.eventlog.delivery import Lost
from infra.postgres.transaction import transaction
from matching.end_of_waste.loader import rulebook_folder
from services.house import utc_now
from services.matcher.handler import MatchingHandler, matcher_consumer
from services.matcher.replay import Replay
from services.notifier.consumer import notifier_consumer
from services.trades_api.consumer import trades_consumer
from tests.support.marketplace import Member
from tests.unit.services.scenes import Office, office_at

OWNED = frozenset((lane, 1) for lane in range(12))
COPPER_QUALITY = "eu/715-2013/copper/quality.yaml"
MOST_STEPS = 100


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """A rulebook in which copper scrap may hold less foreign material."""
    folder = tmp_path / "stricter"
    with as_file(rulebook_folder()) as packaged:
        shutil.copytree(packaged, folder)
    path = folder / COPPER_QUALITY
    text = path.read_text(encoding="utf-8")
    assert "limit: 2," in text
    path.write_text(text.replace("limit: 2,", "limit: 1,"), encoding="utf-8")
    return folder


@pytest.fixture
async def other_office(office: Office, tmp_path: Path, stricter: Path) -> AsyncIterator[Office]:
    """The same database under the stricter rulebook: the marketplace after a restart with a new version."""
    async with office_at(office.house.settings.postgres_dsn, tmp_path, rulebook=stricter) as other:
        yield other


def at(office: Office, day: date) -> None:
    """Let it be noon of that day."""
    office.clock.shift = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - utc_now()


async def copper(holder: Member, seeker: Member, **fields: Any) -> None:
    """Copper scrap with a measured content, and a smelter that wants it."""
    usual = {"title": "Koperschroot", "concept": "nf_copper", "postcode": "5038", "processing_done": ["sorted"]}
    content = [{"name": "foreign_materials", "unit": "% w/w", "value": "1.5"}]
    await seeker.want(title="Koper", concepts=["nf_copper"], intended_use="furnace_melting")
    await holder.offer(**{**usual, "properties": content, "claimed_status": "end_of_waste", **fields})


async def batteries(holder: Member, seeker: Member) -> None:
    """Alkaline batteries under the code that changes on 2026-12-09."""
    await seeker.want(title="Batterijen", concepts=["battery_alkaline"], intended_use="material_recycling")
    await holder.offer(title="Batterijen", concept="battery_alkaline", eural_code="160604", claimed_status="waste")


async def reassessed(office: Office) -> list[TradeReassessed]:
    """Every reassessment that was told, in the order of the log."""
    found = [read(event) for event in await office.events() if "trade.reassessed" in event.type]
    return [event for event in found if isinstance(event, TradeReassessed)]


async def woken(office: Office) -> Replay:
    """The replay of a matcher that has just started."""
    handler = MatchingHandler(office.house)
    await handler.lanes_changed(frozenset(range(12)))
    return handler.replay


async def one_slice(office: Office, replay: Replay) -> int:
    """Work a slice and commit it; how many events it told."""
    async with transaction(office.house.database) as unit:
        told = await replay.work(unit, await epochs(office))
        for event, context in told:
            unit.append((event,), context)
    replay.committed()
    return len(told)


async def epochs(office: Office) -> frozenset[tuple[int, int]]:
    """Who owns which lane now."""
    rows = await office.rows("SELECT lane, epoch FROM eventlog.owners WHERE consumer = 'matcher'")
    return frozenset((row["lane"], row["epoch"]) for row in rows)


async def finish(office: Office, replay: Replay) -> int:
    """Work until nothing is due; how many slices it took."""
    for steps in range(MOST_STEPS):
        if not await replay.due():
            return steps
        await one_slice(office, replay)
    raise AssertionError("the replay does not end")


async def members(office: Office) -> tuple[Member, Member]:
    """A holder and a seeker."""
    return await office.member("Holder"), await office.member("Seeker")


async def test_a_new_rulebook_tells_of_every_open_trade_that_it_judges_otherwise(
    office: Office, other_office: Office
) -> None:
    holder, seeker = await members(office)
    await copper(holder, seeker)
    await batteries(holder, seeker)
    await office.settle()
    assert await reassessed(office) == []

    await finish(other_office, await woken(other_office))
    (told,) = await reassessed(other_office)
    assert told.concept == "nf_copper"
    assert "criterion:foreign_materials" in told.verdict.blockers
    assert ("blocker", "criterion:foreign_materials") in [(item.about, item.name) for item in told.verdict_changes]
    assert [(cause.about, cause.name) for cause in told.causes] == [("law_file", COPPER_QUALITY)]
    assert "herzien" in told.causes[0].nl
    assert "revised" in told.causes[0].en
    assert told.rulebook_before != told.rulebook_after


async def test_both_sides_are_told_and_the_view_shows_the_newest_verdict(office: Office, other_office: Office) -> None:
    holder, seeker = await members(office)
    await copper(holder, seeker)
    await office.settle()
    await finish(other_office, await woken(other_office))
    await other_office.settle([trades_consumer, notifier_consumer])
    for member in (holder, seeker):
        (alert,) = [alert for alert in await member.alerts() if alert["kind"] == "trade_revised"]
        assert alert["body"]["causes"][0]["name"] == COPPER_QUALITY
        assert {"nl", "en"} <= set(alert["body"]["verdict_changes"][0])
        (trade,) = await member.trades()
        assert "criterion:foreign_materials" in trade["verdict"]["blockers"]


async def test_the_day_on_which_a_code_changes_is_told_once(office: Office) -> None:
    holder, seeker = await members(office)
    at(office, date(2026, 12, 8))
    await batteries(holder, seeker)
    await copper(holder, seeker)
    await office.settle()
    replay = await woken(office)
    assert not await replay.due()
    at(office, date(2026, 12, 9))
    await finish(office, replay)
    (told,) = await reassessed(office)
    assert (told.concept, told.verdict.status) == ("battery_alkaline", "hazardous_waste")
    assert (told.day_before, told.day_after) == (date(2026, 12, 8), date(2026, 12, 9))
    assert "code" in {cause.about for cause in told.causes}
    at(office, date(2026, 12, 10))
    await finish(office, replay)
    assert len(await reassessed(office)) == 1


async def test_the_day_after_a_document_ran_out_is_told(office: Office) -> None:
    holder, seeker = await members(office)
    at(office, date(2026, 11, 30))
    await copper(holder, seeker)
    (offer,) = [event for event in await office.events() if "offer.published" in event.type]
    await add_paper(office, holder, str(offer.view.subject), kind="qms_certificate", valid_until="2026-12-01")
    await office.settle()
    replay = await woken(office)
    at(office, date(2026, 12, 1))
    await finish(office, replay)
    assert await reassessed(office) == []
    at(office, date(2026, 12, 2))
    await finish(office, replay)
    (told,) = await reassessed(office)
    assert "missing:qms_certificate" in told.verdict.blockers
    assert [(cause.about, cause.name, cause.on) for cause in told.causes] == [
        ("document", "qms_certificate", date(2026, 12, 1))
    ]


async def add_paper(office: Office, member: Member, listing_id: str, **fields: str) -> None:
    """A document with its bytes."""
    answer = await member.client.post(
        f"/v1/listings/{listing_id}/evidence",
        data=fields,
        files={"file": ("papier.txt", b"keuring, geldig", "text/plain")},
    )
    assert answer.status_code in (200, 201), answer.text


async def test_killed_in_between_it_goes_on_and_tells_nothing_twice(
    office: Office, other_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = await office.member("Holder")
    seekers = [await office.member(f"Seeker {number}") for number in range(5)]
    for seeker in seekers:
        await copper(holder, seeker)
    await office.settle()
    proposed = (await office.value("SELECT count(*) FROM trades.proposals")) or 0
    assert proposed == len(seekers) ** 2

    monkeypatch.setattr(replaying, "PAIRS_PER_SLICE", 1)
    crashes = 0
    for _ in range(MOST_STEPS):
        replay = await woken(other_office)
        if not await replay.due():
            break
        await one_slice(other_office, replay)
        with suppress(Killed):
            async with transaction(other_office.house.database) as unit:
                for event, context in await replay.work(unit, await epochs(other_office)):
                    unit.append((event,), context)
                crashes += 1
                raise Killed
    told = [event.trade_id for event in await reassessed(other_office)]
    assert crashes > 1
    assert len(told) == len(set(told)) == proposed


class Killed(RuntimeError):
    """The process died before the commit."""


async def test_what_is_proposed_meanwhile_is_judged_by_the_new_law_and_not_told_again(
    office: Office, other_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, seeker = await members(office)
    await copper(holder, seeker)
    await copper(holder, await office.member("Second seeker"))
    await office.settle()
    monkeypatch.setattr(replaying, "PAIRS_PER_SLICE", 1)
    replay = await woken(other_office)
    await one_slice(other_office, replay)

    late = await other_office.member("Late seeker")
    await late.want(title="Koper, laat", concepts=["nf_copper"], intended_use="furnace_melting")
    await other_office.settle([matcher_consumer])
    await finish(other_office, await woken(other_office))
    told = await reassessed(other_office)
    ids = [event.trade_id for event in told]
    assert len(ids) == len(set(ids)) == 4
    assert late.organisation_id not in {event.want_organisation_id for event in told}


async def test_who_lost_the_lane_tells_nothing(office: Office, other_office: Office) -> None:
    holder, seeker = await members(office)
    await copper(holder, seeker)
    await office.settle()
    replay = await woken(other_office)
    assert await replay.due()
    with pytest.raises(Lost):
        async with transaction(other_office.house.database) as unit:
            await replay.work(unit, OWNED - {(0, 1)} | {(lane, 99) for lane in range(12)})
    replay.rolled_back()
    assert await reassessed(other_office) == []


async def test_a_former_rulebook_that_is_gone_is_told_as_such(office: Office, other_office: Office) -> None:
    holder, seeker = await members(office)
    await copper(holder, seeker)
    await office.settle()
    async with office.house.database.connection() as connection:
        await connection.execute("DELETE FROM matching.rulebooks")
    await finish(other_office, await woken(other_office))
    (told,) = await reassessed(other_office)
    assert (told.verdict_before, told.verdict_changes) == (None, ())
    assert told.causes[0].name == "rulebook"


async def test_a_running_matcher_replays_by_itself(office: Office, other_office: Office) -> None:
    holder, seeker = await members(office)
    await copper(holder, seeker)
    await office.settle()
    consumer = matcher_consumer(other_office.house)
    reader_open = consumer._reader.open
    await reader_open()
    for _ in range(MOST_STEPS):
        await consumer.step()
        if await reassessed(other_office):
            break
    assert len(await reassessed(other_office)) == 1
