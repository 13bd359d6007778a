"""What every service of one marketplace shares: settings, database, who checks tokens, the clock, fresh ids."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.identity.oidc_client import OidcClient
from infra.identity.tokens import TokenVerifier
from infra.postgres.database import Database
from infra.settings import Settings


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """One marketplace as its services see it. `issuer` is there only when it is the embedded one."""

    settings: Settings
    database: Database
    verifier: TokenVerifier
    reading: AsyncEngine
    issuer: EmbeddedIssuer | None = None
    sign_in: OidcClient | None = None
    now: Callable[[], datetime] = utc_now
    new_id: Callable[[], UUID] = uuid4

    def today(self) -> date:
        """The day in UTC."""
        return self.now().date()
