"""Accounts, codes, invitations and failed attempts in the database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.vocabulary.terms import Role
from infra.postgres.database import Database
from infra.postgres.stores.accounts import (
    WINDOW,
    Account,
    CodeGrant,
    Invitation,
    NameTaken,
    StoredAccounts,
    digest,
    folded_name,
)
from infra.postgres.transaction import transaction

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ACCOUNT = Account(uuid4(), "jo@voorbeeld.nl", "Jo", uuid4(), (Role.HOLDER,), "$argon2id$x")


async def test_an_account_is_found_by_its_name_in_any_case(database: Database) -> None:
    async with transaction(database) as unit:
        accounts = StoredAccounts(unit.connection)
        await accounts.save(ACCOUNT, NOW)
        assert await accounts.by_name(" JO@Voorbeeld.nl ") == ACCOUNT
        assert await accounts.by_id(ACCOUNT.account_id) == ACCOUNT
        assert list(await accounts.of_organisation(ACCOUNT.organisation_id)) == [ACCOUNT]
        await accounts.set_active(ACCOUNT.account_id, active=False)
        assert await accounts.by_name(ACCOUNT.sign_in_name) == replace(ACCOUNT, active=False)
    assert folded_name(" Jo ") == "jo"


async def test_a_name_belongs_to_one(database: Database) -> None:
    async with transaction(database) as unit:
        await StoredAccounts(unit.connection).save(ACCOUNT, NOW)
    with pytest.raises(NameTaken, match="choose another"):
        async with transaction(database) as unit:
            await StoredAccounts(unit.connection).save(replace(ACCOUNT, account_id=uuid4()), NOW)


async def test_a_code_serves_once_and_not_for_long(database: Database) -> None:
    grant = CodeGrant(ACCOUNT.account_id, "http://localhost/terug", "c" * 43, None)
    async with transaction(database) as unit:
        accounts = StoredAccounts(unit.connection)
        await accounts.keep_code("eerste", grant, NOW + timedelta(minutes=1))
        await accounts.keep_code("oude", grant, NOW - timedelta(seconds=1))
        assert await accounts.take_code("eerste", NOW) == grant
        assert await accounts.take_code("eerste", NOW) is None
        assert await accounts.take_code("oude", NOW) is None
        assert await accounts.take_code("verzonnen", NOW) is None


async def test_codes_are_kept_as_hashes(database: Database) -> None:
    grant = CodeGrant(ACCOUNT.account_id, "http://localhost/terug", "c" * 43, "n")
    async with transaction(database) as unit:
        await StoredAccounts(unit.connection).keep_code("geheim", grant, NOW)
        kept = await unit.connection.fetchval("SELECT code_hash FROM identity.codes")
    assert kept == digest("geheim")


async def test_failures_count_for_a_while(database: Database) -> None:
    async with transaction(database) as unit:
        accounts = StoredAccounts(unit.connection)
        await accounts.note_failure("name:jo", NOW - WINDOW - timedelta(seconds=1))
        await accounts.note_failure("name:jo", NOW)
        assert await accounts.failures("name:jo", NOW) == 1
        assert await accounts.failures("name:piet", NOW) == 0


async def test_an_invitation_can_be_looked_at_and_is_taken_once(database: Database) -> None:
    invitation = Invitation(uuid4(), (Role.HOLDER,))
    async with transaction(database) as unit:
        accounts = StoredAccounts(unit.connection)
        await accounts.keep_invitation("link", invitation, NOW + timedelta(days=1))
        assert await accounts.invitation("link", NOW) == invitation
        assert await accounts.invitation("link", NOW, take=True) == invitation
        assert await accounts.invitation("link", NOW) is None
