"""One check, or one made again from its receipt: the verdict with what is needed to explain it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import comb
from typing import Any

from contracts.vocabulary.verdict import Verdict
from matching.end_of_waste import (
    CannotReproduce,
    FactError,
    Facts,
    Rulebook,
    Unlock,
    evaluate,
    facts_from_mapping,
    packaged_rulebook,
    reproduce,
    unlocks,
)
from services.checks.errors import NotReproducible, UnusableFact, WrongReceipt

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
RECEIPT_NAMES = frozenset({"engine", "rulebook", "on", "facts", "law_files"})

# A try costs some 0.2 ms and the sets of n missing things grow as 2 to the power n: without a bound, a check of
# almost empty facts would keep a core busy for minutes.
MOST_TRIES = 1500


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, the facts and the rulebook it was made with."""

    facts: Facts
    verdict: Verdict
    rulebook: Rulebook


def check(raw: Mapping[str, Any], on: date) -> Checked:
    """The check of facts as a form or a file holds them. Raises UnusableFact."""
    rulebook = packaged_rulebook()
    try:
        facts = facts_from_mapping(raw, rulebook.properties)
        return Checked(facts, evaluate(facts, rulebook, on), rulebook)
    except FactError as error:
        raise UnusableFact.of(error) from error
    except (ArithmeticError, ValueError) as error:
        raise UnusableFact(
            f"A number among the facts is too large or too small to calculate with ({type(error).__name__}); "
            "give it in a unit in which it has at most 15 digits."
        ) from error


def check_again(receipt: Mapping[str, str]) -> Checked:
    """The identical verdict from its receipt. Raises WrongReceipt and NotReproducible."""
    _refuse_incomplete(receipt)
    _refuse_far_day(receipt["on"])
    rulebook = packaged_rulebook()
    try:
        verdict = reproduce(receipt, [rulebook])
        facts = facts_from_mapping(json.loads(receipt["facts"]), rulebook.properties)
    except CannotReproduce as error:
        raise NotReproducible(str(error)) from error
    except (ValueError, ArithmeticError, AttributeError, TypeError, RecursionError) as error:
        reason = str(error)[:200] or type(error).__name__
        raise WrongReceipt(f"the facts or the day of this receipt cannot be read ({reason}); {SEND_WHOLE}") from error
    if dict(verdict.receipt) != dict(receipt):
        changed = sorted(name for name in RECEIPT_NAMES if verdict.receipt[name] != receipt[name])
        raise NotReproducible(f"{', '.join(changed)} of this receipt were changed after the check; {SEND_WHOLE}")
    return Checked(facts, verdict, rulebook)


SEND_WHOLE = "send the receipt exactly as the check gave it, or make a new check"


def _refuse_incomplete(receipt: Mapping[str, str]) -> None:
    if set(receipt) != RECEIPT_NAMES:
        got, wanted = ", ".join(sorted(receipt)) or "nothing", ", ".join(sorted(RECEIPT_NAMES))
        raise WrongReceipt(f"got a receipt with {got:.200}; expected {wanted}: {SEND_WHOLE}")


def _refuse_far_day(text: str) -> None:
    """Every day asked is kept in memory by the rulebook; nobody may fill it with days that no check has."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongReceipt(f"the day of this receipt is {text[:40]!r}; {SEND_WHOLE}") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise WrongReceipt(f"the day of this receipt is {text}, not from {FIRST_DAY} to {LAST_DAY}; {SEND_WHOLE}")


def best_unlocks(checked: Checked, most_tries: int = MOST_TRIES) -> tuple[Unlock, ...]:
    """What would improve the verdict, best first; with much missing, smaller sets only and then all at once."""
    on = checked.verdict.on
    together = unlocks(checked.facts, _trying(checked.rulebook, 0), on)
    if not together:
        return ()
    size, tries = 0, 0
    while size < checked.rulebook.settings.largest_unlock and size < together[0].size:
        tries += comb(together[0].size, size + 1)
        if tries > most_tries:
            break
        size += 1
    return unlocks(checked.facts, _trying(checked.rulebook, size), on)


def _trying(rulebook: Rulebook, largest: int) -> Rulebook:
    """The same rulebook, with another bound on the search."""
    return replace(rulebook, settings=replace(rulebook.settings, largest_unlock=largest))
