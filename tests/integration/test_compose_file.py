"""The Dockerfile and docker-compose.yml: what can be read in them, and, when asked for, whether they run.

`KRINGMARKT_TEST_COMPOSE=1` runs the whole composition on the Docker engine of this machine, from the images that
`BASE_IMAGE`, `POSTGRES_IMAGE` and `KAFKA_IMAGE` name (docs/guides/docker.md). It takes some minutes.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree
from zipfile import ZipFile

import httpx
import pytest
import yaml
from websockets.asyncio.client import connect

from infra.push.ports import Limits
from infra.settings import PREFIX, Settings, load_settings
from services.deployables import DEPLOYABLES
from services.serving import DRAIN_S
from services.supervisor import STOPS_WITHIN_S
from tests.architecture.tree import PACKAGES, REPOSITORY, kept_files
from tests.support.marketplace import SUBPROTOCOL, Listening, eventually
from tests.support.ports import free_ports

ONE_SHOT = {"migrate", "demo"}
OF_OTHERS = {"postgres", "kafka"}
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")


@cache
def compose() -> Mapping[str, Any]:
    """The services of docker-compose.yml by name."""
    return dict(yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"])


@cache
def instructions() -> tuple[tuple[str, str], ...]:
    """The instructions of the Dockerfile, with continued lines joined: ("FROM", "python:3.11"), and so on."""
    text = (REPOSITORY / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return tuple((line.partition(" ")[0], line.partition(" ")[2]) for line in joined if line.strip())


def last_stage() -> list[tuple[str, str]]:
    """The instructions of the image that is kept."""
    starts = [number for number, (name, _) in enumerate(instructions()) if name == "FROM"]
    return list(instructions()[starts[-1] :])


def without_variables(text: str) -> str:
    """The text as it is when no variable is set."""
    return DEFAULT.sub(r"\1", text)


def test_every_deployable_has_a_service_of_its_own_name() -> None:
    serving = {name: service["command"] for name, service in compose().items() if name not in ONE_SHOT | OF_OTHERS}
    assert serving == {name: f"serve {name}" for name in DEPLOYABLES}


def test_every_port_is_published_on_this_machine_only() -> None:
    ports = [port for service in compose().values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports), ports
    published = [without_variables(port).split(":")[1] for port in ports]
    assert len(set(published)) == len(published), f"two services want the same port: {published}"


def test_every_service_starts_again_by_itself_and_only_once_the_database_is_prepared() -> None:
    for name, service in compose().items():
        assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped"), name
        if name in DEPLOYABLES:
            assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name


def test_every_variable_of_ours_is_a_setting() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name, service in compose().items():
        if name not in OF_OTHERS:
            given = {variable for variable in service["environment"] if variable.startswith(PREFIX)}
            assert given, name
            assert given <= known, f"{name}: {given - known}"


def test_a_setting_without_a_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in compose()["api"]["environment"].items():
        monkeypatch.setenv(variable, without_variables(value))
    settings = load_settings()
    assert settings.otlp_endpoint is None
    assert (settings.late_after_s, settings.late_after_records) == (60, 50_000), "the defaults are told twice"
    assert settings.log_json


def test_a_service_gets_the_time_to_end_that_it_may_take() -> None:
    most = DRAIN_S + Limits().close_within_s + STOPS_WITHIN_S
    for name in DEPLOYABLES:
        assert int(compose()[name]["stop_grace_period"].removesuffix("s")) > most, name


def test_every_service_says_whether_it_is_healthy() -> None:
    assert [text for name, text in last_stage() if name == "HEALTHCHECK" and "/health/ready" in text]
    for name, service in compose().items():
        check = service.get("healthcheck", {})
        assert ("test" in check) == (name in OF_OTHERS), name
        assert check.get("disable", False) == (name in ONE_SHOT), name


def test_our_containers_may_do_no_more_than_they_need() -> None:
    users = [text for name, text in last_stage() if name == "USER"]
    assert users
    assert users[-1] not in {"root", "0"}
    for name in DEPLOYABLES.keys() | ONE_SHOT:
        service = compose()[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_only_the_issuer_and_the_demo_hold_keys_that_sign() -> None:
    holders = {name for name, service in compose().items() if "issuer-keys" in str(service.get("volumes"))}
    assert holders == {"issuer", "demo"}
    embedded = {name for name in DEPLOYABLES if compose()[name]["environment"]["KRINGMARKT_ISSUER"] == "embedded"}
    assert embedded == {"issuer"}


def test_no_image_is_named_without_a_version() -> None:
    arguments = {text for name, text in instructions() if name == "ARG"}
    images = {without_variables(service["image"]) for service in compose().values()}
    named = images | {text.partition("=")[2] for text in arguments if text.startswith("BASE_IMAGE")}
    assert len(named) == 4
    assert not [image for image in named if ":" not in image or image.endswith(":latest")]


def test_kafka_is_the_version_that_the_tests_run_on() -> None:
    pom = ElementTree.parse(REPOSITORY / "infra" / "kafka" / "pom.xml")
    image = without_variables(compose()["kafka"]["image"])
    assert image.partition(":")[2] == pom.findtext(".//{*}kafka.version")


def test_what_the_image_is_made_of_reaches_the_builder() -> None:
    ignore = (REPOSITORY / ".dockerignore").read_text().splitlines()
    let_through = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    copied = {
        source
        for name, text in instructions()
        if name == "COPY" and not text.startswith("--from")
        for source in text.split()[:-1]
    }
    assert copied >= {"requirements-run.lock", *PACKAGES}
    assert copied <= let_through


def entries(lock: str) -> dict[str, str]:
    """The entries of a lock file by `name==version ; marker`, each with its hashes."""
    joined = (REPOSITORY / lock).read_text().replace("\\\n", "")
    return {line.partition("--hash")[0].strip(): line for line in joined.splitlines()}


def test_the_image_is_made_of_the_packages_that_the_tests_run_with() -> None:
    running, tried = entries("requirements-run.lock"), entries("requirements.lock")
    different = [name for name, entry in running.items() if tried.get(name) != entry]
    assert not different, f"run `make lock`: requirements.lock does not have {different}"


def test_the_image_has_every_dependency_and_no_tool_of_developers() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    running = {name.partition("==")[0] for name in entries("requirements-run.lock")}
    asked = {re.split(r"[\[<>=]", line)[0] for line in project["project"]["dependencies"]}
    assert asked <= running, f"run `make lock`: {asked - running} are missing"
    assert not running & {"mypy", "pytest", "ruff", "hatchling", "testcontainers"}


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(asked, cwd=REPOSITORY, check=True, capture_output=True)
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        inside = set(wheel.namelist())
    ours = {name for name in kept_files() if name.partition("/")[0] in PACKAGES}
    assert not ours - inside
    assert {"infra/postgres/migrations/env.py", "contracts/asyncapi.yaml"} <= inside


@dataclass
class Composition:
    """The services of docker-compose.yml at work on the Docker engine, under a name and on ports of their own."""

    program: tuple[str, ...]
    variables: dict[str, str]
    tokens: dict[UUID, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Address of the API."""
        return f"http://127.0.0.1:{self.variables['KRINGMARKT_PORT']}"

    async def tell(self, *words: str) -> str:
        """What the compose program answers; fails the test with its complaint."""
        process = await asyncio.create_subprocess_exec(
            *self.program,
            *words,
            cwd=REPOSITORY,
            env={**os.environ, **self.variables},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await process.communicate()
        assert process.returncode == 0, f"{words}: {complained.decode()[-4000:]}"
        return said.decode()

    async def containers(self) -> dict[str, str]:
        """The containers that should be at work, each with its health."""
        ids = (await self.tell("ps", "-q")).split()
        asked = await asyncio.to_thread(subprocess.run, ["docker", "inspect", *ids], capture_output=True, check=True)
        found = json.loads(asked.stdout)
        lasting = [one for one in found if one["Config"]["Labels"]["com.docker.compose.service"] not in ONE_SHOT]
        return {one["Name"]: one["State"].get("Health", {}).get("Status", "none") for one in lasting}

    async def until_healthy(self, number: int) -> None:
        """Return when so many containers are there, all of them healthy."""
        await eventually(
            self.containers,
            lambda found: len(found) == number and set(found.values()) == {"healthy"},
            seconds=180,
        )

    async def token(self, organisation_id: UUID) -> str:
        """A token that the issuer signed in its container."""
        if organisation_id not in self.tokens:
            words = ("exec", "-T", "issuer", "kringmarkt", "token", "--organisation", str(organisation_id))
            self.tokens[organisation_id] = (await self.tell(*words)).strip()
        return self.tokens[organisation_id]

    @asynccontextmanager
    async def member(self, name: str) -> AsyncIterator["Trader"]:
        """A newly registered organisation that listens to its inbox."""
        organisation_id = uuid4()
        token = await self.token(organisation_id)
        address = f"ws://127.0.0.1:{self.variables['KRINGMARKT_PUSH_PORT']}"
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx.AsyncClient(base_url=self.url, headers=headers, timeout=60) as client,
            connect(address, subprotocols=[SUBPROTOCOL], compression=None) as socket,
        ):
            trader = Trader(client, await Listening(socket).subscribe(token, f"organisation:{organisation_id}", 0))
            await trader.post("/v1/organisations", {"name": name})
            yield trader


