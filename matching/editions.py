"""What trades are judged by: a rulebook on a day."""

from dataclasses import dataclass
from datetime import date

from contracts.vocabulary.verdict import Verdict
from matching.end_of_waste.rules import Rulebook
from matching.proposing import Check, Fit


@dataclass(frozen=True, slots=True)
class Edition:
    """What trades are judged by: the version of the rulebook (its hash) and a day."""

    rulebook: str
    day: date

    def __str__(self) -> str:
        return f"{self.rulebook}@{self.day}"


@dataclass(frozen=True)
class Law:
    """A rulebook on a day, with the check that applies it to pairs."""

    rulebook: Rulebook
    day: date
    check: Check

    @property
    def edition(self) -> Edition:
        """What it is called in a receipt."""
        return Edition(self.rulebook.version, self.day)

    def judge(self, fit: Fit) -> Verdict:
        """The verdict on a pair."""
        return self.check(fit.offer, fit.want, self.day)
