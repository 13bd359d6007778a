"""Real processes of Kringmarkt, started by its own command line, that a test may kill, stop and start again."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx

from contracts.vocabulary.terms import Role
from infra.eventlog.kafka_log import Cluster
from infra.eventlog.local_broker import free_port
from infra.identity.embedded_issuer import EmbeddedIssuer
from infra.settings import PREFIX, Settings
from services.wiring import issuer_of

STARTS_WITHIN_S = 240
STOPS_WITHIN_S = 30
ISSUER = "http://localhost:8080/issuer"
"""How the embedded issuer of all of them names itself, whichever ports they got."""

# On Linux the kernel ends them when the test's own process ends, however that comes about.
COMMAND = """\
import sys
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)
from services.cli.main import app
app()
"""


@dataclass
class Served:
    """One process: `kringmarkt serve matcher`, or `kringmarkt run`. It keeps its ports over restarts."""

    name: str
    arguments: Sequence[str]
    environment: dict[str, str]
    log: Path
    port: int
    push_port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Its HTTP address."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it, without waiting until it serves."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "OTEL_"))}
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", COMMAND, *self.arguments,
                env={**environment, **self.environment}, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    async def ready(self, seconds: float = STARTS_WITHIN_S) -> None:
        """Return when it says that it is ready; fails when it ends before, or takes too long."""
        seen = "nothing"
        try:
            async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=10) as client:
                while True:
                    assert self.running, f"{self.name} ended: {self.said()}"
                    try:
                        answer = await client.get(f"{self.url}/health/ready")
                        seen = answer.text
                        if answer.status_code == 200:
                            return
                    except httpx.TransportError as error:
                        seen = repr(error)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"{self.name} was not ready in {seconds} s: {seen}\n{self.said()}") from None

    async def state(self) -> str:
        """What it says of itself."""
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                return (await client.get(f"{self.url}/health/ready")).text
        except httpx.TransportError as error:
            return repr(error)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.returncode is None

    async def kill(self) -> None:
        """End it as the out-of-memory killer would, and wait until it is gone."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def terminate(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, and its exit code; fails when it takes too long."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        try:
            async with asyncio.timeout(STOPS_WITHIN_S):
                return await self.process.wait()
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"{self.name} did not stop in {STOPS_WITHIN_S} s:\n{self.said()}") from None

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""


@dataclass
class Fleet:
    """The processes of one marketplace: one database, one signing key, and one cluster unless it is one process."""

    folder: Path
    dsn: str
    cluster: Cluster | None = None
    environment: dict[str, str] = field(default_factory=dict)
    served: list[Served] = field(default_factory=list)

    def prepare(self, *arguments: str, **settings: str) -> Served:
        """A process that is not started yet; `settings` are those of this process only."""
        name = "-".join(word for word in arguments if not word.startswith("--"))
        port, push_port = free_port(), free_port()
        given = {
            "data_dir": str(self.folder),
            "postgres_dsn": self.dsn,
            "port": str(port),
            "push_port": str(push_port),
            "embedded_issuer_address": ISSUER,
            **(
                {"kafka_bootstrap": self.cluster.bootstrap, "kafka_prefix": self.cluster.prefix} if self.cluster else {}
            ),
            **settings,
        }
        environment = {f"{PREFIX}{key.upper()}": value for key, value in given.items()}
        log = self.folder / f"{name}-{len(self.served)}.log"
        made = Served(name, arguments, {**self.environment, **environment}, log, port, push_port)
        self.served.append(made)
        return made

    async def start(self, *services: str) -> list[Served]:
        """Start services at the same time, and return when all are ready."""
        made = [self.prepare("serve", name) for name in services]
        for one in made:
            await one.start()
        await asyncio.gather(*(one.ready() for one in made))
        return made

    @property
    def issuer(self) -> EmbeddedIssuer:
        """Who signs, with the key that all processes read."""
        found = issuer_of(Settings(data_dir=self.folder, postgres_dsn=self.dsn, embedded_issuer_address=ISSUER))
        assert found is not None
        return found

    def token(self, organisation_id: UUID, roles: Sequence[Role] = ()) -> str:
        """A token for an organisation."""
        return self.issuer.token(organisation_id, roles, datetime.now(UTC), timedelta(hours=2))


@asynccontextmanager
async def fleet(folder: Path, dsn: str, cluster: Cluster | None = None, **environment: str) -> AsyncIterator[Fleet]:
    """Processes that are gone at the end."""
    made = Fleet(folder, dsn, cluster, environment)
    # The key is made before any process could make one of its own.
    _ = made.issuer.jwks()
    try:
        yield made
    finally:
        for one in made.served:
            await one.kill()
