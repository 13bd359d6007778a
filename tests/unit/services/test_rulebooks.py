"""The rulebook of the settings, and former ones that are read back from where they were kept."""

import shutil
from importlib.resources import as_file
from pathlib import Path

from infra.postgres.database import Database
from infra.postgres.stores.rulebooks import save_rulebook
from infra.settings import Settings
from matching.end_of_waste import packaged_rulebook
from matching.end_of_waste.loader import rulebook_folder
from services.rulebooks import files_of, former_rulebook, keep_rulebook, rulebook_of


def test_without_a_folder_the_packaged_rulebook_is_used(tmp_path: Path) -> None:
    assert rulebook_of(Settings(data_dir=tmp_path)) is packaged_rulebook()


def test_a_folder_of_the_settings_is_used_instead(tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    with as_file(rulebook_folder()) as packaged:
        shutil.copytree(packaged, folder)
    (folder / "duties" / "cmp.yaml").write_text(
        (folder / "duties" / "cmp.yaml").read_text(encoding="utf-8") + "# seen again\n", encoding="utf-8"
    )
    chosen = Settings(data_dir=tmp_path, rulebook=folder)
    assert rulebook_of(chosen).version != packaged_rulebook().version
    assert rulebook_of(chosen) is rulebook_of(chosen)
    assert not any(name.endswith(".cases.yaml") for name in files_of(chosen))


async def test_a_rulebook_that_was_kept_is_the_same_when_it_is_read_back(database: Database, tmp_path: Path) -> None:
    await keep_rulebook(database, Settings(data_dir=tmp_path))
    former = await former_rulebook(database, packaged_rulebook().version)
    assert former is not None
    assert former.version == packaged_rulebook().version


async def test_one_that_was_not_kept_or_cannot_be_read_is_none(database: Database) -> None:
    assert await former_rulebook(database, "never kept") is None
    async with database.connection() as connection:
        await save_rulebook(connection, "broken", {"order.yaml": b"nonsense: [\n"})
    assert await former_rulebook(database, "broken") is None
