"""The order in which candidates stand in a list: the higher score first, equal scores by the lower listing id.

The order is a pure function of the pair, the rulebook behind the check, and the day.
"""

from dataclasses import dataclass
from datetime import date

from matching.model import AnyListing, OfferEntry, WantEntry
from matching.proposing import Check, Fit
from matching.scoring import legal_mark

BEST_K = 20
"""How many candidates stand in the list of one listing, unless set."""

Place = tuple[float, int]
"""What candidates of one listing are sorted by: the smaller comes first."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """How many candidates stand in the list of one listing, and the legal check that counts in their score."""

    check: Check
    today: date
    best_k: int

    def score(self, fit: Fit) -> float:
        """The exact score, in the order that the want chose."""
        return fit.score(self.mark(fit.offer, fit.want))

    def mark(self, offer: OfferEntry, want: WantEntry) -> float:
        """The mark of legal feasibility."""
        return legal_mark(self.check(offer, want, self.today))

    def place(self, fit: Fit, listing: AnyListing) -> Place:
        """Where the pair stands among the candidates of `listing`."""
        counterpart = fit.want if isinstance(listing, OfferEntry) else fit.offer
        return -self.score(fit), counterpart.key.int
