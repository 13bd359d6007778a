"""A model on disk: what comes back, and what is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infra.suggestions.model_file import ABOUT, WEIGHTS, ModelRefused, read_model, write_model
from matching.suggesting.suggest import suggest
from tests.support.suggesting import examples_model, tables_model

TEXTS = ["asbest golfplaten", "puin vies", "zaagsel", "qqqzx", "used engine oil"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model in a folder."""
    write_model(examples_model(), tmp_path / "model")
    return tmp_path / "model"


def change(folder: Path, **fields: Any) -> None:
    """Change lines of model.json."""
    about = json.loads((folder / ABOUT).read_text())
    (folder / ABOUT).write_text(json.dumps(about | fields))


@pytest.mark.parametrize("model", [tables_model(), examples_model()], ids=["tables", "examples"])
def test_what_is_read_answers_as_what_was_written(model: Any, tmp_path: Path) -> None:
    write_model(model, tmp_path / "deep" / "model")
    read = read_model(tmp_path / "deep" / "model")
    assert [suggest(read, text) for text in TEXTS] == [suggest(model, text) for text in TEXTS]


def test_the_same_model_is_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_model(examples_model(), tmp_path / "again")
    for name in (ABOUT, WEIGHTS):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_nothing_in_it_needs_pickle(folder: Path) -> None:
    with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays} <= {"f", "i", "u"}


def test_a_model_that_was_there_is_replaced_and_nothing_else_is(folder: Path, tmp_path: Path) -> None:
    write_model(tables_model(), folder)
    assert read_model(folder).examples == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]
    (tmp_path / "letters").mkdir()
    with pytest.raises(ModelRefused, match="is no model; name a folder that does not exist yet"):
        write_model(tables_model(), tmp_path / "letters")


def test_one_changed_byte_is_refused(folder: Path) -> None:
    raw = bytearray((folder / WEIGHTS).read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / WEIGHTS).write_bytes(raw)
    with pytest.raises(ModelRefused, match=r"SHA-256 .* it was changed or not copied whole; copy both files again"):
        read_model(folder)


def test_half_a_copy_is_refused(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:1000])
    with pytest.raises(ModelRefused, match="not copied whole"):
        read_model(folder)
    (folder / WEIGHTS).unlink()
    with pytest.raises(ModelRefused, match="holds no model: No such file or directory"):
        read_model(folder)


@pytest.mark.parametrize(
    "fields", [{"form": 99}, {"sha256": "x"}, {"warn_at": 7}, {"temperature": 0}, {"examples": -1}, {"more": 1}]
)
def test_another_form_is_refused(folder: Path, fields: dict[str, Any]) -> None:
    change(folder, **fields)
    with pytest.raises(ModelRefused, match=rf"is not of form 1: {next(iter(fields))}: .*train it again"):
        read_model(folder)


def test_what_is_no_json_is_refused(folder: Path) -> None:
    (folder / ABOUT).write_bytes(b"\xff{")
    with pytest.raises(ModelRefused, match="is not of form 1"):
        read_model(folder)


def rewritten(folder: Path, **changes: Any) -> None:
    """Other arrays with a right hash: made by somebody, or by another release."""
    import hashlib

    with np.load(folder / WEIGHTS) as arrays:
        kept = {name: arrays[name] for name in arrays} | changes
    np.savez_compressed(folder / WEIGHTS, **{name: value for name, value in kept.items() if value is not None})
    change(folder, sha256=hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"codes.weights": None}, "does not hold what a model consists of"),
        ({"codes.weights": np.zeros((2, 2), np.float16)}, r"codes.weights is \(2, 2\), expected"),
        ({"phrases.bounds": np.array([object()])}, "does not hold what a model consists of: Object arrays"),
        ({"phrase_codes.keys": np.frombuffer(b"999999", np.uint8)}, "999999 is no Eural code now"),
        ({"phrase_concepts.keys": np.frombuffer(b"unobtainium", np.uint8)}, "was made with other tables: got material"),
    ],
)
def test_what_does_not_fit_this_release_is_refused(folder: Path, changes: dict[str, Any], told: str) -> None:
    rewritten(folder, **changes)
    with pytest.raises(ModelRefused, match=told):
        read_model(folder)
