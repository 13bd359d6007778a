"""`kringmarkt suggestions`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.suggestions.model_file import WEIGHTS, read_model, write_model
from services.cli.main import app
from tests.support.suggesting import NOTES, tables_model


def call(*arguments: str | Path) -> Result:
    """Call the command."""
    return CliRunner().invoke(app, ["suggestions", *map(str, arguments)])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A file of labelled examples, with one bad row."""
    path = tmp_path / "notes.csv"
    rows = "".join(f"{code},{text}\n" for text, code in (*NOTES, ("niets", "999999")))
    path.write_text(f"euralcode,benaming_afval\n{rows}", encoding="utf-8")
    return path


def test_training_writes_a_model_that_learnt_from_the_file(notes: Path, tmp_path: Path) -> None:
    told = call("train", notes, "--out", tmp_path / "model")
    assert told.exit_code == 0, told.output
    assert f"{len(NOTES)} examples" in told.stdout
    assert "1 row(s) are no example" in told.stderr
    assert f"KRINGMARKT_SUGGESTIONS_MODEL={tmp_path / 'model'}" in told.stderr
    assert read_model(tmp_path / "model").examples == len(NOTES)


def test_what_cannot_be_trained_on_is_told_in_a_sentence(notes: Path, tmp_path: Path) -> None:
    gone = call("train", tmp_path / "gone.csv", "--out", tmp_path / "model")
    assert (gone.exit_code, "gone.csv cannot be read" in gone.stderr) == (2, True)
    notes.write_text("euralcode,benaming_afval\n999999,niets\n")
    none = call("train", notes, "--out", tmp_path / "model")
    assert (none.exit_code, "holds no example" in none.stderr) == (2, True)
    assert not (tmp_path / "model").exists()


def test_a_folder_with_other_things_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    told = call("train", "--out", tmp_path / "letters")
    assert (told.exit_code, "is no model; name a folder" in told.stderr) == (2, True)


def test_a_text_is_tried_in_both_languages_and_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tables_model(), tmp_path / "model")
    monkeypatch.setenv("KRINGMARKT_SUGGESTIONS_MODEL", str(tmp_path / "model"))
    dutch = call("try", "oude asbest golfplaten")
    assert "17 06 05*" in dutch.stdout
    assert "dit kan gevaarlijk afval zijn" in dutch.stdout
    assert "may be hazardous waste" in call("try", "asbestos roof sheets", "--lang", "en").stdout
    assert json.loads(call("try", "asbest", "--json").stdout)["hazard"]["warns"]


def test_a_broken_model_is_told_with_the_name_of_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tables_model(), tmp_path / "model")
    (tmp_path / "model" / WEIGHTS).write_bytes(b"PK")
    monkeypatch.setenv("KRINGMARKT_SUGGESTIONS_MODEL", str(tmp_path / "model"))
    told = call("try", "asbest")
    assert told.exit_code == 2
    assert "KRINGMARKT_SUGGESTIONS_MODEL" in told.stderr
    assert "not copied whole" in told.stderr.replace("\n", " ")
