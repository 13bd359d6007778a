"""Pushing: processor time per frame, and memory per subscriber, with 1,000 connections.

Run with `python -m tests.bench.bench_push`; writes results/push.json.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import psutil
import uvloop

from tests.bench.figures import Figure, in_turns, write
from tests.bench.floors import Counting
from tests.bench.ground import answers
from tests.bench.push_servers import CHANNEL
from tests.bench.subscribers import Subscriber
from tests.support.ports import free_ports

CONNECTIONS = 1000
FRAMES = 20


@dataclass
class Served:
    """A server with its connections, and what each of those takes."""

    process: "subprocess.Popen[bytes]"
    kilobytes: float

    async def per_frame(self) -> float:
        """Microseconds of the server's processor time per frame."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"cast %d\n" % FRAMES)
        self.process.stdin.flush()
        line = await asyncio.to_thread(self.process.stdout.readline)
        return float(line) / FRAMES / CONNECTIONS * 1e6


@asynccontextmanager
async def served(kind: str) -> AsyncIterator[Served]:
    """A server of that kind with all of its connections, each of which was sent something."""
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.push_servers", kind],
        env={**os.environ, "KRINGMARKT_PORT": str(port)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        await answers(port, process)
        before = await memory_of(process.pid)
        for _ in range(CONNECTIONS):
            await connect(kind, port)
        made = Served(process, 0)
        await made.per_frame()
        made.kilobytes = (await memory_of(process.pid) - before) / CONNECTIONS / 1024
        yield made
    finally:
        process.kill()
        process.wait()


async def connect(kind: str, port: int) -> None:
    """One more subscriber."""
    if kind == "raw":
        await asyncio.get_running_loop().create_connection(Counting, "127.0.0.1", port)
    elif kind == "ours":
        subscriber = await Subscriber.to(port)
        await subscriber.listen("anybody", str(CHANNEL))
    else:
        await Subscriber.to(port, deflate=True)


async def memory_of(pid: int) -> int:
    """Resident bytes, once the server has come to rest."""
    await asyncio.sleep(0.5)
    return int(psutil.Process(pid).memory_info().rss)


async def run() -> list[Figure]:
    """All rows."""
    async with AsyncExitStack() as stack:
        kinds = {kind: await stack.enter_async_context(served(kind)) for kind in ("raw", "ours", "fastapi")}
        found = await in_turns({kind: server.per_frame for kind, server in kinds.items()})
        ours, typical = kinds["ours"], kinds["fastapi"]
        raw = "raw asyncio, a ready frame"
        deflate = "FastAPI websocket with deflate"
        return [
            Figure("fan-out, processor time per frame", found["ours"], "us", raw, found["raw"], 1.6),
            Figure("fan-out, beside the usual way", found["fastapi"], "us", "ours", found["ours"], None),
            Figure("memory per subscriber", typical.kilobytes, "kB of the peer", f"ours (kB); {deflate}",
                   ours.kilobytes, 8, less_is_better=False),
        ]  # fmt: skip


def main() -> None:
    """Measure, print and write."""
    write("push", uvloop.run(run()))


if __name__ == "__main__":
    main()
