"""The checked-in JSON Schemas: valid, open to newer versions, and strict about what they promise."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from contracts.envelope import EnvelopeView
from contracts.events.registry import EVENT_TYPES
from contracts.generate import DIALECT, FOLDER, RELEASED, parse_released, promise_hash
from tests.contracts.example_events import example_bytes

PATHS = sorted((FOLDER / "schemas").glob("*.json"))
OFFER = "offer.published.v1"

every_schema = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def _schema(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(path.read_bytes())
    return schema


def _complaints(event: dict[str, Any]) -> list[str]:
    validator = Draft202012Validator(_schema(FOLDER / "schemas" / f"{OFFER}.json"))
    return [error.json_path for error in validator.iter_errors(event)]


def _example() -> dict[str, Any]:
    event: dict[str, Any] = orjson.loads(example_bytes(OFFER))
    return event


@every_schema
def test_a_schema_is_valid_json_schema_2020_12(path: Path) -> None:
    schema = _schema(path)

    assert schema["$schema"] == DIALECT
    assert validator_for(schema) is Draft202012Validator
    Draft202012Validator.check_schema(schema)


@every_schema
def test_a_schema_names_itself_and_its_event_type(path: Path) -> None:
    name, _, version = path.stem.rpartition(".v")
    attributes = _schema(path)["properties"]

    assert _schema(path)["$id"] == attributes["dataschema"]["const"] == f"urn:kringmarkt:schemas:{name}:v{version}"
    assert attributes["type"]["const"] == f"nl.kringmarkt.{name}.v{version}"


@every_schema
def test_a_schema_is_open_to_fields_of_a_newer_version(path: Path) -> None:
    assert '"additionalProperties": false' not in path.read_text()
    assert '"unevaluatedProperties"' not in path.read_text()


@every_schema
def test_a_released_schema_promises_what_it_was_released_with(path: Path) -> None:
    released = parse_released((FOLDER / RELEASED).read_text())

    assert released[f"schemas/{path.name}"] == promise_hash(path.read_text())


@every_schema
def test_a_schema_promises_every_attribute_that_consumers_read(path: Path) -> None:
    schema = _schema(path)

    assert set(EnvelopeView.__struct_fields__) <= schema["properties"].keys()
    assert set(schema["required"]) >= {"specversion", "id", "source", "type", "subject", "time", "partitionkey", "data"}


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_every_event_type_has_a_schema(event_type: str) -> None:
    event = EVENT_TYPES[event_type]

    assert (FOLDER / "schemas" / f"{event.name}.v{event.version}.json") in PATHS


def test_unknown_attributes_and_fields_are_accepted() -> None:
    event = _example() | {"sampledrate": 5}
    event["data"]["offer"] |= {"novel": 1}

    assert _complaints(event) == []


@pytest.mark.parametrize("attribute", ["id", "dataschema", "partitionkey", "correlationid", "data"])
def test_a_missing_attribute_breaks_the_schema(attribute: str) -> None:
    assert _complaints({name: value for name, value in _example().items() if name != attribute}) == ["$"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("quantity", 38.0), ("unit", "ton"), ("status", "gone"), ("evidence", {}), ("kind", "want"), ("place", None)],
)
def test_a_wrong_value_in_the_data_breaks_the_schema(field: str, value: object) -> None:
    event = _example()
    event["data"]["offer"][field] = value

    assert _complaints(event) == [f"$.data.offer.{field}"]


def test_a_trace_must_be_written_as_trace_context_says() -> None:
    assert _complaints(_example() | {"traceparent": "my trace"}) == ["$.traceparent"]
