"""Every article of the rulebook with its source, how sure it is and when it was last checked."""

from dataclasses import dataclass
from datetime import date

from contracts.vocabulary.verdict import Confidence
from matching.end_of_waste.rules import LawFile, Rulebook, Text


@dataclass(frozen=True, slots=True)
class Article:
    """One law file as a row of the list. `confidence` is the lowest of its rules; None dates are open."""

    file: str
    digest: str
    act: str
    place: str
    title: Text
    link: str
    source: str
    valid_from: date | None
    valid_to: date | None
    last_checked: date
    confidence: Confidence
    rules: tuple[str, ...]
    start_from_memory: bool = False


def articles(rulebook: Rulebook) -> tuple[Article, ...]:
    """All articles in order of act and place, every version of each."""
    rules: dict[str, list[str]] = {}
    weakest: dict[str, Confidence] = {}
    order = list(Confidence)
    for rule in rulebook.rules:
        name = rule.law.file
        rules.setdefault(name, []).append(rule.id)
        weakest[name] = max(weakest.get(name, rule.confidence), rule.confidence, key=order.index)
    rows = [_article(law, tuple(rules.get(law.file, ())), weakest[law.file]) for law in rulebook.files]
    return tuple(sorted(rows, key=lambda row: (row.act, row.place, row.valid_from or date.max, row.file)))


def _article(law: LawFile, rules: tuple[str, ...], confidence: Confidence) -> Article:
    return Article(
        file=law.file,
        digest=law.digest,
        act=law.act,
        place=law.place,
        title=law.title,
        link=law.link,
        source=law.source,
        valid_from=None if law.valid_from == date.max else law.valid_from,
        valid_to=law.valid_to,
        last_checked=law.last_checked,
        confidence=confidence,
        rules=rules,
        start_from_memory=law.start_from_memory,
    )
