"""Every topic has somebody who writes and somebody who reads, and lanes never move."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.registry import EVENT_TYPES
from contracts.topics import LANES, TOPICS, Topic, lane_of

every_topic = pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS.keys())

# A key that changed lanes would lose its order: these may never change, whatever Python or library is used.
GOLDEN = {
    "wood": 9,
    "plastics": 10,
    "minerals": 3,
    "hout & papier": 4,
    "organisation:68750110": 11,
    "é": 2,
    "": 0,
}


@every_topic
def test_a_topic_says_who_writes_and_who_reads_it(topic: Topic) -> None:
    assert topic.producers
    assert topic.consumers
    assert all((topic.carries, topic.key, topic.partition_key))


@every_topic
def test_a_topic_carries_at_least_one_event(topic: Topic) -> None:
    assert [event for event in EVENT_TYPES.values() if event.topic == topic.name]


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_topic_of_an_event_exists(event_type: str) -> None:
    assert EVENT_TYPES[event_type].topic in TOPICS


@every_topic
def test_a_topic_is_kept_by_compaction_or_for_some_days(topic: Topic) -> None:
    assert topic.compacted == (topic.retention_ms is None)
    assert topic.retention_ms is None or topic.retention_ms > 0


def test_topics_are_found_by_their_name() -> None:
    assert all(topic.name == name for name, topic in TOPICS.items())


@pytest.mark.parametrize(("key", "lane"), GOLDEN.items())
def test_a_key_stays_in_its_lane_for_ever(key: str, lane: int) -> None:
    assert lane_of(key) == lane


@given(st.text(), st.integers(1, 64))
def test_a_lane_exists(key: str, lanes: int) -> None:
    assert 0 <= lane_of(key, lanes) < lanes


def test_keys_spread_over_all_lanes() -> None:
    load = Counter(lane_of(f"organisation:{number}") for number in range(12_000))

    assert set(load) == set(range(LANES))
    assert max(load.values()) < 1.2 * min(load.values())
