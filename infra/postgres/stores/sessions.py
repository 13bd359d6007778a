"""Sessions of the site in the schema `identity`: who is signed in, and sign-ins that are under way.

The cookie holds a secret, the table its hash. A session ends at the server too: signing out forgets it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.vocabulary.terms import Role
from infra.identity.tokens import Identity
from infra.postgres.database import Connection
from infra.postgres.stores.accounts import digest


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in on the site."""

    identity: Identity
    display_name: str
    access_token: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign-in that is under way at the issuer; `goal` is where the visitor wanted to go."""

    state: str
    verifier: str
    nonce: str
    redirect_uri: str
    goal: str


OPEN = """
INSERT INTO identity.sessions (session_hash, subject, display_name, organisation_id, roles, access_token, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
BEGIN = """
INSERT INTO identity.entries (entry_hash, state, verifier, nonce, redirect_uri, goal, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


class StoredSessions:
    """Sessions and entries on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(self, secret: str, now: datetime) -> Session | None:
        """The session behind a cookie, None when it ended."""
        sql = "SELECT * FROM identity.sessions WHERE session_hash = $1 AND expires_at > $2"
        row = await self._connection.fetchrow(sql, digest(secret), now)
        if row is None:
            return None
        roles = frozenset(Role(role) for role in row["roles"])
        # A plain UUID: the driver's own kind is none to who writes rows as JSON.
        identity = Identity(row["subject"], UUID(str(row["organisation_id"])), roles, row["expires_at"])
        return Session(identity, row["display_name"], row["access_token"])

    async def open(self, secret: str, session: Session, now: datetime) -> None:
        """Keep a session, and forget those that ended."""
        await self._connection.execute("DELETE FROM identity.sessions WHERE expires_at < $1", now)
        who = session.identity
        values = (digest(secret), who.subject, session.display_name, who.organisation_id)
        roles = [role.value for role in who.roles]
        await self._connection.execute(OPEN, *values, roles, session.access_token, who.expires_at)

    async def close(self, secret: str) -> None:
        """Forget a session."""
        await self._connection.execute("DELETE FROM identity.sessions WHERE session_hash = $1", digest(secret))

    async def close_all(self, subject: str) -> None:
        """Forget every session of one person."""
        await self._connection.execute("DELETE FROM identity.sessions WHERE subject = $1", subject)

    async def keep_entry(self, secret: str, entry: Entry, expires_at: datetime, now: datetime) -> None:
        """Keep a sign-in that is under way, and forget those that were left."""
        await self._connection.execute("DELETE FROM identity.entries WHERE expires_at < $1", now)
        values = (entry.state, entry.verifier, entry.nonce, entry.redirect_uri, entry.goal)
        await self._connection.execute(BEGIN, digest(secret), *values, expires_at)

    async def take_entry(self, secret: str, now: datetime) -> Entry | None:
        """The sign-in that is under way, once."""
        sql = "DELETE FROM identity.entries WHERE entry_hash = $1 RETURNING *"
        row = await self._connection.fetchrow(sql, digest(secret))
        if row is None or row["expires_at"] < now:
            return None
        return Entry(row["state"], row["verifier"], row["nonce"], row["redirect_uri"], row["goal"])
