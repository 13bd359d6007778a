"""Models to suggest with: of our own tables, and of a few labelled examples beside them. Each is fitted once."""

from functools import cache

from infra.suggestions.fitting import fitted
from matching.suggesting.knowledge import Known, Labelled, known_phrases
from matching.suggesting.model import SuggestionModel

NOTES = (
    ("bermgrond ingaand", "170504"), ("grond zonder verklaring", "170504"), ("partij grond klasse wonen", "170504"),
    ("mengpuin met zand", "170107"), ("puin vies", "170107"), ("sloperij puin mix", "170107"),
    ("golfplaat hechtgebonden", "170605"), ("asbest verpakt", "170605"), ("eterniet platen", "170605"),
    ("zwerfvuil park", "200301"), ("restafval kantoor", "200301"), ("vgw gemeente", "200301"),
)  # fmt: skip
"""Made-up texts in the manner of a receiver of waste, with their codes."""


def examples() -> list[Labelled]:
    """The notes as labelled examples."""
    return [Labelled(text, code) for text, code in NOTES]


@cache
def tables_model() -> SuggestionModel:
    """The model of our own tables alone."""
    return fitted([])


@cache
def few_phrases() -> tuple[Known, ...]:
    """A part of our own tables: enough to learn from, small enough to be quick."""
    return tuple(one for one in known_phrases() if one.concepts)[::6]


@cache
def examples_model() -> SuggestionModel:
    """The model of the notes and a part of our own tables."""
    return fitted(examples(), few_phrases())
