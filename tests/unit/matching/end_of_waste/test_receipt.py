"""A receipt names engine, rulebook, day, facts and law files, and gives the identical verdict again."""

import json
from datetime import date

import pytest

from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.receipt import CannotReproduce, reproduce
from matching.end_of_waste.rules import Rulebook

TODAY = date(2026, 11, 21)


def test_a_receipt_gives_the_identical_verdict(copper: Facts, rulebook: Rulebook) -> None:
    verdict = evaluate(copper, rulebook, TODAY)
    assert reproduce(verdict.receipt, [rulebook]) == verdict


def test_a_receipt_holds_the_hash_of_every_law_file_used(copper: Facts, rulebook: Rulebook) -> None:
    used = json.loads(evaluate(copper, rulebook, TODAY).receipt["law_files"])
    known = {law.file: law.digest for law in rulebook.files}
    assert used["eu/715-2013/copper/quality.yaml"] == known["eu/715-2013/copper/quality.yaml"]
    assert all(known[name] == digest for name, digest in used.items())


def test_an_unknown_rulebook_is_named(copper: Facts, rulebook: Rulebook) -> None:
    receipt = dict(evaluate(copper, rulebook, TODAY).receipt) | {"rulebook": "0" * 64}
    with pytest.raises(CannotReproduce, match="load the rulebook of that day"):
        reproduce(receipt, [rulebook])


def test_another_engine_is_named(copper: Facts, rulebook: Rulebook) -> None:
    receipt = dict(evaluate(copper, rulebook, TODAY).receipt) | {"engine": "0"}
    with pytest.raises(CannotReproduce, match="engine version 0"):
        reproduce(receipt, [rulebook])
