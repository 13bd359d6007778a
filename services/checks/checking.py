"""One check, or one made again from its receipt: the verdict with what is needed to explain it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.vocabulary.verdict import Verdict
from matching.end_of_waste import (
    CannotReproduce,
    FactError,
    Facts,
    Rulebook,
    evaluate,
    facts_from_mapping,
    packaged_rulebook,
    reproduce,
)
from services.checks.errors import NotReproducible, UnusableFact, WrongReceipt

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
RECEIPT_NAMES = frozenset({"engine", "rulebook", "on", "facts", "law_files"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, the facts and the rulebook it was made with."""

    facts: Facts
    verdict: Verdict
    rulebook: Rulebook


def check(raw: Mapping[str, Any], on: date, rulebook: Rulebook | None = None) -> Checked:
    """The check of facts as a form or a file holds them. Raises UnusableFact."""
    rulebook = rulebook or packaged_rulebook()
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


def check_again(receipt: Mapping[str, str], rulebook: Rulebook | None = None) -> Checked:
    """The identical verdict from its receipt. Raises WrongReceipt and NotReproducible."""
    _refuse_incomplete(receipt)
    _refuse_far_day(receipt["on"])
    rulebook = rulebook or packaged_rulebook()
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
