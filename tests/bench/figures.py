"""A figure of the pipeline beside its floor or peer, and how both are measured: in turns, median of the rounds."""

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

RESULTS = Path(__file__).parent / "results"
ROUNDS = 5

Measure = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the results. `goal` bounds value / peer_value: from above when less is better, else from below."""

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float
    goal: float | None
    less_is_better: bool = True
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the peer; for bytes and the like that should be less, the goal says at most."""
        return self.value / self.peer_value if self.peer_value else float("nan")

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        return self.ratio <= self.goal if self.less_is_better else self.ratio >= self.goal

    def row(self) -> dict[str, Any]:
        """As it is written."""
        shown = {
            "name": self.name,
            "value": _short(self.value),
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": _short(self.peer_value),
            "ratio": _short(self.ratio),
            "goal": self.goal,
            "met": self.met,
        }
        return {**shown, "note": self.note} if self.note else shown


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def write(name: str, figures: Sequence[Figure]) -> None:
    """Write the rows to `results/<name>.json` and print them."""
    text = json.dumps([figure.row() for figure in figures], indent=2) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


async def in_turns(measures: Mapping[str, Measure], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each measure. They take turns, so that a slow minute of the machine slows all of them.

    One more round goes before: caches fill, statements are prepared, and it is not counted.
    """
    found: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds + 1):
        for name, measure in measures.items():
            value = await measure()
            if number:
                found[name].append(value)
            sys.stderr.write(f"  round {number} {name}: {value:.4g}\n")
    return {name: median(values) for name, values in found.items()}


def p50(seconds: Sequence[float]) -> float:
    """The median, in milliseconds."""
    return median(seconds) * 1000


def p99(seconds: Sequence[float]) -> float:
    """The 99th percentile, in milliseconds."""
    return quantiles(seconds, n=100)[98] * 1000
