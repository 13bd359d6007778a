"""Find the phrases of a fixed word list in what people type, in Dutch or English.

Knows nothing of materials: it maps phrases to keys. All work on the word list is done once, when the index is built;
a search looks up every run of words in dictionaries and never walks over the list.
"""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

_WORD = re.compile(r"[^\W_]+")
# "accu's" is the plural of "accu"; without this the s would become a word of its own.
_APOSTROPHE_S = re.compile(r"(?<=\w\w)['’`´]s\b")
_DOUBLED = re.compile(r"(.)\1")
# Left out of phrases and of texts alike: they join words, or say how a load was collected, not what it is.
_JOINING = """
    die dat met en of van voor uit de het een in te op tbv per via vallend vallende and with from for the
    extern route ingaand ingaan inname overslag opslag aanvoer transport incl inclusief excl inzamelaarsregeling
    inzamelaarsreg inzameling bestemd ter plaatse projecten storttarief
"""
_JOINING_WORDS = frozenset(_JOINING.split())
# What these words deny depends on where they stand: "herbruikbaar, niet op route" is not "niet herbruikbaar".
_NEGATIONS = frozenset(("niet", "geen", "zonder", "not", "no", "non", "without"))
_MEASURES = frozenset(
    ("cm", "mm", "m", "m2", "m3", "kg", "ton", "liter", "l", "stuk", "stuks", "x", "max", "min", "ca")
)
# "cacaoafval" is about cacao: these tails say that something is left over, not what it is.
_EMPTY_TAILS = (
    "afvallen",
    "afval",
    "materialen",
    "materiaal",
    "restanten",
    "resten",
    "producten",
    "mengsels",
    "mengsel",
    "stroom",
    "stukken",
    "delen",
)
_SHORTEST_HEAD = 4  # a shorter tail is seldom the head of a compound ("spijsolie" is no "lie")
_NO_HEADS = frozenset(("slag", "schap"))  # suffixes that look like a head: "overslag", "maatschap"
_SHORTEST_TYPO = 7  # in shorter words one wrong letter usually makes another word ("cement", "gemeente")
_LONGEST_PHRASE = 9  # longest run of words looked up; texts are cut off, so a search has a fixed cost
_LONGEST_TEXT = 40


class Closeness(IntEnum):
    """How a run of words equals a phrase, the best first."""

    AS_WRITTEN = 0
    INFLECTED = 1
    OTHER_ORDER = 2
    COMPOUND = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """One phrase found: its key, how many words of the text it covers, and where it starts (0 is the first word)."""

    key: str
    words: int
    position: int
    closeness: Closeness
    text: str


def words_of(text: str) -> tuple[str, ...]:
    """The bare words: HTML entities resolved, lower case, no accents, no punctuation, no joining words.

    >>> words_of("Accu&apos;s &amp;amp; B-hout, met vërf")
    ('accu', 'b', 'hout', 'verf')
    """
    plain = html.unescape(html.unescape(html.unescape(text))).casefold()
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHE_S.sub("", plain))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = tuple(_WORD.findall(bare))
    return tuple(word for word in words if word not in _JOINING_WORDS) or words


def fold_word(word: str) -> str:
    """One form for a Dutch (or English) word and its plural or adjective ending; not a word to show.

    >>> fold_word("schone") == fold_word("schoon"), fold_word("glazen") == fold_word("glas")
    (True, True)
    """
    if len(word) < _SHORTEST_HEAD or not word.isalpha():
        return word
    stem = _without_ending(word)
    stem = _DOUBLED.sub(r"\1", stem)
    return stem[:-1] + {"z": "s", "v": "f"}.get(stem[-1], stem[-1])


def _without_ending(word: str) -> str:
    if len(word) > _SHORTEST_HEAD and word[-1] == "s" and word[-2] not in "aiouys":
        word = word[:-1]
    if len(word) <= _SHORTEST_HEAD:
        return word
    if word.endswith("en") and word[-3] not in "aeou":
        return word[:-2]
    if word[-1] == "e" and word[-2] != "e":
        return word[:-1]
    return word


