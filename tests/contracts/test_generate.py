"""Schemas follow from the models, and a released one may be worded better but promise nothing else."""

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import Field

from contracts import generate
from contracts.events.base import EventData
from contracts.events.registry import EVENT_TYPES
from contracts.generate import (
    RELEASED,
    BrokenPromise,
    broken_promises,
    differences,
    generated,
    main,
    parse_released,
    promise,
    promise_hash,
    released_text,
    schema_file,
    schema_of,
    schemas,
)


class LotWeighed(EventData):
    """A lot was weighed."""

    name: ClassVar[str] = "lot.weighed"
    topic: ClassVar[str] = "kringmarkt.listings"
    kg: int


class LotWeighedInTonnes(EventData):
    """A lot was weighed."""

    name: ClassVar[str] = "lot.weighed"
    topic: ClassVar[str] = "kringmarkt.listings"
    tonnes: int


class LotWeighedInTonnesAnew(LotWeighedInTonnes):
    """A lot was weighed."""

    version: ClassVar[int] = 2


class LotWeighedSaidBetter(EventData):
    """A lot was on the scales."""

    name: ClassVar[str] = "lot.weighed"
    topic: ClassVar[str] = "kringmarkt.listings"
    kg: int = Field(description="Net, in kg.")


LOT = "schemas/lot.weighed.v1.json"
RELEASED_LOT = generated([LotWeighed], {})


def test_a_changed_schema_without_a_new_version_is_refused() -> None:
    with pytest.raises(BrokenPromise, match=r"lot\.weighed\.v1\.json .* give the event a new version"):
        generated([LotWeighedInTonnes], RELEASED_LOT)


def test_a_changed_schema_with_a_new_version_is_added_beside_the_old_one() -> None:
    files = generated([LotWeighedInTonnesAnew], RELEASED_LOT)

    assert schema_file(LotWeighedInTonnesAnew) in files
    assert LOT not in files
    assert set(parse_released(files[RELEASED])) == {LOT, "schemas/lot.weighed.v2.json"}
    assert differences(files, RELEASED_LOT | files) == []


def test_a_released_schema_may_be_worded_better() -> None:
    files = generated([LotWeighedSaidBetter], RELEASED_LOT)

    assert files[RELEASED] == RELEASED_LOT[RELEASED]
    assert "Net, in kg." in files[LOT]


def test_a_released_schema_of_an_older_version_may_not_be_edited_or_lost() -> None:
    edited = RELEASED_LOT | {LOT: RELEASED_LOT[LOT].replace("integer", "number")}
    lost = {name: text for name, text in RELEASED_LOT.items() if name != LOT}

    assert "was edited: restore the file" in broken_promises({}, edited)[0]
    assert "is gone: restore the file" in broken_promises({}, lost)[0]
    assert broken_promises({}, RELEASED_LOT) == []


def test_every_schema_is_released() -> None:
    assert set(parse_released(RELEASED_LOT[RELEASED])) == {LOT}
    assert parse_released(RELEASED_LOT[RELEASED])[LOT] == promise_hash(RELEASED_LOT[LOT])


def test_the_list_of_released_schemas_is_read_as_it_was_written() -> None:
    listed = {"schemas/b.v1.json": "ff", "schemas/a.v2.json": "00"}

    assert parse_released(released_text(listed)) == listed
    assert released_text(listed) == released_text(dict(reversed(listed.items())))


def test_a_promise_is_a_schema_without_its_prose() -> None:
    schema = {"title": "T", "description": "D", "properties": {"title": {"type": "string", "description": "x"}}}

    assert promise(schema) == {"properties": {"title": {"type": "string"}}}
    assert promise({"enum": ["title"], "anyOf": [{"title": "x", "type": "null"}]}) == {
        "enum": ["title"],
        "anyOf": [{"type": "null"}],
    }


@pytest.mark.parametrize("removed", ["title", "description"])
def test_a_field_called_title_or_description_is_part_of_the_promise(removed: str) -> None:
    text = schemas([EVENT_TYPES["nl.kringmarkt.offer.published.v1"]])["schemas/offer.published.v1.json"]
    schema: dict[str, Any] = json.loads(text)
    del schema["$defs"]["OfferState"]["properties"][removed]

    assert promise_hash(json.dumps(schema)) != promise_hash(text)


def test_differences_name_what_is_missing_changed_and_stray() -> None:
    found = {LOT: "{}", "schemas/stray.v1.json": "{}"}

    assert differences({LOT: "{ }", RELEASED: ""}, found) == [
        f"{RELEASED} is missing",
        f"{LOT} differs from the models",
        "schemas/stray.v1.json belongs to no event",
    ]


def test_the_same_models_give_the_same_files() -> None:
    events = list(EVENT_TYPES.values())

    assert generated(events, {}) == generated(events, {})


def test_the_files_in_the_repository_are_those_of_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert (main(["--check"]), capsys.readouterr().out) == (0, "")


def test_files_are_written_once_and_found_right_afterwards(tmp_path: Path) -> None:
    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    assert len(list((tmp_path / "schemas").glob("*.json"))) == len(EVENT_TYPES)


def test_the_check_says_what_differs_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([], tmp_path)
    (tmp_path / "asyncapi.yaml").write_text("asyncapi: 3.0.0\n")

    assert main(["--check"], tmp_path) == 1
    assert capsys.readouterr().out == (
        "asyncapi.yaml differs from the models\nrun `make schemas` and commit what it writes\n"
    )


def test_a_broken_promise_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "EVENT_TYPES", {LotWeighed.event_type(): LotWeighed})
    main([], tmp_path)
    before = (tmp_path / LOT).read_text()
    monkeypatch.setattr(generate, "EVENT_TYPES", {LotWeighed.event_type(): LotWeighedInTonnes})

    assert main([], tmp_path) == 1
    assert (tmp_path / LOT).read_text() == before
    assert "give the event a new version" in capsys.readouterr().out


def test_the_schema_of_an_event_is_found_by_its_dataschema() -> None:
    assert schema_of(LotWeighed)["$id"] == LotWeighed.schema_id() == "urn:kringmarkt:schemas:lot.weighed:v1"
