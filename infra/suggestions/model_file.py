"""A model on disk: a folder with `weights.npz` (arrays, no pickle) and `model.json` (what they are, and their hash).

The files are the same, byte for byte, for the same model.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.vocabulary.eural import eural_codes
from contracts.vocabulary.materials import UnknownConcept, material_tree
from infra.suggestions.fingerprint import FORM
from matching.suggesting.features import FeatureTable
from matching.suggesting.linear import Linear
from matching.suggesting.model import ELSEWHERE, HazardScale, Scale, SuggestionModel
from matching.suggesting.phrasebook import Phrasebook, Pointers

ABOUT, WEIGHTS = "model.json", "weights.npz"
LARGEST_BYTES = 200 * 1024 * 1024
AGAIN = "train it again with `kringmarkt suggestions train`"

Arrays = Mapping[str, NDArray[Any]]


class ModelRefused(Exception):
    """A folder that does not hold a model that this release can use; the message says what to do."""


class About(BaseModel):
    """What stands in model.json."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    form: Literal[1]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of weights.npz")
    tables: str = Field(pattern=r"^[0-9a-f]{16}$")
    examples: int = Field(ge=0)
    temperature: float = Field(gt=0)
    likely_at: float = Field(ge=0, le=1)
    hazard_slope: float
    hazard_start: float
    warn_at: float = Field(ge=0, le=1)


def write_model(model: SuggestionModel, folder: Path) -> About:
    """Write the model into `folder`, which comes into being whole or not at all; a model that was there is replaced."""
    if folder.exists() and not (folder / ABOUT).is_file():
        raise ModelRefused(f"{folder} is there and is no model; name a folder that does not exist yet")
    folder.parent.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    np.savez_compressed(packed, **dict(_arrays(model)))  # type: ignore[arg-type]
    about = _about(model, hashlib.sha256(packed.getvalue()).hexdigest())
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as made:
        whole = Path(made) / "model"
        whole.mkdir()
        (whole / WEIGHTS).write_bytes(packed.getvalue())
        (whole / ABOUT).write_text(about.model_dump_json(indent=2) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rename(Path(made) / "former")
        os.replace(whole, folder)
    return about


def _about(model: SuggestionModel, digest: str) -> About:
    return About(
        form=FORM,
        sha256=digest,
        tables=model.tables,
        examples=model.examples,
        temperature=model.scale.temperature,
        likely_at=model.scale.likely_at,
        hazard_slope=model.hazard_scale.slope,
        hazard_start=model.hazard_scale.start,
        warn_at=model.hazard_scale.warn_at,
    )


def _arrays(model: SuggestionModel) -> Arrays:
    book = model.phrasebook
    linear = {"hazard": model.hazard} | ({"codes": model.codes} if model.codes else {})
    return {
        "features.names": _packed(model.features.names),
        "features.weights": model.features.weights,
        "phrases.bounds": book.bounds,
        "phrases.columns": book.columns,
        "phrases.values": book.values,
        **_pointer_arrays("phrase_codes", book.codes),
        **_pointer_arrays("phrase_concepts", book.concepts),
        **{f"{name}.keys": _packed(one.keys) for name, one in linear.items()},
        **{f"{name}.weights": one.weights for name, one in linear.items()},
        **{f"{name}.starts": one.starts for name, one in linear.items()},
    }


def _pointer_arrays(name: str, pointers: Pointers) -> Arrays:
    return {
        f"{name}.keys": _packed(pointers.keys),
        f"{name}.phrases": pointers.phrases,
        f"{name}.targets": pointers.targets,
        f"{name}.weights": pointers.weights,
    }


def _packed(texts: tuple[str, ...]) -> NDArray[np.uint8]:
    """Texts as bytes, one a line: an array of Python strings would need pickle. No text holds a line end."""
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def _unpacked(raw: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(raw.tobytes().decode().split("\n"))


def read_model(folder: Path) -> SuggestionModel:
    """The model in `folder`; raises ModelRefused when it is broken, changed, or of another release."""
    try:
        about = About.model_validate_json((folder / ABOUT).read_bytes())
        raw = _weights(folder / WEIGHTS)
        if (digest := hashlib.sha256(raw).hexdigest()) != about.sha256:
            raise ModelRefused(
                f"{folder / WEIGHTS} has SHA-256 {digest[:12]}…, but {ABOUT} says {about.sha256[:12]}…: it was changed "
                f"or not copied whole; copy both files again, or {AGAIN}"
            )
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            model = _model(about, arrays)
    except OSError as error:
        raise ModelRefused(f"{folder} holds no model: {error.strerror or error}; {AGAIN}") from error
    except ValidationError as error:
        raise ModelRefused(f"{folder / ABOUT} is not of form {FORM}: {_first(error)}; {AGAIN}") from error
    except (BadZipFile, KeyError, ValueError, IndexError) as error:
        raise ModelRefused(f"{folder / WEIGHTS} does not hold what a model consists of: {error}; {AGAIN}") from error
    _require_known(model, folder)
    return model


def _weights(path: Path) -> bytes:
    if (size := path.stat().st_size) > LARGEST_BYTES:
        raise ModelRefused(f"{path} has {size} bytes, expected at most {LARGEST_BYTES}; {AGAIN}")
    return path.read_bytes()


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    return f"{'.'.join(map(str, found['loc'])) or 'the file'}: {found['msg']}"


def _model(about: About, arrays: Arrays) -> SuggestionModel:
    features = FeatureTable(_unpacked(arrays["features.names"]), arrays["features.weights"])
    book = Phrasebook(
        arrays["phrases.bounds"],
        arrays["phrases.columns"],
        arrays["phrases.values"],
        _pointers("phrase_codes", arrays),
        _pointers("phrase_concepts", arrays),
    )
    return SuggestionModel(
        features=features,
        phrasebook=book,
        hazard=_linear("hazard", arrays, len(features)),
        hazard_scale=HazardScale(about.hazard_slope, about.hazard_start, about.warn_at),
        scale=Scale(about.temperature, about.likely_at),
        codes=_linear("codes", arrays, len(features)) if about.examples else None,
        examples=about.examples,
        tables=about.tables,
    )


def _pointers(name: str, arrays: Arrays) -> Pointers:
    columns = (arrays[f"{name}.phrases"], arrays[f"{name}.targets"], arrays[f"{name}.weights"])
    return Pointers(_unpacked(arrays[f"{name}.keys"]), *columns)


def _linear(name: str, arrays: Arrays, features: int) -> Linear:
    keys, weights = _unpacked(arrays[f"{name}.keys"]), arrays[f"{name}.weights"]
    if weights.shape != (features, len(keys)):
        raise ValueError(f"{name}.weights is {weights.shape}, expected {(features, len(keys))}")
    return Linear(keys, weights, arrays[f"{name}.starts"])


def _require_known(model: SuggestionModel, folder: Path) -> None:
    """Every code and concept of the model must still be in our tables: it could not be shown otherwise."""
    learnt = model.codes.keys if model.codes else ()
    codes = {*model.phrasebook.codes.keys, *learnt} - {ELSEWHERE} - eural_codes().keys()
    try:
        for concept in model.phrasebook.concepts.keys:
            material_tree().concept(concept)
    except UnknownConcept as error:
        raise ModelRefused(f"{folder} was made with other tables: {error}; {AGAIN}") from error
    if codes:
        raise ModelRefused(f"{folder} was made with other tables: {min(codes)} is no Eural code now; {AGAIN}")
