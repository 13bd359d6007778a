"""People of the embedded issuer in the schema `identity`: accounts, invitations, sign-in codes, failed attempts.

Codes and invitations are kept as hashes: whoever reads the table cannot use them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import asyncpg

from contracts.vocabulary.terms import Role
from infra.postgres.database import Connection

WINDOW = timedelta(minutes=15)
MOST_FAILURES = 5
"""Failed attempts per name within the window; after that nobody is let in under it, with the right password either."""


class NameTaken(ValueError):
    """Somebody has this sign-in name already."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in at the embedded issuer, for one organisation."""

    account_id: UUID
    sign_in_name: str
    display_name: str
    organisation_id: UUID
    roles: tuple[Role, ...]
    password_hash: str
    demo: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class CodeGrant:
    """What a sign-in code stands for."""

    account_id: UUID
    redirect_uri: str
    challenge: str
    nonce: str | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A place in an organisation for a colleague."""

    organisation_id: UUID
    roles: tuple[Role, ...]


def digest(secret: str) -> bytes:
    """How a secret is kept."""
    return sha256(secret.encode()).digest()


def folded_name(name: str) -> str:
    """A sign-in name in its one form."""
    return name.strip().casefold()


SAVE = """
INSERT INTO identity.accounts
    (account_id, sign_in_name, display_name, organisation_id, roles, password_hash, demo, active, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (account_id) DO UPDATE SET display_name = excluded.display_name, roles = excluded.roles,
    password_hash = excluded.password_hash, active = excluded.active
"""
KEEP_CODE = """
INSERT INTO identity.codes (code_hash, account_id, redirect_uri, challenge, nonce, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
TAKE_CODE = """
DELETE FROM identity.codes WHERE code_hash = $1 RETURNING account_id, redirect_uri, challenge, nonce, expires_at
"""
KEEP_INVITATION = """
INSERT INTO identity.invitations (invitation_hash, organisation_id, roles, expires_at) VALUES ($1, $2, $3, $4)
"""


class StoredAccounts:
    """Accounts and what belongs to them, on the connection of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def by_name(self, name: str) -> Account | None:
        """The account with this sign-in name."""
        sql = "SELECT * FROM identity.accounts WHERE sign_in_name = $1"
        return _account(await self._connection.fetchrow(sql, folded_name(name)))

    async def by_id(self, account_id: UUID) -> Account | None:
        """The account with this id."""
        return _account(
            await self._connection.fetchrow("SELECT * FROM identity.accounts WHERE account_id = $1", account_id)
        )

    async def of_organisation(self, organisation_id: UUID) -> Sequence[Account]:
        """The organisation's people, by name."""
        sql = "SELECT * FROM identity.accounts WHERE organisation_id = $1 ORDER BY sign_in_name"
        rows = await self._connection.fetch(sql, organisation_id)
        return [account for row in rows if (account := _account(row))]

    async def save(self, account: Account, now: datetime) -> None:
        """Insert, or change name, roles, password and whether it is active; raises NameTaken."""
        values = (account.organisation_id, [role.value for role in account.roles], account.password_hash)
        name = folded_name(account.sign_in_name)
        try:
            await self._connection.execute(
                SAVE, account.account_id, name, account.display_name, *values, account.demo, account.active, now
            )
        except asyncpg.UniqueViolationError as error:
            raise NameTaken(f"sign-in name {name!r} is taken; choose another one") from error

    async def set_active(self, account_id: UUID, *, active: bool) -> None:
        """Let somebody in from now on, or not."""
        await self._connection.execute(
            "UPDATE identity.accounts SET active = $2 WHERE account_id = $1", account_id, active
        )

    async def failures(self, about: str, now: datetime) -> int:
        """How many attempts under this name or address failed lately."""
        sql = "SELECT count(*) FROM identity.attempts WHERE about = $1 AND at > $2"
        return int(await self._connection.fetchval(sql, about, now - WINDOW))

    async def note_failure(self, about: str, now: datetime) -> None:
        """Remember a failed attempt, and forget those that no longer count."""
        await self._connection.execute("DELETE FROM identity.attempts WHERE at < $1", now - WINDOW)
        await self._connection.execute("INSERT INTO identity.attempts (about, at) VALUES ($1, $2)", about, now)

    async def keep_code(self, code: str, grant: CodeGrant, expires_at: datetime) -> None:
        """Keep a sign-in code until somebody takes it."""
        values = (grant.account_id, grant.redirect_uri, grant.challenge, grant.nonce)
        await self._connection.execute(KEEP_CODE, digest(code), *values, expires_at)

    async def take_code(self, code: str, now: datetime) -> CodeGrant | None:
        """What the code stands for, once; None when it was used, is too old or never was."""
        row = await self._connection.fetchrow(TAKE_CODE, digest(code))
        if row is None or row["expires_at"] < now:
            return None
        return CodeGrant(row["account_id"], row["redirect_uri"], row["challenge"], row["nonce"])

    async def keep_invitation(self, secret: str, invitation: Invitation, expires_at: datetime) -> None:
        """Keep an invitation until somebody takes it."""
        roles = [role.value for role in invitation.roles]
        values = (digest(secret), invitation.organisation_id, roles, expires_at)
        await self._connection.execute(KEEP_INVITATION, *values)

    async def invitation(self, secret: str, now: datetime, *, take: bool = False) -> Invitation | None:
        """The invitation behind a link; `take` ends it."""
        start = "DELETE FROM" if take else "SELECT * FROM"
        end = " RETURNING *" if take else ""
        sql = f"{start} identity.invitations WHERE invitation_hash = $1{end}"
        row = await self._connection.fetchrow(sql, digest(secret))
        if row is None or row["expires_at"] < now:
            return None
        return Invitation(row["organisation_id"], tuple(Role(role) for role in row["roles"]))


def _account(row: asyncpg.Record | None) -> Account | None:
    if row is None:
        return None
    return Account(
        account_id=row["account_id"],
        sign_in_name=row["sign_in_name"],
        display_name=row["display_name"],
        organisation_id=row["organisation_id"],
        roles=tuple(Role(role) for role in row["roles"]),
        password_hash=row["password_hash"],
        demo=row["demo"],
        active=row["active"],
    )
