"""Every sentence of the site in Dutch and English: the files of the folder `words`, one per subject."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from contracts.vocabulary.terms import Language

Say = Callable[..., str]


class BrokenCatalogue(ValueError):
    """A sentence that is missing in one language, or stands in the files twice."""


class UnknownSentence(KeyError):
    """A page asked for a sentence that the catalogue does not have."""


@cache
def sentences() -> Mapping[str, Mapping[Language, str]]:
    """All sentences by key, `<file>.<name>`; raises BrokenCatalogue."""
    found: dict[str, Mapping[Language, str]] = {}
    for file in sorted((resources.files("services.web") / "words").iterdir(), key=lambda item: item.name):
        if file.name.endswith(".yaml"):
            subject = file.name.removesuffix(".yaml")
            # Not the default loader: it would read the words "no" and "yes" as truths.
            read = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - our own files, texts only
            for name, texts in read.items():
                found[f"{subject}.{name}"] = _both(f"{subject}.{name}", texts)
    return MappingProxyType(found)


def _both(key: str, texts: Any) -> Mapping[Language, str]:
    if isinstance(texts, list) and len(texts) == len(Language) and all(isinstance(text, str) for text in texts):
        return MappingProxyType(dict(zip(Language, texts, strict=True)))
    raise BrokenCatalogue(f"sentence {key}: expected a list of Dutch and English; got {texts!r:.80}")


def say(language: Language, key: str, **values: object) -> str:
    """The sentence with these values in it; raises UnknownSentence."""
    texts = sentences().get(key)
    if texts is None:
        raise UnknownSentence(f"the catalogue has no sentence {key!r}; add it to services/web/words")
    return texts[language].format_map(values) if values else texts[language]


def speaker(language: Language) -> Say:
    """`say` in one language."""
    return lambda key, **values: say(language, key, **values)


def knows(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in sentences()
