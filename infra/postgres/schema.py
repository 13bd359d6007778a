"""Which schema a database has, and which one this code needs."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import asyncpg
from alembic.config import Config
from alembic.script import ScriptDirectory

from infra.postgres.database import Connection

SCRIPTS = "infra.postgres:migrations"
FOUND = "SELECT version_num FROM public.alembic_version"


class SchemaState(StrEnum):
    """How the schema of a database relates to the code."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    NONE = "none"


class WrongSchema(RuntimeError):
    """The schema of the database is not the one that this code needs; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What was found (None: nothing) and what is needed. `pending`: the steps in between, first one first."""

    found: str | None
    needed: str
    pending: tuple[str, ...]

    @property
    def state(self) -> SchemaState:
        """A version that this code does not know can only come from a later release."""
        if self.found == self.needed:
            return SchemaState.CURRENT
        if self.found is None:
            return SchemaState.NONE
        return SchemaState.OLDER if self.pending else SchemaState.NEWER

    def complaint(self) -> str:
        """What is wrong and what to do, in a sentence."""
        return COMPLAINTS[self.state].format(found=self.found, needed=self.needed)


COMPLAINTS = {
    SchemaState.CURRENT: "the database has schema {found}, which is the one that is needed",
    SchemaState.NONE: "the database has no schema of Kringmarkt, and {needed} is needed; run `kringmarkt migrate` once",
    SchemaState.OLDER: (
        "the database has schema {found}, but this release needs {needed}; run `kringmarkt migrate` of this release"
    ),
    SchemaState.NEWER: (
        "the database has schema {found}, which this release does not know (it needs {needed}); start the release that "
        "migrated it, or, when you go back one release on purpose, set KRINGMARKT_ACCEPT_NEWER_SCHEMA=true"
    ),
}


@cache
def steps() -> tuple[str, ...]:
    """All steps of this code, first one first; the last is the schema that it needs."""
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return tuple(step.revision for step in ScriptDirectory.from_config(config).walk_revisions())[::-1]


def needed_schema() -> str:
    """The schema that this code needs."""
    return steps()[-1]


def compared(found: str | None) -> Schema:
    """The version that was found beside the one that is needed."""
    known = steps()
    if found is None:
        return Schema(None, known[-1], known)
    return Schema(found, known[-1], known[known.index(found) + 1 :] if found in known else ())


async def schema_of(connection: Connection) -> Schema:
    """The schema of the database behind `connection`."""
    try:
        return compared(await connection.fetchval(FOUND))
    except asyncpg.UndefinedTableError:
        return compared(None)


def require(schema: Schema, *, accept_newer: bool = False) -> None:
    """Raise WrongSchema unless this code can work on it."""
    if schema.state is SchemaState.CURRENT or (accept_newer and schema.state is SchemaState.NEWER):
        return
    raise WrongSchema(schema.complaint())
