"""PostgreSQL servers for a bench: 18 from the wheel, and Debian's 15 with PostGIS and cube where it is installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.postgres.embedded import EmbeddedPostgres

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
TUNED = """
shared_buffers = {shared}
effective_cache_size = 8GB
work_mem = 64MB
maintenance_work_mem = 1GB
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
jit = off
autovacuum = off
fsync = off
full_page_writes = off
synchronous_commit = off
max_wal_size = 16GB
random_page_cost = 1.0
"""
"""All cached, no second core, nothing that runs in between; durability does not matter to reading."""


class NoServer(RuntimeError):
    """The machine has no such server."""


@contextmanager
def postgres_18(shared: str) -> Iterator[str]:
    """The address of a tuned PostgreSQL 18."""
    folder = Path(tempfile.mkdtemp(prefix="kringmarkt-bench-"))
    server = EmbeddedPostgres(folder)
    config = folder.resolve() / "postgres" / "postgresql.conf"
    with config.open("a") as file:
        file.write(TUNED.format(shared=shared))
    server.restart()
    try:
        yield server.dsn("bench")
    finally:
        server.stop()
        shutil.rmtree(folder)


@contextmanager
def postgres_15(shared: str) -> Iterator[str]:
    """The address of a tuned PostgreSQL 15 with PostGIS; raises NoServer where Debian's packages are not installed."""
    if not (DEBIAN_15 / "postgres").exists():
        raise NoServer(f"got no {DEBIAN_15}; install postgresql-15 and postgresql-15-postgis-3 to measure against them")
    folder = Path(tempfile.mkdtemp(prefix="kringmarkt-bench-"))
    data = folder / "data"
    shutil.chown(folder, "postgres") if os.geteuid() == 0 else None
    _run("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", "-U", "postgres", "-D", str(data))
    settings = data / "postgresql.conf"
    settings.write_text(
        settings.read_text()
        + TUNED.format(shared=shared)
        + f"unix_socket_directories = '{folder}'\nlisten_addresses = ''\n"
    )
    _run("pg_ctl", "-w", "-D", str(data), "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        _run("pg_ctl", "-w", "-m", "immediate", "-D", str(data), "stop")
        shutil.rmtree(folder)


def _run(program: str, *arguments: str) -> None:
    """The server refuses to run as root, so root steps aside."""
    aside = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*aside, str(DEBIAN_15 / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/tmp")
