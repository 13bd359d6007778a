"""Where a promise is kept by one line, a test fails when that line is gone: shown for each of them.

The table says which piece of source is replaced by what, and which test must then fail. That each piece and each test
is there is checked always. With `KRINGMARKT_TEST_LINES=1` the tests are run without it, which takes a few minutes:

    KRINGMARKT_TEST_LINES=1 .venv/bin/pytest tests/faults/test_promises_are_kept_by_these_lines.py
"""

import ast
import asyncio
import json
import os
import sys
from dataclasses import dataclass

import pytest

from tests.architecture.tree import REPOSITORY
from tests.faults.without_a_line import WITHOUT

SOME_TEST_FAILED = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of source that keeps a promise. `test`: the file, and a word of the names of the tests that fail."""

    promise: str
    file: str
    piece: str
    instead: str
    test: tuple[str, str]

    @property
    def module(self) -> str:
        """As it is imported."""
        return self.file.removesuffix(".py").replace("/", ".")


LINES = (
    Line(
        "an event that comes twice has one effect: the handled mark",
        "infra/eventlog/consumer.py",
        "if event.id not in new:",
        "if False:",
        ("tests/eventlog/test_postgres_log.py", "duplicate_has_no_effect"),
    ),
    Line(
        "no reader misses a late commit: the lock of the lane",
        "infra/postgres/parts.py",
        "SELECT pg_advisory_xact_lock({0}, lane) FROM (",
        "SELECT {0}::int + lane FROM (",
        ("tests/eventlog/test_postgres_log.py", "late_commit"),
    ),
    Line(
        "the former owner of a lane commits nothing: the proof of its epoch",
        "infra/postgres/parts.py",
        "if proof is not None:",
        "if False:",
        ("tests/integration/test_fencing.py", "too_late"),
    ),
    Line(
        "a new owner reads what the former one committed: the proof locks",
        "infra/postgres/parts.py",
        "ORDER BY lane FOR SHARE",
        "ORDER BY lane",
        ("tests/integration/test_fencing.py", "in_flight"),
    ),
    Line(
        "no cache is used for lanes it was not built for",
        "infra/eventlog/consumer.py",
        "                    self._require_followed_lanes()\n",
        "",
        ("tests/eventlog/test_postgres_log.py", "before_its_lanes_were_owned"),
    ),
    Line(
        "a batch that was dropped comes again, also in a new group: back to the beginning",
        "infra/eventlog/kafka_log.py",
        "                await self._client.seek_to_beginning(*fresh)\n",
        "                pass\n",
        ("tests/eventlog/test_kafka_log.py", "before_its_lanes_were_owned"),
    ),
    Line(
        "the relay loses nothing in an outage: Kafka first, then the cursor",
        "infra/eventlog/relay.py",
        """        await self._produce(producer, rows)
        moved = {row["lane"]: row["position"] for row in rows}
        await move_cursors(leader, NAME, moved)
""",
        """        moved = {row["lane"]: row["position"] for row in rows}
        await move_cursors(leader, NAME, moved)
        await self._produce(producer, rows)
""",
        ("tests/eventlog/test_kafka_log.py", "before_kafka_acknowledged"),
    ),
    Line(
        "a request that is sent twice is done once: the key is claimed in its transaction",
        "infra/http/idempotency.py",
        "if not await connection.fetchval(CLAIM, request.owner, request.key, request.hash):",
        "if False:",
        ("tests/integration/test_idempotency.py", ""),
    ),
    Line(
        "an inbox counts without gaps: its head is locked",
        "infra/postgres/stores/notifications.py",
        "ORDER BY channel FOR UPDATE",
        "ORDER BY channel",
        ("tests/integration/test_stores_notifications.py", ""),
    ),
    Line(
        "nothing is promised twice: balances are locked",
        "infra/postgres/stores/trades.py",
        '"ORDER BY listing_id FOR UPDATE",',
        '"ORDER BY listing_id",',
        ("tests/integration/test_stores_trades.py", ""),
    ),
    Line(
        "a listener gets no number twice and none is skipped: live only when nothing that was heard is missing",
        "infra/push/subscription.py",
        "self._live = len(page) < self._page and self._heard <= self.sent",
        "self._live = len(page) < self._page",
        ("tests/unit/infra/push/test_subscription.py", ""),
    ),
)


@pytest.mark.parametrize("line", LINES, ids=[line.promise for line in LINES])
def test_the_line_and_the_test_that_guards_it_are_there(line: Line) -> None:
    assert (REPOSITORY / line.file).read_text().count(line.piece) == 1, "the line moved: change the table with it"
    file, word = line.test
    texts = [(REPOSITORY / file).read_text(), (REPOSITORY / "tests/eventlog/promises.py").read_text()]
    trees = [ast.parse(text) for text in texts[: 2 if file.startswith("tests/eventlog") else 1]]
    named = [
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert [name for name in named if word in name], f"no test of {file} is about {word!r}"


if os.environ.get("KRINGMARKT_TEST_LINES"):

    @pytest.mark.timeout(300)
    @pytest.mark.parametrize("line", LINES, ids=[line.promise for line in LINES])
    async def test_without_the_line_a_test_fails(line: Line, postgres_server: str, kafka_bootstrap: str) -> None:
        file, word = line.test
        without = {"module": line.module, "piece": line.piece, "instead": line.instead}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.faults.without_a_line", file, "-k", word),
            cwd=REPOSITORY,
            env={
                **os.environ,
                WITHOUT: json.dumps(without),
                "KRINGMARKT_TEST_POSTGRES": postgres_server,
                "KRINGMARKT_TEST_KAFKA": kafka_bootstrap,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == SOME_TEST_FAILED, said.decode()[-3000:]
        assert b"FAILED" in said, said.decode()[-3000:]
