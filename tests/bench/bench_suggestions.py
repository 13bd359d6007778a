"""Suggestions on real Dutch stream names that the model has not seen, and what one suggestion costs.

Run with `python -m tests.bench.bench_suggestions`; writes tests/bench/results/suggestions.json.

Two splits in five parts. `text`: the same text without case and punctuation is never on both sides, as in the measured
baselines of the data. `near`: texts that are nearly the same (Jaccard of their three-letter pieces .8, digits left out)
are never on both sides either, and phrases of our own tables that are nearly a held-out text are taken out of the
tables: some synonyms were chosen with this data in view. Per row: the code of the row; per text: any of its codes.
"""

import csv
import hashlib
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from time import process_time
from typing import Any

from contracts.vocabulary.eural import eural_codes
from contracts.vocabulary.material_labels import words_of
from contracts.vocabulary.materials import material_tree, resolve_label
from infra.suggestions.fitting import fitted
from infra.suggestions.model_file import WEIGHTS, write_model
from matching.suggesting.knowledge import Known, Labelled, known_phrases
from matching.suggesting.model import Certainty, SuggestionModel, Suggestions
from matching.suggesting.suggest import suggest
from tests.support.shared_data import SHARED_DATA

FILE = SHARED_DATA / "lma-waste-descriptions-nl" / "lma_descriptions_shared.csv"
RESULTS = Path(__file__).parent / "results" / "suggestions.json"
FOLDS = 5
ALIKE = 0.8
BASELINE = "character n-gram logistic regression, README of the data"


@dataclass(frozen=True)
class Stream:
    """One row of the data. `concept` is what the hand-made annotation names, where our tree has it."""

    text: str
    key: tuple[str, ...]
    code: str
    concept: str | None

    @property
    def hazardous(self) -> bool:
        """Whether its code is."""
        return eural_codes()[self.code].hazardous


@dataclass(frozen=True)
class Outcome:
    """What was suggested for a stream that the model had not seen, and all codes that its text carries."""

    stream: Stream
    found: Suggestions
    codes_of_text: frozenset[str]

    @property
    def codes(self) -> list[str]:
        """The suggested codes, best first."""
        return [one.code.code for one in self.found.codes]


