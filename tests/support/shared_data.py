"""Where the shared open data stands, for tests that compare our own tables with it."""

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def shared_data(name: str) -> Path:
    """The file or folder `name` below the shared data; skips the test without it, fails under CI=true."""
    path = SHARED_DATA / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} of the shared data is needed in CI and was not found")
        pytest.skip(f"{name} of the shared data is not on this machine")
    return path
