"""The seed of a fault test: chosen by KRINGMARKT_FAULTS_SEED, told with every failure, so that it can be repeated."""

import os
import random

import pytest

SEED = "KRINGMARKT_FAULTS_SEED"
USUAL = 20261124


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """What decides when and whom a fault strikes, and what is published; the same for the same seed."""
    seed = os.environ.get(SEED, str(USUAL))
    request.node.add_report_section("call", "seed", f"repeat this with {SEED}={seed}")
    return random.Random(f"{seed}/{request.node.name}")
