"""contracts/asyncapi.yaml says what the tables say, and the official parser has nothing against it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import asyncapi
from contracts.events.registry import EVENT_TYPES
from contracts.generate import ASYNCAPI, FOLDER
from contracts.topics import DAY_MS, LANES, TOPICS, Topic
from tests.contracts import official_parser

EVENTS = list(EVENT_TYPES.values())
DOCUMENT: dict[str, Any] = yaml.safe_load((FOLDER / ASYNCAPI).read_text("utf-8"))

every_topic = pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS.keys())


@pytest.fixture(scope="module")
def reading() -> official_parser.Reading:
    official_parser.require_parser()
    return official_parser.parse(FOLDER / ASYNCAPI)


def test_the_official_parser_finds_no_errors_and_no_warnings(reading: official_parser.Reading) -> None:
    assert reading.errors == []


def test_the_official_parser_reads_every_channel_and_every_message(reading: official_parser.Reading) -> None:
    assert set(reading.channels) == set(TOPICS)
    assert set(reading.messages) == set(EVENT_TYPES)


def test_the_official_parser_follows_the_references_to_the_schemas(
    reading: official_parser.Reading, tmp_path: Path
) -> None:
    assert not reading.errors
    shutil.copy(FOLDER / ASYNCAPI, tmp_path)

    assert any("alert.raised.v1.json" in error for error in official_parser.parse(tmp_path / ASYNCAPI).errors)


def test_the_official_parser_objects_to_a_broken_document(reading: official_parser.Reading, tmp_path: Path) -> None:
    assert not reading.errors
    shutil.copytree(FOLDER / "schemas", tmp_path / "schemas")
    text = (FOLDER / ASYNCAPI).read_text("utf-8")
    (tmp_path / ASYNCAPI).write_text(text.replace("action: send", "action: shout"), "utf-8")

    assert official_parser.parse(tmp_path / ASYNCAPI).errors


def test_the_file_is_the_document_of_the_tables() -> None:
    assert asyncapi.document(TOPICS.values(), EVENTS) == DOCUMENT
    assert asyncapi.text_of(DOCUMENT) == (FOLDER / ASYNCAPI).read_text("utf-8")


@every_topic
def test_a_channel_is_the_card_of_its_topic(topic: Topic) -> None:
    channel = DOCUMENT["channels"][asyncapi.channel_id(topic)]

    assert channel["address"] == topic.name
    assert (channel["x-key"], channel["x-partition-key"]) == (topic.key, topic.partition_key)
    assert (tuple(channel["x-producers"]), tuple(channel["x-consumers"])) == (topic.producers, topic.consumers)
    assert channel["x-dead-letter"] == topic.dead_letter
    assert channel["bindings"]["kafka"]["partitions"] == LANES


@every_topic
def test_a_channel_carries_the_events_of_its_topic(topic: Topic) -> None:
    expected = {asyncapi.message_id(event) for event in EVENTS if event.topic == topic.name}

    assert DOCUMENT["channels"][asyncapi.channel_id(topic)]["messages"].keys() == expected


@every_topic
def test_every_producer_sends_and_every_consumer_receives(topic: Topic) -> None:
    reference = {"$ref": f"#/channels/{asyncapi.channel_id(topic)}"}
    found = {(o["action"], o["x-service"]) for o in DOCUMENT["operations"].values() if o["channel"] == reference}

    assert found == {("send", name) for name in topic.producers} | {("receive", name) for name in topic.consumers}


@every_topic
def test_retention_is_said_in_words_and_set_in_kafka(topic: Topic) -> None:
    channel = DOCUMENT["channels"][asyncapi.channel_id(topic)]
    settings = channel["bindings"]["kafka"]["topicConfiguration"]

    if topic.retention_ms is None:
        assert (channel["x-retention"], settings) == ("newest event per key", {"cleanup.policy": ["compact"]})
    else:
        assert channel["x-retention"] == f"P{topic.retention_ms / DAY_MS:.0f}D"
        assert settings == {"cleanup.policy": ["delete"], "retention.ms": topic.retention_ms}


@pytest.mark.parametrize("message", DOCUMENT["components"]["messages"].items(), ids=lambda item: item[0])
def test_a_message_points_at_its_schema(message: tuple[str, dict[str, Any]]) -> None:
    name, card = message

    assert (FOLDER / card["payload"]["$ref"]).name == f"{name}.json"
    assert (FOLDER / card["payload"]["$ref"]).exists()
    assert card["summary"].endswith(".")
