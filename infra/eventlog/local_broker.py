"""A real Apache Kafka broker as a child process: one KRaft node, for tests and for development.

Services never import this: in production the cluster is someone else's, and `docker compose` brings its own.
Needed on the machine: Java 17 or newer, and once Maven, to resolve the jars that `infra/kafka/pom.xml` pins.
"""

import asyncio
import base64
import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_POM: Final = _REPOSITORY / "infra" / "kafka" / "pom.xml"
_LOGGING: Final = _POM.with_name("log4j2.properties")
_JARS: Final = _REPOSITORY / "var" / "kafka" / "lib"

_HOST: Final = "127.0.0.1"
# Below the range from which Linux takes source ports (32768 and up): otherwise an outgoing connection could
# take the broker's port between stop and restart, and a client retrying that port could connect to itself.
_PORTS: Final = range(20_000, 30_000)
_STARTS_WITHIN_S: Final = 60.0
_STOPS_WITHIN_S: Final = 20.0
_ASK_EVERY_S: Final = 0.1
_LOG_TAIL_LINES: Final = 40

_JVM_OPTIONS: Final = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-Djava.awt.headless=true")

# PR_SET_PDEATHSIG makes the kernel kill the broker when we die, also when SIGKILL leaves us no cleanup. It is
# set by a small program that then becomes Java, not by `preexec_fn`, which may deadlock in a process with
# threads. The parent is compared afterwards, because it may have died before the request was made. Elsewhere
# than on Linux only `stop` and `kill` end the broker.
_DIE_WITH_PARENT: Final = """\
import os, sys
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the process that started this broker is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""

_ONE_NODE: Final[Mapping[str, str]] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "min.insync.replicas": "1",
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "5",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "5",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
    # After a kill the controller waits for the old session to lapse before it takes the broker back.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
}


class BrokerUnavailableError(RuntimeError):
    """The local broker cannot run here or did not come up; the message says what to do about it."""


def kafka_version() -> str:
    """The pinned version of Apache Kafka, e.g. `4.3.1`, which is also the tag of its official image."""
    found = re.search(r"<kafka\.version>([^<]+)</kafka\.version>", _POM.read_text(encoding="utf-8"))
    if found is None:
        raise BrokerUnavailableError("infra/kafka/pom.xml names no <kafka.version>; give one, such as 4.3.1")
    return found[1]


def broker_jars() -> Path:
    """The folder with the broker's jars; resolved by Maven at first use, and again when the pom changes.

    Blocks, also on another process that is resolving the same jars. Raises `BrokerUnavailableError`.
    """
    folder = _JARS / hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]
    if not folder.is_dir():
        with _only_one_resolves():
            if not folder.is_dir():
                _resolve(folder)
    return folder


@contextlib.contextmanager
def _only_one_resolves() -> Iterator[None]:
    _JARS.mkdir(parents=True, exist_ok=True)
    with (_JARS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _resolve(folder: Path) -> None:
    """Fill `folder` in one step: a run broken off halfway leaves nothing under the final name."""
    maven = _program("mvn", "Maven, for example the package `maven`, to resolve the broker's jars")
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={half}"]
    command = [maven, "-q", "-B", "-f", str(_POM), *goal]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # our own command
    if done.returncode != 0:
        raise BrokerUnavailableError(
            f"Maven could not resolve Apache Kafka {kafka_version()} (exit {done.returncode}); check that it "
            f"reaches a package repository (settings.xml), then try again. It said:\n{done.stdout}{done.stderr}"
        )
    half.rename(folder)


def java_program() -> str:
    """Path of the Java to run: JAVA_HOME's, else the one on the PATH. Raises `BrokerUnavailableError`."""
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").is_file():
        return str(Path(home) / "bin" / "java")
    return _program("java", "Java 17 or newer, for example the package `openjdk-17-jre-headless`")


