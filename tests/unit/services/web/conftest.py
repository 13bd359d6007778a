"""The pages' assets are built once: without them no page can be made."""

import pytest

from services.web.building import build


@pytest.fixture(autouse=True, scope="session")
def _assets() -> None:
    build()
