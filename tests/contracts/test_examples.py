"""Every event version has an example, and the examples together show everything an event can hold."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from contracts.envelope import Context, Event, NewEvent
from contracts.events.registry import EVENT_TYPES
from contracts.generate import FOLDER
from contracts.topics import TOPICS
from contracts.upcasts import TypeName, read
from contracts.vocabulary.eural import parse_eural
from contracts.vocabulary.materials import material_tree
from contracts.vocabulary.places import place_of_postcode
from tests.contracts.example_events import PATHS, example_bytes, example_event

FICTITIOUS_KVK = {"68750110", "90001354", "69599084", "68727720", "69599068", "90000102", "69599076"}

every_example = pytest.mark.parametrize("name", PATHS)


def test_every_schema_has_an_example_and_every_example_a_schema() -> None:
    assert set(PATHS) == {path.stem for path in (FOLDER / "schemas").glob("*.json")}


@every_example
def test_an_example_keeps_its_schema(name: str) -> None:
    schema = json.loads((FOLDER / "schemas" / f"{name}.json").read_bytes())
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

    assert [error.message for error in validator.iter_errors(orjson.loads(example_bytes(name)))] == []


@every_example
def test_an_example_is_named_after_its_type(name: str) -> None:
    event = example_event(name)

    parsed = TypeName.parse(event.type)
    assert name == f"{parsed.name}.v{parsed.version}"
    assert event.view.dataschema == f"urn:kringmarkt:schemas:{parsed.name}:v{parsed.version}"


@every_example
def test_an_example_is_read_without_anything_undeclared(name: str) -> None:
    read(example_event(name)).refuse_undeclared()


@every_example
def test_an_example_of_the_newest_version_is_written_again_as_it_was_read(name: str) -> None:
    event = example_event(name)
    if event.type not in EVENT_TYPES:
        pytest.skip(f"{event.type} is an older version, which is only read")

    assert _written_again(event) == orjson.loads(example_bytes(name))


def _written_again(event: Event) -> Any:
    view = event.view
    context = Context(view.time, view.source, view.causationid, view.correlationid, view.traceparent)
    [encoded] = NewEvent(read(event), view.subject, (view.partitionkey,), event.id).encode(context)
    return orjson.loads(encoded.raw)


def test_example_ids_are_all_different() -> None:
    assert len({example_event(name).id for name in PATHS}) == len(PATHS)


@pytest.mark.parametrize("topic", TOPICS)
def test_an_example_comes_from_a_producer_of_its_topic(topic: str) -> None:
    events = [example_event(name) for name in PATHS]
    sources = {event.view.source for event in events if read(event).topic == topic}

    assert sources <= {f"/{service}" for service in TOPICS[topic].producers}
    assert sources


def test_all_parts_of_all_events_are_shown_somewhere() -> None:
    shown, declared = _fields_of_examples()

    assert declared - shown == set()


def test_optional_envelope_attributes_are_shown_somewhere() -> None:
    views = [example_event(name).view for name in PATHS]

    assert any(view.causationid for view in views)
    assert any(view.traceparent for view in views)


@cache
def _fields_of_examples() -> tuple[set[str], set[str]]:
    """(fields that hold something in an example, fields that the classes in the examples declare)."""
    models = [model for name in PATHS for model in _models_in(read(example_event(name)))]
    declared = {f"{type(model).__name__}.{field}" for model in models for field in type(model).model_fields}
    shown = {f"{type(model).__name__}.{field}" for model in models for field, value in model if _says_something(value)}
    return shown, declared


def _models_in(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for _field, item in value:
            yield from _models_in(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _models_in(item)


def _says_something(value: Any) -> bool:
    return value is not None and value not in ((), {}, "")


def test_no_example_names_a_company_that_exists() -> None:
    numbers = {value for key, value in _leaves() if key == "kvk_number" and value is not None}

    assert numbers
    assert numbers <= FICTITIOUS_KVK


def test_codes_and_places_in_examples_are_real() -> None:
    for key, value in _leaves():
        if key in ("eural_code", "eural_codes") and value is not None:
            assert parse_eural(value).code == value
        if key == "postcode4" and value is not None:
            assert place_of_postcode(value).postcode4 == value


def test_concepts_and_families_in_examples_are_in_the_tree() -> None:
    tree = material_tree()
    concepts = {value for key, value in _leaves() if key in ("concept", "concepts")}
    families = {value for key, value in _leaves() if key in ("family", "families")}

    assert {tree.concept(concept).family for concept in concepts} == families


def _leaves() -> list[tuple[str, Any]]:
    return [leaf for name in PATHS for leaf in _leaves_of("", orjson.loads(example_bytes(name)))]


def _leaves_of(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Each plain value with the name of the field it stands in; items of a list share the name of the list."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves_of(name, item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves_of(key, item)
    else:
        yield key, value
