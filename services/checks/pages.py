"""Dossiers and the list of articles as plain HTML pages: no script, readable without style, fit to print."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from contracts.vocabulary.terms import Language
from matching.end_of_waste import Article
from services.checks.dossier import Dossier
from services.checks.wording import day_in, speaker

# The pages hold what people typed: nothing in them may run or be fetched, even if something slipped through.
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@cache
def _environment() -> Any:
    """The templates; imported at first use, so that a command that makes no page starts without them."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("services.checks", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def safe_link(link: str) -> str:
    """The link when it leads to a web page, nothing otherwise."""
    return link if link.startswith(("https://", "http://")) else ""


def _page(template: str, language: Language, **values: Any) -> str:
    return str(
        _environment()
        .get_template(template)
        .render(
            say=speaker(language),
            day=partial(day_in, language),
            link=safe_link,
            language=language.value,
            **values,
        )
    )


def dossier_page(dossier: Dossier) -> str:
    """The dossier as HTML."""
    return _page("dossier.html", dossier.language, dossier=dossier)


def articles_page(found: Sequence[Article], version: str, language: Language) -> str:
    """The list of articles as HTML."""
    other = next(one for one in Language if one is not language)
    return _page("articles.html", language, articles=found, version=version, other=other.value)