def _program(name: str, remedy: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BrokerUnavailableError(f"No program `{name}` found; a local Kafka broker needs it: install {remedy}.")
    return found


def free_port(other_than: int | None = None) -> int:
    """A port on which nothing listens now and from which no outgoing connection will start."""
    while True:
        port = secrets.choice([each for each in _PORTS if each != other_than])
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((_HOST, port))
                return port


def _cluster_id() -> str:
    """As `kafka-storage random-uuid` makes it: a UUID in base64url. Kafka's tools refuse a leading dash."""
    drawn = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return _cluster_id() if drawn.startswith("-") else drawn


async def _listens_at(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(_HOST, port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def serves(bootstrap: str) -> bool:
    """Whether the broker answers and takes part: while still fenced it answers, but lists no brokers."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5_000)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await admin.close()


class LocalBroker:
    """One Kafka node on 127.0.0.1 that keeps its records in `data_dir` and its port over restarts.

    `async with LocalBroker(folder) as broker:` starts and stops it. Start it on an event loop whose thread
    outlives it: Linux ties the broker's life to the thread that started it.
    """

    def __init__(self, data_dir: Path, *, port: int | None = None, within_s: float = _STARTS_WITHIN_S) -> None:
        """`data_dir` is made, or taken up again when a broker left it. Without `port` a free one is drawn."""
        self._data_dir = data_dir.resolve()
        self._port = port if port is not None else free_port()
        self._controller_port = free_port(other_than=self._port)
        self._within_s = within_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """Address for clients, `host:port`; the same over restarts."""
        return f"{_HOST}:{self._port}"

    @property
    def pid(self) -> int | None:
        """Process id of the broker's JVM, None while it does not run."""
        return self._process.pid if self._process is not None else None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start, and return once clients are served. Raises `BrokerUnavailableError` with the end of its log."""
        if self._process is not None and self._process.poll() is None:
            raise BrokerUnavailableError(f"This broker runs already, at {self.bootstrap}; stop it first.")
        if await _listens_at(self._port):
            # Also said here because another broker's answer there would be taken for ours.
            raise BrokerUnavailableError(f"Another program listens at {self.bootstrap}; choose a free port.")
        jars = await asyncio.to_thread(broker_jars)
        await asyncio.to_thread(self._prepare, jars)
        self._process = self._launch(jars)
        try:
            await self._until_served(self._process)
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        """Shut down in order (SIGTERM), by force after 20 s. Does nothing when it does not run."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, _STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)
        self._process = None

    async def kill(self) -> None:
        """End it without any shutdown of its own (SIGKILL), as the out-of-memory killer would."""
        process = self._process
        if process is None:
            return
        process.kill()
        await asyncio.to_thread(process.wait)
        self._process = None

    async def restart(self) -> None:
        """Stop if running, then start on the same port and data."""
        await self.stop()
        await self.start()

    @property
    def _config(self) -> Path:
        return self._data_dir / "server.properties"

    @property
    def _log(self) -> Path:
        return self._data_dir / "broker.log"

    def _properties(self) -> dict[str, str]:
        return {
            **_ONE_NODE,
            "listeners": f"PLAINTEXT://{_HOST}:{self._port},CONTROLLER://{_HOST}:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            # A static quorum: it is read from here at each start, so that data may move to other ports.
            "controller.quorum.voters": f"1@{_HOST}:{self._controller_port}",
            "log.dirs": str(self._data_dir / "records"),
        }

    def _prepare(self, jars: Path) -> None:
        """Write the configuration, and format the data folder unless an earlier start did."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        lines = (f"{name}={value}\n" for name, value in self._properties().items())
        self._config.write_text("".join(lines), encoding="utf-8")
        if not (self._data_dir / "records" / "meta.properties").exists():
            self._format(jars)

    def _format(self, jars: Path) -> None:
        arguments = ["format", "--cluster-id", _cluster_id(), "--config", str(self._config)]
        command = self._java_command(jars, "kafka.tools.StorageTool", *arguments)
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # our own command
        if done.returncode != 0:
            raise BrokerUnavailableError(
                f"Kafka could not format its data folder (exit {done.returncode}); empty that folder or choose "
                f"another. It said:\n{done.stdout}{done.stderr}"
            )

    def _java_command(self, jars: Path, main: str, *arguments: str) -> list[str]:
        settings = [*_JVM_OPTIONS, f"-Dlog4j2.configurationFile={_LOGGING}", "-cp", f"{jars}/*"]
        return [java_program(), *settings, main, *arguments]

    def _launch(self, jars: Path) -> subprocess.Popen[bytes]:
        command = self._java_command(jars, "kafka.Kafka", str(self._config))
        # A session of its own: Ctrl-C reaches only us, and we stop the broker in order.
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 # our own command
                [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid()), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def _until_served(self, process: subprocess.Popen[bytes]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._within_s
        while not (await _listens_at(self._port) and await serves(self.bootstrap)):
            if process.poll() is not None:
                raise BrokerUnavailableError(self._failure(f"ended at once (exit {process.returncode})"))
            if loop.time() > deadline:
                raise BrokerUnavailableError(self._failure(f"was not ready in {self._within_s:.0f} s"))
            await asyncio.sleep(_ASK_EVERY_S)

    def _failure(self, what: str) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        said = "\n".join(lines) or "(nothing)"
        return f"The Kafka broker at {self.bootstrap} {what} instead of serving. End of its log:\n{said}"