@dataclass
class Trader:
    """An organisation, its HTTP client and its websocket."""

    client: httpx.AsyncClient
    inbox: Listening

    async def post(self, path: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
        """Post, and what was answered; fails unless it succeeded."""
        answer = await self.client.post(path, json=fields)
        assert answer.is_success, answer.text
        return dict(answer.json())


async def trade(composition: Composition) -> None:
    """An offer and a want become an agreed trade, seen by HTTP and heard over the websocket by both sides."""
    async with composition.member("Zagerij") as holder, composition.member("Spaanplaat") as seeker:
        # A weight of its own: what others published before must not fit.
        place = {"unit": "t", "postcode": "5038", "visibility": "public"}
        want = await seeker.post(
            "/v1/wants", {"title": "Hout", "concepts": ["wood_grade_b"], "quantity": "20", **place}
        )
        offer = await holder.post("/v1/offers", {"title": "Hout", "concept": "wood_grade_b", "quantity": "20", **place})
        while True:
            told = await holder.inbox.next_alert("trade_proposed")
            if told["body"]["counterpart"]["listing_id"] == want["listing_id"]:
                break
        assert told["body"]["listing"]["listing_id"] == offer["listing_id"]
        path = f"/v1/trades/{told['about']}"
        await eventually(lambda: holder.client.post(f"{path}/accept"), lambda answer: answer.status_code == 200)
        assert (await seeker.inbox.next_alert("trade_changed"))["body"]["status"] == "accepted"
        assert (await seeker.post(f"{path}/agree"))["status"] == "agreed"
        assert (await holder.inbox.next_alert("trade_changed"))["body"]["status"] == "accepted"
        assert (await holder.inbox.next_alert("trade_changed"))["body"]["status"] == "agreed"


def compose_program() -> tuple[str, ...]:
    """The plugin of docker where there is one, else the older program of its own."""
    asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return ("docker", "compose") if asked.returncode == 0 else ("docker-compose",)


@asynccontextmanager
async def composed() -> AsyncIterator[Composition]:
    """The whole composition, started from nothing and cleared away at the end."""
    names = [name for port in PORTS for name in re.findall(r"KRINGMARKT_\w+", port)]
    chosen = dict(zip(names, map(str, free_ports(len(names))), strict=True))
    composition = Composition(compose_program(), {**chosen, "COMPOSE_PROJECT_NAME": "kringmarkt-test"})
    try:
        await composition.tell("up", "--detach", "--build")
        await composition.until_healthy(len(DEPLOYABLES) + len(OF_OTHERS))
        yield composition
    finally:
        await composition.tell("down", "--volumes", "--timeout", "30")


PORTS = [port for service in compose().values() for port in service.get("ports", ())]

if os.environ.get("KRINGMARKT_TEST_COMPOSE"):

    @pytest.mark.timeout(1200)
    async def test_the_composition_trades_and_recovers_when_kafka_or_postgres_restarts() -> None:
        async with composed() as composition:
            await trade(composition)
            assert "organisations_registered=60" in await composition.tell("run", "--rm", "demo")
            assert "organisations_known=60" in await composition.tell("run", "--rm", "demo")
            await composition.tell("up", "--detach", "--scale", "matcher=2")
            await composition.until_healthy(len(DEPLOYABLES) + len(OF_OTHERS) + 1)
            await trade(composition)
            for restarted in ("kafka", "postgres"):
                await composition.tell("restart", restarted)
                await composition.until_healthy(len(DEPLOYABLES) + len(OF_OTHERS) + 1)
                await trade(composition)
