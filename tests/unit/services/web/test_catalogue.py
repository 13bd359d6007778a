"""The catalogue: both languages for every sentence, and every sentence that pages ask for."""

import re
from importlib import resources
from string import Formatter

import pytest

from contracts.events.alerts import AlertKind
from contracts.problems import Refusal
from contracts.vocabulary.quantities import Recurrence, Unit
from contracts.vocabulary.terms import (
    Condition,
    DeclineReason,
    Grade,
    IntendedUse,
    Language,
    LapseReason,
    LegalStatus,
    ListingStatus,
    Role,
    TradeStatus,
)
from notifications.reading import Answer
from services import deployables
from services.web.catalogue import BrokenCatalogue, UnknownSentence, _both, knows, say, sentences

LISTS = {
    "unit": Unit,
    "recurrence": Recurrence,
    "status": ListingStatus,
    "trade": TradeStatus,
    "decline": DeclineReason,
    "lapse": LapseReason,
    "legal": LegalStatus,
    "condition": Condition,
    "grade": Grade,
    "role": Role,
    "use": IntendedUse,
    "answer": Answer,
}
ASKED = re.compile(r"""say\(\s*["']([a-z_]+\.[a-z0-9_]+)["']\s*[,)]""")


def test_both_languages_name_the_same_values() -> None:
    named = {
        key: [{field for _, field, _, _ in Formatter().parse(text) if field} for text in texts.values()]
        for key, texts in sentences().items()
    }
    assert not [key for key, (dutch, english) in named.items() if dutch != english]


def test_every_sentence_that_a_template_or_module_asks_for_is_there() -> None:
    folder = resources.files("services.web")
    files = [*(folder / "templates").iterdir(), *(folder / "templates" / "issuer").iterdir(), *folder.iterdir()]
    texts = [file.read_text() for file in files if file.name.endswith((".html", ".py"))]
    asked = {key for text in texts for key in ASKED.findall(text)}
    assert len(asked) > 200
    assert not {key for key in asked if not knows(key)}


@pytest.mark.parametrize("kind", LISTS)
def test_every_word_of_a_closed_list_has_a_label(kind: str) -> None:
    assert not [item.value for item in LISTS[kind] if not knows(f"terms.{kind}_{item.value}")]


def test_every_refusal_that_a_person_can_cause_has_a_sentence() -> None:
    assert deployables.SERVICES
    slugs = {refusal.slug.replace("-", "_") for refusal in _below(Refusal)}
    assert len(slugs) > 40
    assert not {slug for slug in slugs if not knows(f"problems.{slug}")}


def _below(kind: type[Refusal]) -> set[type[Refusal]]:
    found = {one for one in kind.__subclasses__() if not one.__module__.startswith("tests.")}
    return found | {deeper for one in found for deeper in _below(one)}


def test_every_kind_of_alert_has_a_name() -> None:
    assert not [kind for kind in AlertKind if not knows(f"alerts.kind_{kind.value}")]


def test_values_are_put_in() -> None:
    assert say(Language.DUTCH, "frame.missed", n=3) == "Gemist: 3"


def test_an_unknown_sentence_and_a_half_one_are_errors() -> None:
    with pytest.raises(UnknownSentence):
        say(Language.DUTCH, "frame.nothing")
    with pytest.raises(BrokenCatalogue):
        _both("a.b", ["only Dutch"])
