"""A verdict made again from its receipt, years later: same facts, same law files, same day, same words."""

import json
from collections.abc import Iterable, Mapping
from datetime import date

from contracts.vocabulary.verdict import Verdict
from matching.end_of_waste.engine import ENGINE_VERSION, evaluate
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.parsing import facts_from_mapping
from matching.end_of_waste.rules import Rulebook

Receipt = Mapping[str, str]


class CannotReproduce(ValueError):
    """A receipt cannot be followed with the engine and rulebooks at hand; says which ones are needed."""


def reproduce(receipt: Receipt, rulebooks: Iterable[Rulebook]) -> Verdict:
    """The identical verdict. Raises CannotReproduce when the rulebook or the engine of then is not at hand."""
    if receipt.get("engine") != ENGINE_VERSION:
        raise CannotReproduce(
            f"the receipt was made by engine version {receipt.get('engine')}; this is version {ENGINE_VERSION}: "
            "use the release that was in use on that day"
        )
    rulebook = _rulebook(receipt, rulebooks)
    return evaluate(facts_of(receipt, rulebook), rulebook, date.fromisoformat(receipt["on"]))


def facts_of(receipt: Receipt, rulebook: Rulebook) -> Facts:
    """The facts on which the verdict of this receipt was made."""
    return facts_from_mapping(json.loads(receipt["facts"]), rulebook.properties)


def _rulebook(receipt: Receipt, rulebooks: Iterable[Rulebook]) -> Rulebook:
    at_hand = []
    for rulebook in rulebooks:
        if rulebook.version == receipt.get("rulebook"):
            return rulebook
        at_hand.append(rulebook.version)
    raise CannotReproduce(
        f"the receipt names rulebook {receipt.get('rulebook')}; at hand are {', '.join(at_hand) or 'none'}: "
        "load the rulebook of that day"
    )
