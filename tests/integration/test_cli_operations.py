"""The operator's commands on a real database, and the rest of the command line."""

import asyncio
import json
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from contracts.topics import TOPICS
from infra.eventlog.delivery import DeadLetter, Delivery
from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.identity.tokens import TokenVerifier
from infra.metrics import documented
from infra.postgres.database import Database
from infra.postgres.schema import needed_schema
from infra.postgres.transaction import transaction
from infra.settings import Settings
from services.cli.main import app
from tests.support.postgres import NewDsn


async def kringmarkt(*arguments: str, **environment: str) -> Result:
    """The command as people start it; its own event loop runs in a thread of its own."""
    named = {f"KRINGMARKT_{name.upper()}": value for name, value in environment.items()}
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=named)


async def bury(dsn: str, count: int) -> None:
    """Letters that are no events at all."""
    database = await Database.connect(dsn, size=2)
    async with transaction(database) as unit:
        for number in range(count):
            delivery = Delivery(raw=b"{}", topic=next(iter(TOPICS)), lane=0, position=number + 1)
            await unit.bury(DeadLetter(consumer="matcher", event_id=uuid4(), delivery=delivery, reason="no envelope"))
    await database.close()


async def test_migrate_makes_an_empty_database_usable_and_may_be_repeated(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    connection = await asyncpg.connect(dsn)
    await connection.execute("DROP SCHEMA listings CASCADE")
    await connection.close()
    assert (await kringmarkt("migrate", postgres_dsn=dsn)).exit_code == 0
    again = await kringmarkt("migrate", postgres_dsn=dsn)
    assert again.stdout == f"the database is up to date: schema {needed_schema()}, nothing had to be done\n"
    checked = await kringmarkt("migrate", "--check", postgres_dsn=dsn)
    assert (checked.exit_code, needed_schema() in checked.stdout) == (0, True)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("0000", "0000, which this release does not know"),
        (None, "no schema of Kringmarkt, and"),
    ],
)
async def test_checking_changes_nothing_and_says_what_is_missing(new_dsn: NewDsn, found: str | None, said: str) -> None:
    dsn = await new_dsn()
    connection = await asyncpg.connect(dsn)
    await connection.execute("DELETE FROM public.alembic_version")
    if found is not None:
        await connection.execute("INSERT INTO public.alembic_version VALUES ($1)", found)
    checked = await kringmarkt("migrate", "--check", postgres_dsn=dsn)
    assert (checked.exit_code, said in checked.stderr) == (1, True), checked.stderr
    assert await connection.fetchval("SELECT max(version_num) FROM public.alembic_version") == found
    await connection.close()


