"""The checked-in example events, for the tests that need real ones."""

from pathlib import Path
from typing import Any

import orjson

from contracts.envelope import Event
from contracts.generate import FOLDER

PATHS: dict[str, Path] = {path.stem: path for path in sorted((FOLDER / "examples").glob("*.json"))}


def example_bytes(name: str) -> bytes:
    """The example called `name`, such as `offer.published.v1`, written compactly as producers write it."""
    return orjson.dumps(orjson.loads(PATHS[name].read_bytes()))


def example_event(name: str) -> Event:
    """The example called `name`, decoded."""
    return Event.decode(example_bytes(name))


def changed(name: str, **attributes: Any) -> bytes:
    """The example called `name` with other or more envelope attributes; a value of None leaves one out."""
    event = orjson.loads(example_bytes(name)) | attributes
    return orjson.dumps({key: value for key, value in event.items() if value is not None})
