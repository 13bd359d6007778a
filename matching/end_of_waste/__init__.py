"""The end-of-waste check: Dutch and EU waste law as data, a verdict on this material in this use, a receipt.

Pure: facts + rulebook + day -> verdict. Only the rulebook loader reads (packaged) files. A verdict is a proposal;
the authority decides.
"""

from matching.end_of_waste.articles import Article, articles
from matching.end_of_waste.changes import VerdictChange, compare
from matching.end_of_waste.engine import ENGINE_VERSION, evaluate
from matching.end_of_waste.explain import Explanation, explain
from matching.end_of_waste.facts import Facts, Measurement, Trade
from matching.end_of_waste.fields import FactError
from matching.end_of_waste.loader import load_rulebook, packaged_rulebook
from matching.end_of_waste.parsing import facts_from_mapping, facts_to_mapping
from matching.end_of_waste.receipt import CannotReproduce, reproduce
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.unlocks import ProposedTrade, Unlock, UnlockTotal, unlock_totals, unlocks
from matching.end_of_waste.words import AuthorityView, Origin, Processing, Stream, Truth, Use
from matching.end_of_waste.yaml_lines import LawFileError

__all__ = [
    "ENGINE_VERSION",
    "Article",
    "AuthorityView",
    "CannotReproduce",
    "Explanation",
    "FactError",
    "Facts",
    "LawFileError",
    "Measurement",
    "Origin",
    "Processing",
    "ProposedTrade",
    "Rulebook",
    "Stream",
    "Trade",
    "Truth",
    "Unlock",
    "UnlockTotal",
    "Use",
    "VerdictChange",
    "articles",
    "compare",
    "evaluate",
    "explain",
    "facts_from_mapping",
    "facts_to_mapping",
    "load_rulebook",
    "packaged_rulebook",
    "reproduce",
    "unlock_totals",
    "unlocks",
]
