"""Write what the events promise: one JSON Schema per event version, the list of released ones, and asyncapi.yaml.

    python -m contracts.generate           write the files
    python -m contracts.generate --check   write nothing; exit 1 when the files and the models differ

A schema is released as soon as it is listed in `schemas/released.sha256`. From then on it may be worded better
but promise nothing else: another promise is another version of the event. The schemas of older versions stay.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from contracts import asyncapi
from contracts.envelope import SPEC_VERSION
from contracts.events.base import EventData
from contracts.events.registry import EVENT_TYPES
from contracts.topics import TOPICS

FOLDER = Path(__file__).parent
RELEASED = "schemas/released.sha256"
ASYNCAPI = "asyncapi.yaml"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
PROSE = ("title", "description")  # says what a field means; without it the promise is the same
NAMED = ("properties", "$defs")  # their keys are names of fields and types, never keywords
REQUIRED = (
    *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"),
    *("partitionkey", "correlationid", "data"),
)
RELEASED_HEADER = """\
# Schemas that are released: their promises are fixed, and changing one needs a new version of the event.
# SHA-256 of the schema without titles and descriptions, as JSON with sorted keys and no spaces. Generated.
"""


class BrokenPromise(Exception):
    """A released schema would say something else, or was edited or lost; the message names each one."""


class _SchemaOfData(GenerateJsonSchema):
    """Pydantic's schemas without field titles, which only repeat the names of the fields."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the signature is pydantic's
        return False


def schema_file(event: type[EventData]) -> str:
    """Where the schema of `event` stands, seen from `contracts/`."""
    return f"schemas/{event.name}.v{event.version}.json"


def schema_of(event: type[EventData]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a whole event: CloudEvents attributes and data, open to unknown fields."""
    data = event.model_json_schema(mode="serialization", schema_generator=_SchemaOfData)
    definitions = data.pop("$defs", {})
    return {
        "$schema": DIALECT,
        "$id": event.schema_id(),
        "title": data.pop("title"),
        "description": data.pop("description"),
        "type": "object",
        "properties": {**_attributes(event), "data": data},
        "required": list(REQUIRED),
        "additionalProperties": True,
        "$defs": definitions,
    }


def _attributes(event: type[EventData]) -> dict[str, Any]:
    """What the CloudEvents attributes of `event` hold; a text that is empty would be no attribute at all."""
    text = {"type": "string", "minLength": 1}
    return {
        "specversion": {"const": SPEC_VERSION},
        "id": {"type": "string", "format": "uuid"},
        "source": {**text, "format": "uri-reference"},
        "type": {"const": event.event_type()},
        "subject": {**text},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"const": event.schema_id()},
        "partitionkey": {**text, "description": "Events of one key keep their order."},
        "correlationid": {**text, "description": "Shared by everything that follows from one command."},
        "causationid": {**text, "description": "The id of the event that led to this one."},
        "traceparent": {"type": "string", "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"},
    }


def promise(schema: Any) -> Any:
    """What `schema` promises: the schema without its prose."""
    if isinstance(schema, list):
        return [promise(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key not in PROSE}
    return {
        key: {name: promise(item) for name, item in value.items()} if key in NAMED else promise(value)
        for key, value in kept.items()
    }


def promise_hash(text: str) -> str:
    """SHA-256 (hex) of what the schema in the JSON `text` promises."""
    canonical = json.dumps(promise(json.loads(text)), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def schemas(events: Iterable[type[EventData]]) -> dict[str, str]:
    """File and text of the schema of each of `events`."""
    return {schema_file(event): _json(schema_of(event)) for event in events}


def parse_released(text: str) -> dict[str, str]:
    """File and hash of each released schema, from the text of `released.sha256`."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {name: digest for digest, name in lines}


def released_text(released: Mapping[str, str]) -> str:
    """The text of `released.sha256`."""
    return RELEASED_HEADER + "".join(f"{digest}  {name}\n" for name, digest in sorted(released.items()))


def broken_promises(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """A sentence per released schema that the models (`wanted`) or the files (`found`) no longer keep."""
    released = parse_released(found.get(RELEASED, ""))
    return [
        sentence
        for name, digest in released.items()
        if (sentence := _broken(name, digest, wanted.get(name), found.get(name)))
    ]


def _broken(name: str, digest: str, wanted: str | None, found: str | None) -> str | None:
    """A model that changed comes first: restoring its file would not help."""
    if wanted is not None and promise_hash(wanted) != digest:
        return f"{name} is released and its model now promises something else: give the event a new version"
    if wanted is None and found is None:
        return f"{name} is released and is gone: restore the file, consumers still meet events of that version"
    if wanted is None and found is not None and promise_hash(found) != digest:
        return f"{name} is released and was edited: restore the file"
    return None


def generated(events: Sequence[type[EventData]], found: Mapping[str, str]) -> dict[str, str]:
    """File and text of everything that follows from `events`, given the files of now.

    Raises BrokenPromise when a released schema would change.
    """
    wanted = schemas(events)
    if broken := broken_promises(wanted, found):
        raise BrokenPromise("\n".join(broken))
    new = {name: promise_hash(text) for name, text in wanted.items()}
    return {
        **wanted,
        RELEASED: released_text({**parse_released(found.get(RELEASED, "")), **new}),
        ASYNCAPI: asyncapi.text_of(asyncapi.document(TOPICS.values(), events)),
    }


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """A sentence per file that is missing, differs from the models, or belongs to no event."""
    known = wanted.keys() | parse_released(wanted.get(RELEASED, "")).keys()
    missing = [f"{name} is missing" for name in wanted if name not in found]
    changed = [f"{name} differs from the models" for name in wanted if name in found and found[name] != wanted[name]]
    strays = [f"{name} belongs to no event" for name in sorted(found) if name not in known]
    return missing + changed + strays


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _files(folder: Path) -> dict[str, str]:
    paths = [*sorted((folder / "schemas").glob("*")), folder / ASYNCAPI]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths if path.is_file()}


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """Write or check the files in `folder`; the exit code. Says on standard output what is wrong and what to do."""
    found = _files(folder)
    try:
        wanted = generated(list(EVENT_TYPES.values()), found)
    except BrokenPromise as broken:
        sys.stdout.write(f"{broken}\n")
        return 1
    if "--check" not in arguments:
        _write(folder, wanted)
        return 0
    if wrong := differences(wanted, found):
        sys.stdout.write("\n".join([*wrong, "run `make schemas` and commit what it writes\n"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
