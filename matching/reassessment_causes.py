"""Why a trade was judged again: which law file is another, which date came, which document began or ran out."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

from contracts.events.listings import EvidenceState
from contracts.events.trades import ReassessmentCauseState
from contracts.vocabulary.verdict import Verdict
from matching.editions import Law
from matching.end_of_waste.rules import LawFile, Rulebook
from matching.moments import counts_differently
from matching.proposing import Fit

A_DAY = timedelta(days=1)


def causes_of(
    fit: Fit, before: Law | None, after: Law, was: Verdict | None, now: Verdict
) -> tuple[ReassessmentCauseState, ...]:
    """The reasons, most telling first; the coming of the day itself when nothing else explains it."""
    if before is None:
        return (_unreadable(after),)
    found = [
        *_law_files(before.rulebook, after.rulebook, _used(was) | _used(now)),
        *_dates(before, after, _used(was) | _used(now)),
        *_codes(fit.offer.state.eural_code, before, after),
        *_documents((*fit.offer.state.evidence, *fit.want.state.evidence), before.day, after),
    ]
    return tuple(found) or (_day(before.day, after.day),)


def _used(verdict: Verdict | None) -> frozenset[str]:
    """The law files of which rules were asked; a verdict without a receipt rests on none."""
    files: dict[str, str] = json.loads(verdict.receipt.get("law_files", "{}")) if verdict else {}
    return frozenset(files)


def _law_files(before: Rulebook, after: Rulebook, used: frozenset[str]) -> Iterator[ReassessmentCauseState]:
    old, new = ({law.file: law for law in book.files} for book in (before, after))
    for file in sorted(used):
        one, other = old.get(file), new.get(file)
        if one is None or other is None or one.digest != other.digest:
            law = other or one
            assert law is not None
            yield ReassessmentCauseState(about="law_file", name=file, **CHANGED[(one is None, other is None)](law))


def _sentence(nl: str, en: str, law: LawFile) -> dict[str, str]:
    return {"nl": nl.format(act=law.act, place=law.place), "en": en.format(act=law.act, place=law.place)}


CHANGED = {
    (False, False): lambda law: _sentence(
        "De regels van {act}, {place}, zijn herzien in ons regelboek.",
        "The rules of {act}, {place}, were revised in our rulebook.",
        law,
    ),
    (True, False): lambda law: _sentence(
        "{act}, {place}, is nieuw in ons regelboek.", "{act}, {place}, is new in our rulebook.", law
    ),
    (False, True): lambda law: _sentence(
        "{act}, {place}, staat niet meer in ons regelboek.", "{act}, {place}, is no longer in our rulebook.", law
    ),
}


def _dates(before: Law, after: Law, used: frozenset[str]) -> Iterator[ReassessmentCauseState]:
    for law in after.rulebook.files:
        if law.file not in used:
            continue
        if before.day < law.valid_from <= after.day:
            nl, en = f"{law.act}, {law.place}, geldt sinds", f"{law.act}, {law.place}, holds since"
            yield _on_day(law.file, law.valid_from, nl, en)
        if law.valid_to is not None and before.day <= law.valid_to < after.day:
            nl, en = f"{law.act}, {law.place}, geldt niet meer sinds", f"{law.act}, {law.place}, no longer holds since"
            yield _on_day(law.file, law.valid_to + A_DAY, nl, en)


def _on_day(name: str, day: date, nl: str, en: str) -> ReassessmentCauseState:
    return ReassessmentCauseState(about="date", name=name, on=day, nl=f"{nl} {day}.", en=f"{en} {day}.")


def _codes(code: str | None, before: Law, after: Law) -> Iterator[ReassessmentCauseState]:
    for change in after.rulebook.code_changes:
        if change.code == code and before.day < change.valid_from <= after.day:
            yield ReassessmentCauseState(
                about="code",
                name=change.code,
                on=change.valid_from,
                nl=f"Euralcode {change.code} heeft sinds {change.valid_from} een andere betekenis.",
                en=f"Waste code {change.code} has another meaning since {change.valid_from}.",
            )


def _documents(papers: tuple[EvidenceState, ...], day_before: date, after: Law) -> Iterator[ReassessmentCauseState]:
    for paper in papers:
        if not counts_differently(paper, day_before, after.day):
            continue
        known = after.rulebook.documents.get(paper.kind)
        nl, en = (known.name.nl, known.name.en) if known else (paper.kind.value, paper.kind.value)
        ended = paper.valid_until is not None and paper.valid_until < after.day
        day = paper.valid_until if ended else paper.issued_on
        yield ReassessmentCauseState(
            about="document",
            name=paper.kind.value,
            on=day,
            nl=f"Het document '{nl}' {'was geldig tot en met' if ended else 'telt mee vanaf'} {day}.",
            en=f"The document '{en}' {'was valid until' if ended else 'counts from'} {day}.",
        )


def _day(before: date, after: date) -> ReassessmentCauseState:
    return ReassessmentCauseState(
        about="date",
        name="today",
        on=after,
        nl=f"Er is tijd verstreken sinds {before}: een onderzoek of keuring kan te oud zijn geworden.",
        en=f"Time has passed since {before}: an analysis or a verification may have grown too old.",
    )


def _unreadable(after: Law) -> ReassessmentCauseState:
    return ReassessmentCauseState(
        about="law_file",
        name="rulebook",
        on=after.day,
        nl="Het regelboek is vernieuwd; wat er precies anders is, is niet meer na te gaan.",
        en="The rulebook was renewed; what exactly is different can no longer be told.",
    )
