"""Sessions and sign-ins under way in the database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from contracts.vocabulary.terms import Role
from infra.identity.tokens import Identity
from infra.postgres.database import Database
from infra.postgres.stores.sessions import Entry, Session, StoredSessions
from infra.postgres.transaction import transaction

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WHO = Identity("person:1", uuid4(), frozenset({Role.BROKER}), NOW + timedelta(hours=1))
SESSION = Session(WHO, "Jo", "token")
ENTRY = Entry("state", "verifier", "nonce", "http://localhost/terug", "/voorstellen")


async def test_a_session_lasts_until_its_end(database: Database) -> None:
    async with transaction(database) as unit:
        sessions = StoredSessions(unit.connection)
        await sessions.open("koekje", SESSION, NOW)
        assert await sessions.find("koekje", NOW) == SESSION
        assert await sessions.find("ander", NOW) is None
        assert await sessions.find("koekje", WHO.expires_at) is None


async def test_signing_out_ends_it_here_and_everywhere_when_asked(database: Database) -> None:
    async with transaction(database) as unit:
        sessions = StoredSessions(unit.connection)
        for secret in ("een", "twee", "drie"):
            await sessions.open(secret, SESSION, NOW)
        await sessions.close("een")
        assert await sessions.find("een", NOW) is None
        assert await sessions.find("twee", NOW) is not None
        await sessions.close_all(WHO.subject)
        assert await sessions.find("twee", NOW) is None


async def test_the_cookie_itself_is_nowhere(database: Database) -> None:
    async with transaction(database) as unit:
        await StoredSessions(unit.connection).open("koekje", SESSION, NOW)
        row = await unit.connection.fetchrow("SELECT * FROM identity.sessions")
    assert "koekje" not in str(row)


async def test_a_sign_in_under_way_comes_back_once(database: Database) -> None:
    async with transaction(database) as unit:
        sessions = StoredSessions(unit.connection)
        await sessions.keep_entry("begonnen", ENTRY, NOW + timedelta(minutes=15), NOW)
        assert await sessions.take_entry("begonnen", NOW) == ENTRY
        assert await sessions.take_entry("begonnen", NOW) is None
