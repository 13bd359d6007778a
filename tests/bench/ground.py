"""Where the benches run: a durable PostgreSQL of their own, and servers in processes of their own, as in real use."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from infra.postgres.embedded import EmbeddedPostgres
from infra.postgres.migrate import migrate
from infra.settings import Settings
from tests.support.ports import free_ports

STARTS_WITHIN_S = 180
ASK_EVERY_S = 0.05
PYTHON = (sys.executable,)
KRINGMARKT = (str(Path(sys.executable).with_name("kringmarkt")),)


@contextmanager
def durable_postgres() -> Iterator[EmbeddedPostgres]:
    """A server whose commits wait for the disk, below a folder that is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="kringmarkt-bench-"))
    server = EmbeddedPostgres(folder, durable=True)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def fresh_database(server: EmbeddedPostgres, name: str) -> str:
    """The address of a migrated, empty database."""
    dsn = server.dsn(name)
    await migrate(dsn)
    return dsn


@dataclass(frozen=True)
class Running:
    """A server process: its ports, and its process for counting what it takes."""

    port: int
    push_port: int
    process: psutil.Process
    folder: Path

    def cpu_s(self) -> float:
        """Processor seconds that it took since its start."""
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def memory(self) -> int:
        """Bytes that it holds (resident)."""
        return int(self.process.memory_info().rss)


@asynccontextmanager
async def running(command: Sequence[str], environment: Mapping[str, str], *ready: str) -> AsyncIterator[Running]:
    """A process with two free ports (KRINGMARKT_PORT, KRINGMARKT_PUSH_PORT), once those named in `ready` answer."""
    port, push_port = free_ports(2)
    folder = Path(environment.get("KRINGMARKT_DATA_DIR", tempfile.gettempdir()))
    own = {
        "KRINGMARKT_PORT": str(port),
        "KRINGMARKT_PUSH_PORT": str(push_port),
        "KRINGMARKT_EMBEDDED_ISSUER_ADDRESS": Settings().issuer_address,
    }
    process = subprocess.Popen(list(command), env={**os.environ, **environment, **own}, stdout=subprocess.DEVNULL)
    try:
        for one in ready or ("port",):
            await answers({"port": port, "push_port": push_port}[one], process)
        yield Running(port, push_port, psutil.Process(process.pid), folder)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return once somebody listens on the port; fails when the process ended instead."""
    async with asyncio.timeout(STARTS_WITHIN_S):
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                assert process.poll() is None, f"the server ended with {process.returncode} before it answered"
                await asyncio.sleep(ASK_EVERY_S)
                continue
            writer.close()
            return


@asynccontextmanager
async def marketplace(dsn: str, folder: Path, *arguments: str, **more: str) -> AsyncIterator[Running]:
    """A process of the marketplace on that database: `run --no-demo --no-follow` unless said otherwise."""
    environment = {"KRINGMARKT_DATA_DIR": str(folder), "KRINGMARKT_POSTGRES_DSN": dsn, "KRINGMARKT_LOG_LEVEL": "error"}
    command = (*KRINGMARKT, *(arguments or ("run", "--no-demo", "--no-follow")))
    ready = ("port", "push_port") if not arguments else ("port",)
    async with running(command, {**environment, **more}, *ready) as server:
        yield server


async def processor_seconds_of_postgres(dsn: str) -> float:
    """Processor seconds of all processes of the server, those that ended among its children included."""
    connection = await asyncpg.connect(dsn)
    backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
    parent = backend.parent()
    await connection.close()
    assert parent is not None
    processes = [parent, *parent.children()]
    return sum(_cpu_of(process) for process in processes) + float(parent.cpu_times().children_user)


def _cpu_of(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system)