async def test_a_lock_that_stays_is_told_with_who_holds_it(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    connection = await asyncpg.connect(dsn, server_settings={"application_name": "a report"})
    await connection.execute("BEGIN; LOCK TABLE public.alembic_version IN ACCESS EXCLUSIVE MODE")
    result = await kringmarkt("migrate", "--lock-timeout", "200ms", postgres_dsn=dsn)
    await connection.close()
    assert result.exit_code == 2
    assert "a report" in result.stderr
    assert "nothing was changed" in result.stderr


async def test_a_lock_timeout_that_is_none_is_refused_with_an_example(new_dsn: NewDsn) -> None:
    result = await kringmarkt("migrate", "--lock-timeout", "soon", postgres_dsn=await new_dsn())
    assert result.exit_code == 2
    assert "10s" in result.stderr


async def test_every_metric_is_shown_as_a_table() -> None:
    assert (await kringmarkt("metrics")).stdout == documented()


async def test_a_database_that_cannot_be_reached_is_told_without_its_password() -> None:
    result = await kringmarkt("migrate", postgres_dsn="postgresql://a:secret@127.0.0.1:9/x")
    assert result.exit_code == 2
    assert "check KRINGMARKT_POSTGRES_DSN" in result.stderr
    assert "secret" not in result.output


async def test_dead_letters_are_listed_and_replayed(new_dsn: NewDsn) -> None:
    dsn = await new_dsn()
    await bury(dsn, 2)
    listed = await kringmarkt("dead-letters", "list", "--json", postgres_dsn=dsn)
    assert [letter["reason"] for letter in json.loads(listed.stdout)] == ["no envelope"] * 2
    replayed = await kringmarkt("dead-letters", "replay", "--all", postgres_dsn=dsn)
    assert (replayed.exit_code, replayed.stdout) == (1, "0 of 2 put back\n")
    assert "2 can never be handled" in replayed.stderr
    assert "0 letter(s)" in (await kringmarkt("dead-letters", "list", postgres_dsn=dsn)).stderr
    assert "tried again" in (await kringmarkt("dead-letters", "list", "--all", postgres_dsn=dsn)).stdout
    absent = await kringmarkt("dead-letters", "replay", "4711", postgres_dsn=dsn)
    assert "1 do not wait" in absent.stderr


@pytest.mark.parametrize("arguments", [(), ("1", "--all")])
async def test_replay_wants_to_know_which(arguments: tuple[str, ...]) -> None:
    result = await kringmarkt("dead-letters", "replay", *arguments)
    assert result.exit_code == 2
    assert "say which letters" in result.stderr


async def test_a_token_is_accepted_by_the_marketplace(tmp_path: Path) -> None:
    organisation = UUID(int=7)
    arguments = ("--organisation", str(organisation), "--role", "holder", "--role", "seeker", "--hours", "1")
    result = await kringmarkt("token", *arguments, data_dir=str(tmp_path))
    settings = Settings(data_dir=tmp_path)
    issuer = EmbeddedIssuer(tmp_path / "issuer", settings.issuer_address, settings.audience)
    verifier = TokenVerifier(issuer, settings.issuer_address, settings.audience)
    identity = await verifier.verify(result.stdout.strip())
    assert identity.organisation_id == organisation
    assert {role.value for role in identity.roles} == {"holder", "seeker"}


async def test_an_external_issuer_is_asked_itself() -> None:
    result = await kringmarkt("token", "--organisation", str(UUID(int=7)), issuer="https://login.example.nl")
    assert result.exit_code == 2
    assert "tokens come from https://login.example.nl" in result.stderr


async def test_an_unknown_name_of_the_demo_gets_suggestions(tmp_path: Path) -> None:
    result = await kringmarkt("token", "--organisation", "niemand", data_dir=str(tmp_path))
    assert result.exit_code == 2
    assert "a name of the demo, such as" in result.stderr


async def test_wrong_settings_are_told_one_line_each() -> None:
    result = await kringmarkt("settings", port="x", postgres_dsn="mysql://a:secret@h/x")
    assert result.exit_code == 2
    assert {line.partition(":")[0] for line in result.stderr.splitlines()} == {
        "KRINGMARKT_PORT",
        "KRINGMARKT_POSTGRES_DSN",
    }
    assert "secret" not in result.output


async def test_settings_are_shown_with_passwords_masked() -> None:
    result = await kringmarkt("settings", postgres_dsn="postgresql://a:secret@h/x?password=hidden")
    assert "KRINGMARKT_POSTGRES_DSN=postgresql://a:***@h/x?password=***  (set)" in result.stdout
    shown = [line for line in result.stdout.splitlines() if line.startswith("KRINGMARKT_")]
    assert len(shown) == len(Settings.model_fields)


async def test_topics_need_a_cluster() -> None:
    result = await kringmarkt("topics")
    assert result.exit_code == 2
    assert "KRINGMARKT_KAFKA_BOOTSTRAP is not set" in result.stderr


async def test_topics_are_made_and_may_be_made_again(kafka_bootstrap: str) -> None:
    prefix = f"cli-{uuid4().hex[:8]}."
    for _ in range(2):
        result = await kringmarkt("topics", kafka_bootstrap=kafka_bootstrap, kafka_prefix=prefix)
        assert (result.exit_code, result.stdout) == (0, "all topics are there\n")
