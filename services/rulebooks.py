"""Which rulebook this marketplace judges by, and the former ones that its open trades were judged by."""

import asyncio
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from infra.postgres.database import Database
from infra.postgres.stores.rulebooks import load_rulebook_files, save_rulebook, write_files
from infra.postgres.transaction import transaction
from infra.settings import Settings
from matching.end_of_waste import load_rulebook, packaged_rulebook
from matching.end_of_waste.loader import CASES_ENDING, rulebook_folder, walk
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.yaml_lines import LawFileError

log = structlog.get_logger(__name__)


def rulebook_of(settings: Settings) -> Rulebook:
    """The rulebook of the settings; raises LawFileError with file and line when it cannot be read."""
    return packaged_rulebook() if settings.rulebook is None else _from(settings.rulebook)


@cache
def _from(folder: Path) -> Rulebook:
    return load_rulebook(folder)


def files_of(settings: Settings) -> dict[str, bytes]:
    """The files that decide, without the cases that only try them."""
    folder = settings.rulebook or rulebook_folder()
    return {name: file.read_bytes() for name, file in walk(folder) if not name.endswith(CASES_ENDING)}


async def keep_rulebook(database: Database, settings: Settings) -> None:
    """Keep the rulebook in use, so that trades judged by it can be compared with a later one."""
    async with transaction(database) as unit:
        await save_rulebook(unit.connection, rulebook_of(settings).version, files_of(settings))


async def former_rulebook(database: Database, version: str) -> Rulebook | None:
    """A rulebook that was in use before; None when it was not kept or this release cannot read it any more."""
    async with database.connection() as connection:
        files = await load_rulebook_files(connection, version)
    if files is None:
        log.warning("former rulebook was not kept", version=version)
        return None
    try:
        # Reading some hundred files takes seconds: not on the loop that answers people.
        return await asyncio.to_thread(_read, files)
    except LawFileError as error:
        log.warning("former rulebook cannot be read any more", version=version, reason=str(error))
        return None


def _read(files: dict[str, bytes]) -> Rulebook:
    with TemporaryDirectory(prefix="rulebook-") as folder:
        write_files(files, Path(folder))
        return load_rulebook(Path(folder))