class PhraseIndex:
    """Dictionaries over a list of (phrase, key).

    A folded phrase that belongs to two keys is dropped, so that "boten" never silently means "botten"; the exact
    phrases stay. Raises ValueError when one exact phrase is given to two keys.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        listed = [(words_of(phrase), key) for phrase, key in phrases]
        self._exact = _owned(listed)
        folded = [(tuple(map(fold_word, words)), key) for words, key in self._exact.items()]
        self._folded = _unambiguous(folded)
        self._bags = _unambiguous((tuple(sorted(words)), key) for words, key in folded)
        self._known = {word for words, _ in folded for word in words}
        self._near = _deletions(self._known)

    def exact(self, text: str) -> str | None:
        """The key of the phrase that is the whole text, or None."""
        words = words_of(text)
        return self._exact.get(words) or self._folded.get(tuple(map(fold_word, words)))

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Every phrase in the text, numbers and measures read as well as skipped; at most one hit per run of words."""
        words = words_of(text)[:_LONGEST_TEXT]
        found = self._runs(words)
        without = tuple(word for word in words if word not in _MEASURES and not word[0].isdigit())
        if without != words:
            found += self._runs(without)
        return tuple(found)

    def _runs(self, words: tuple[str, ...]) -> list[Hit]:
        folded = tuple(self._corrected(fold_word(word)) for word in words)
        found = []
        for start in range(len(words)):
            for stop in range(start + 1, min(start + _LONGEST_PHRASE, len(words)) + 1):
                match = self._match(words[start:stop], folded[start:stop])
                if match is not None:
                    key, closeness = match
                    found.append(Hit(key, stop - start, start, closeness, " ".join(words[start:stop])))
        return found

    def _match(self, words: tuple[str, ...], folded: tuple[str, ...]) -> tuple[str, Closeness] | None:
        if (key := self._exact.get(words)) is not None:
            return key, Closeness.AS_WRITTEN
        if (key := self._folded.get(folded)) is not None:
            return key, Closeness.INFLECTED
        if len(words) > 1:
            key = None if _NEGATIONS.intersection(words) else self._bags.get(tuple(sorted(folded)))
            return None if key is None else (key, Closeness.OTHER_ORDER)
        if folded[0] in self._known:
            return None
        key = self._head_of(words[0])
        return None if key is None else (key, Closeness.COMPOUND)

    def _corrected(self, word: str) -> str:
        """A known word at one inserted, lost or wrong letter from `word`; the word itself when known or too short.

        The first letter counts as sure: people seldom mistype it, and it keeps "minder" from becoming "binder".
        """
        if word in self._known or len(word) < _SHORTEST_TYPO:
            return word
        spellings = (self._near.get((word[0], spelling)) for spelling in (word, *_one_letter_less(word)))
        return next((near for near in spellings if near is not None), word)

    def _head_of(self, word: str) -> str | None:
        """What a compound is about: the part before an empty tail, else the longest known last part."""
        for tail in _EMPTY_TAILS:
            if word.endswith(tail) and len(word) > len(tail) + 2:
                stem = word.removesuffix(tail)
                return self._single(stem) or self._single(stem.removesuffix("s")) or self._last_part(stem)
        return self._last_part(word)

    def _last_part(self, word: str) -> str | None:
        """Heads of four letters must stand in the list as they are: folding makes too many of them ("stortko-sten")."""
        for start in range(1, len(word) - _SHORTEST_HEAD + 1):
            part = word[start:]
            if part in _NO_HEADS:
                continue
            found = self._single(part) if len(fold_word(part)) > _SHORTEST_HEAD else self._exact.get((part,))
            if found is not None:
                return found
        return None

    def _single(self, word: str) -> str | None:
        return self._exact.get((word,)) or self._folded.get((fold_word(word),))


def _owned(listed: Iterable[tuple[tuple[str, ...], str]]) -> dict[tuple[str, ...], str]:
    owners: dict[tuple[str, ...], str] = {}
    for words, key in listed:
        owner = owners.setdefault(words, key)
        if owner != key:
            raise ValueError(
                f"the phrase {' '.join(words)!r} is given to {owner} and to {key}; keep it with one of them"
            )
    return owners


def _unambiguous(listed: Iterable[tuple[tuple[str, ...], str]]) -> dict[tuple[str, ...], str]:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for words, key in listed:
        owners[words].add(key)
    return {words: next(iter(keys)) for words, keys in owners.items() if len(keys) == 1}


def _one_letter_less(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _deletions(known: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """Each long known word under its first letter and every spelling that lacks one; the first by alphabet wins."""
    near: dict[tuple[str, str], str] = {}
    for word in sorted(known):
        if len(word) >= _SHORTEST_TYPO:
            for spelling in (word, *_one_letter_less(word)):
                near.setdefault((word[0], spelling), word)
    return near
