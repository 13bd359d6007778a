"""Which model answers."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from infra.settings import Settings, WrongSettings
from infra.suggestions.fingerprint import fingerprint
from infra.suggestions.model_file import ABOUT, WEIGHTS, read_model, write_model
from matching.suggesting.knowledge import known_phrases
from services.deployables import DEPLOYABLES, start_tasks
from services.suggestions.model_in_use import model_in_use, require_chosen
from services.supervisor import Supervisor
from tests.support.suggesting import examples_model, tables_model
from tests.unit.services.scenes import office_at


def test_without_a_setting_a_model_of_our_tables_is_made_and_kept(tmp_path: Path) -> None:
    made = model_in_use(Settings(data_dir=tmp_path))
    kept = tmp_path / "suggestions" / fingerprint(known_phrases())
    assert read_model(kept).tables == made.tables
    assert made.examples == 0
    assert model_in_use(Settings(data_dir=tmp_path)) is made


def test_a_kept_model_is_used_and_a_broken_one_is_made_anew(tmp_path: Path) -> None:
    kept = tmp_path / "one" / "suggestions" / fingerprint(known_phrases())
    write_model(examples_model(), kept)
    assert model_in_use(Settings(data_dir=tmp_path / "one")).examples == examples_model().examples
    broken = tmp_path / "two" / "suggestions" / fingerprint(known_phrases())
    write_model(tables_model(), broken)
    (broken / WEIGHTS).write_bytes(b"")
    assert model_in_use(Settings(data_dir=tmp_path / "two")).codes is None
    assert read_model(broken).codes is None


def test_a_model_that_cannot_be_kept_answers_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "suggestions").write_text("a file where a folder is needed")
    assert model_in_use(Settings(data_dir=tmp_path)).codes is None


def test_the_model_of_the_operator_answers_when_there_is_one(tmp_path: Path) -> None:
    write_model(examples_model(), tmp_path / "model")
    settings = Settings(data_dir=tmp_path, suggestions_model=tmp_path / "model")
    require_chosen(settings)
    assert model_in_use(settings).examples == examples_model().examples
    assert not (tmp_path / "suggestions").exists()


async def test_a_broken_model_of_the_operator_stops_the_start(office_dsn: str, tmp_path: Path) -> None:
    write_model(examples_model(), tmp_path / "model")
    (tmp_path / "model" / ABOUT).write_text("{}")
    supervisor = Supervisor()
    async with (
        office_at(office_dsn, tmp_path, suggestions_model=tmp_path / "model") as office,
        AsyncExitStack() as stack,
    ):
        with pytest.raises(WrongSettings, match=r"KRINGMARKT_SUGGESTIONS_MODEL: .*model\.json is not of form 1"):
            await start_tasks(office.house, DEPLOYABLES["listings_api"], supervisor, stack)
    await supervisor.stop()
