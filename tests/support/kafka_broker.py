"""A Kafka broker for the tests that need one: fixtures, to be imported by `tests/conftest.py`.

Asked in this order: the broker named in KRINGMARKT_TEST_KAFKA (`host:port`); a container, when a Docker engine
answers and already has the image (nothing is ever pulled); a local one whose jars Maven resolves. Without any
of them the test is skipped, and under CI=true it fails.
"""

import asyncio
import contextlib
import gc
import os
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import docker.errors  # type: ignore[import-untyped]
import pytest
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from infra.eventlog.local_broker import (
    BrokerUnavailableError,
    LocalBroker,
    broker_jars,
    free_port,
    java_program,
    kafka_version,
    serves,
)

_GIVEN: Final = "KRINGMARKT_TEST_KAFKA"
_IMAGE: Final = "KRINGMARKT_TEST_KAFKA_IMAGE"
_CLIENT_PORT: Final = 9092
_STARTS_WITHIN_S: Final = 60
_ASK_EVERY_S: Final = 0.2
_LOG_TAIL: Final = 4_000  # characters

# What the official apache/kafka image, and our stand-in for it, make of their environment.
_ONE_NODE: Final = {
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_LISTENERS": f"PLAINTEXT://0.0.0.0:{_CLIENT_PORT},CONTROLLER://localhost:9093",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
}


@pytest.fixture(scope="session")
async def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Bootstrap address of a broker that the whole session shares: name your topics so that they are yours."""
    async with contextlib.AsyncExitStack() as running:
        yield os.environ.get(_GIVEN) or await _own(running, tmp_path_factory.mktemp("kafka"))


@pytest.fixture(scope="session")
def local_broker_possible() -> None:
    """For tests that start brokers of their own: Java and the broker's jars are here."""
    _require_java_and_jars()


@pytest.fixture
async def own_broker(local_broker_possible: None, tmp_path: Path) -> AsyncIterator[LocalBroker]:
    """A local broker for one test, running, which that test may stop, kill and restart."""
    async with LocalBroker(tmp_path / "kafka") as broker:
        yield broker


async def _own(running: contextlib.AsyncExitStack, folder: Path) -> str:
    image = os.environ.get(_IMAGE, f"apache/kafka:{kafka_version()}")
    if _has_image(image):
        return await _in_a_container(running, image)
    _require_java_and_jars()
    return (await running.enter_async_context(LocalBroker(folder))).bootstrap


def _require_java_and_jars() -> None:
    """Only what is absent skips a test; a broker that is there and does not come up is an error."""
    try:
        java_program()
        broker_jars()
    except BrokerUnavailableError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs a Kafka broker (set {_GIVEN}, or make one possible). {missing}")
        pytest.skip(str(missing))


def _has_image(name: str) -> bool:
    """Whether a Docker engine answers and has this image already; no engine is a plain no."""
    with warnings.catch_warnings():
        # Docker's client leaves its Unix socket to the garbage collector, which then warns of it.
        warnings.simplefilter("ignore", ResourceWarning)
        found = _answers_with(name)
        gc.collect()
    return found


def _answers_with(name: str) -> bool:
    try:
        with contextlib.closing(docker.from_env()) as engine:
            engine.images.get(name)
    except docker.errors.DockerException:
        return False
    return True


async def _in_a_container(running: contextlib.AsyncExitStack, image: str) -> str:
    """A broker in a container; its port is drawn beforehand, since a broker advertises it from the start.

    Not testcontainers' own KafkaContainer, which can start Confluent's image only.
    """
    if not _has_image(testcontainers_config.ryuk_image):
        testcontainers_config.ryuk_disabled = True  # it would be pulled; leaving the stack removes the container
    port = free_port()
    container = DockerContainer(image, env=dict(_ONE_NODE)).with_bind_ports(_CLIENT_PORT, port)
    address = f"{container.get_docker_client().host()}:{port}"
    running.enter_context(container.with_env("KAFKA_ADVERTISED_LISTENERS", f"PLAINTEXT://{address}"))
    await _until_served(container, address)
    return address


async def _until_served(container: DockerContainer, address: str) -> None:
    deadline = asyncio.get_running_loop().time() + _STARTS_WITHIN_S
    while asyncio.get_running_loop().time() < deadline:
        if await serves(address):
            return
        await asyncio.sleep(_ASK_EVERY_S)
    said = b"".join(container.get_logs()).decode(errors="replace")[-_LOG_TAIL:]
    pytest.fail(f"The broker in {container.image} served nobody at {address} within {_STARTS_WITHIN_S} s:\n{said}")
