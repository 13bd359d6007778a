"""Former rulebooks are kept as the files they were read from."""

from pathlib import Path

from infra.postgres.database import Database
from infra.postgres.stores.rulebooks import load_rulebook_files, save_rulebook, write_files

FILES = {"order.yaml": "vraag: één\n".encode(), "nl/wet.yaml": b"act: x\n"}


async def test_the_files_come_back_byte_by_byte(database: Database) -> None:
    async with database.connection() as connection:
        await save_rulebook(connection, "v1", FILES)
        await save_rulebook(connection, "v1", {"order.yaml": b"other"})
        assert await load_rulebook_files(connection, "v1") == FILES
        assert await load_rulebook_files(connection, "v2") is None


def test_they_are_laid_out_in_their_folders(tmp_path: Path) -> None:
    write_files(FILES, tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == FILES
