"""The name of a state of our tables."""

from dataclasses import replace

from infra.suggestions.fingerprint import fingerprint
from tests.support.suggesting import few_phrases


def test_the_same_tables_have_the_same_name_and_others_another() -> None:
    phrases = few_phrases()
    assert fingerprint(phrases) == fingerprint(list(phrases))
    assert len(fingerprint(phrases)) == 16
    changed = (replace(phrases[0], codes=(("170101", 1.0),)), *phrases[1:])
    assert len({fingerprint(phrases), fingerprint(phrases[1:]), fingerprint(changed)}) == 3