def read_streams() -> list[Stream]:
    """The rows of the data."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Stream(row["benaming_afval"], words_of(row["benaming_afval"]), row["euralcode"], _annotated(row))
            for row in csv.DictReader(file)
        ]


def _annotated(row: Mapping[str, str]) -> str | None:
    """The concept that the most specific annotation names as a whole, None where our tree has no such phrase."""
    for field in ("product", "composite", "material"):
        named = resolve_label(row[field]) if row[field] else ()
        if named and words_of(row[field]) in {words_of(phrase) for phrase in named[0].phrases}:
            return named[0].id
    return None


def pieces(words: Sequence[str]) -> frozenset[str]:
    """The three-letter pieces of a text without its numbers."""
    kept = [word for word in words if not word.isdigit()] or list(words)
    return frozenset(f" {word} "[start : start + 3] for word in kept for start in range(len(word)))


def nearly_the_same(texts: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """For each text those that are nearly the same; found by their rarest pieces."""
    of = {text: pieces(text) for text in texts}
    with_piece: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for text, own in of.items():
        for piece in own:
            with_piece[piece].append(text)
    near: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for text, own in of.items():
        # Two sets that share four fifths share one of any quarter of the pieces of either.
        rare = sorted(own, key=lambda piece: (len(with_piece[piece]), piece))[: len(own) // 4 + 1]
        others = {other for piece in rare for other in with_piece[piece]}
        near[text] = [other for other in others if len(own & of[other]) >= ALIKE * len(own | of[other])]
    return near


def groups(texts: Sequence[tuple[str, ...]], near: Mapping[tuple[str, ...], list[tuple[str, ...]]]) -> dict[Any, Any]:
    """For each text the first of its group: whoever is near a member is a member."""
    first: dict[tuple[str, ...], tuple[str, ...]] = {}
    members = frozenset(texts)
    for start in sorted(texts):
        waiting = [] if start in first else [start]
        while waiting:
            text = waiting.pop()
            if text not in first:
                first[text] = start
                waiting += [other for other in near[text] if other not in first and other in members]
    return first


def fold_of(text: tuple[str, ...]) -> int:
    """The part that a text is in, the same everywhere."""
    return int(hashlib.sha1(re.sub(r"\W+", " ", " ".join(text)).encode()).hexdigest(), 16) % FOLDS


def cross_validated(
    streams: Sequence[Stream], fold: Callable[[Stream], int], known: Callable[[frozenset[tuple[str, ...]]], list[Known]]
) -> list[Outcome]:
    """Suggestions for every stream by a model that did not see its part."""
    carried: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for stream in streams:
        carried[stream.key].add(stream.code)
    outcomes: list[Outcome] = []
    for part in range(FOLDS):
        held = [stream for stream in streams if fold(stream) == part]
        seen = [Labelled(stream.text, stream.code) for stream in streams if fold(stream) != part]
        model = fitted(seen, known(frozenset(stream.key for stream in held)))
        outcomes += [Outcome(one, suggest(model, one.text), frozenset(carried[one.key])) for one in held]
    return outcomes


def rows_of(split: str, outcomes: Sequence[Outcome], *, goals: bool = True) -> list[dict[str, Any]]:
    """The rows of the result for one split."""
    texts = list({outcome.stream.key: outcome for outcome in outcomes}.values())
    likely = [one for one in outcomes if one.found.certainty is Certainty.LIKELY]
    hazardous = [one for one in outcomes if one.stream.hazardous]
    warned = [one for one in outcomes if one.found.hazard.warns]
    named = [one for one in outcomes if one.stream.concept]
    ids = {one.stream.text: [concept.concept.id for concept in one.found.concepts] for one in named}
    measured: list[tuple[str, float, float | None, float | None]] = [
        ("Eural top-1 per row", mean(one.codes[:1] == [one.stream.code] for one in outcomes), 0.62, 0.60),
        ("Eural top-3 per row", mean(one.stream.code in one.codes for one in outcomes), 0.83, 0.80),
        ("Eural top-1 per text", mean(bool(one.codes_of_text & set(one.codes[:1])) for one in texts), None, None),
        ("Eural top-3 per text", mean(bool(one.codes_of_text & set(one.codes)) for one in texts), None, None),
        ("hazard recall", mean(one.found.hazard.warns for one in hazardous), 0.85, None),
        ("hazard precision", mean(one.stream.hazardous for one in warned), None, None),
        ("hazard warnings", len(warned) / len(outcomes), None, None),
        ("called likely", len(likely) / len(outcomes), None, None),
        ("Eural top-1 where called likely", mean(one.codes[:1] == [one.stream.code] for one in likely), None, None),
        ("rows with an annotated concept", len(named) / len(outcomes), None, None),
        ("material top-1", mean(fits(one, ids[one.stream.text][:1]) for one in named), None, None),
        ("material top-3", mean(fits(one, ids[one.stream.text]) for one in named), None, None),
    ]  # fmt: skip
    return [
        row(f"{name}, {split}", value, "share", goal if goals else None, peer) for name, value, goal, peer in measured
    ]


def fits(outcome: Outcome, concepts: Sequence[str]) -> bool:
    """Whether one of the concepts is the annotated one, or lies below it."""
    wanted = outcome.stream.concept
    return wanted is not None and any(material_tree().is_within(concept, wanted) for concept in concepts)


def row(name: str, value: float, unit: str, goal: float | None, peer: float | None, *, below: bool = False) -> Any:
    """One row of the result; `below`: the goal is an upper bound."""
    met = None if goal is None else (value < goal if below else value > goal)
    return {
        "name": name,
        "value": round(value, 4),
        "unit": unit,
        "peer": None if peer is None else BASELINE,
        "peer_value": peer,
        "ratio": None if peer is None else round(value / peer, 4),
        "goal": goal,
        "met": met,
    }


def costs(streams: Sequence[Stream]) -> list[dict[str, Any]]:
    """What fitting, keeping and suggesting cost on one core."""
    start = process_time()
    fitted([])
    tables_alone = process_time() - start
    start = process_time()
    model = fitted([Labelled(stream.text, stream.code) for stream in streams])
    fit_seconds = process_time() - start
    times = sorted(_timed(model, stream.text) for stream in streams[::5])
    with tempfile.TemporaryDirectory() as folder:
        write_model(model, Path(folder) / "model")
        size = (Path(folder) / "model" / WEIGHTS).stat().st_size
    return [
        row("fitting, our own tables alone", tables_alone, "s", None, None),
        row(f"fitting, {len(streams)} examples, calibration included", fit_seconds, "s", None, None),
        row("one suggestion, median", times[len(times) // 2] * 1000, "ms", 5, None, below=True),
        row("one suggestion, 99th percentile", times[len(times) * 99 // 100] * 1000, "ms", 5, None, below=True),
        row("model on disk", size / 1e6, "MB", 30, None, below=True),
    ]


def _timed(model: SuggestionModel, text: str) -> float:
    start = process_time()
    suggest(model, text)
    return process_time() - start


def run() -> list[dict[str, Any]]:
    """All rows of the result."""
    streams, known = read_streams(), list(known_phrases())
    texts = sorted({stream.key for stream in streams})
    near = nearly_the_same(sorted({*texts, *(one.words for one in known)}))
    group = groups(texts, near)

    def all_known(_held: frozenset[tuple[str, ...]]) -> list[Known]:
        return known

    def not_near(held: frozenset[tuple[str, ...]]) -> list[Known]:
        return [one for one in known if not held.intersection(near[one.words])]

    # Our own tables without any example: they were made with such texts in view, so that this flatters them.
    tables = fitted([])
    untaught = [Outcome(one, suggest(tables, one.text), frozenset({one.code})) for one in streams]
    return [
        *rows_of("text split", cross_validated(streams, lambda one: fold_of(one.key), all_known)),
        *rows_of("near split", cross_validated(streams, lambda one: fold_of(group[one.key]), not_near)),
        *[one for one in rows_of("tables alone", untaught, goals=False) if "per text" not in one["name"]][:5],
        *costs(streams),
    ]


def main() -> int:
    """Measure, print and write the rows."""
    if not FILE.exists():
        sys.stdout.write(f"{FILE.name} of the shared data is not on this machine; nothing was measured\n")
        return 0
    rows = run()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    return 0 if all(one["met"] is not False for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
