"""Turning a template into an answer: language, assets, headers that lock the page, and cookies that are new."""

from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import RedirectResponse, Response

from contracts.vocabulary.terms import Language, Role
from infra.settings import Settings
from services.web.assets_table import accepts_gzip, address_of, packed
from services.web.visiting import LANGUAGE_COOKIE, YEAR_S, Visit, set_cookie

SMALL = 1024
HSTS = "max-age=31536000"


@cache
def environment() -> Environment:
    """The templates. Everything is escaped; a name that is not there is an error, not an empty text."""
    made = Environment(
        loader=PackageLoader("services.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=address_of, query=_query, Role=Role)
    return made


def _query(values: dict[str, Any], **changes: Any) -> str:
    """A query string with some values changed; None and empty ones are left out."""
    merged = {**values, **changes}
    return urlencode([(key, value) for key, value in merged.items() if value not in (None, "", False)], doseq=True)


def html_of(visit: Visit, template: str, **values: Any) -> str:
    """A template in the visitor's language."""
    known = {
        "visit": visit,
        "say": visit.say,
        "w": visit.wording,
        "form_token": visit.form_token,
        "lang": visit.language.value,
        "region": visit.house.settings.region,
        "path": visit.request.url.path,
        "here": _here(visit),
    }
    return environment().get_template(template).render({**known, **values})


def _here(visit: Visit) -> str:
    url = visit.request.url
    return f"{url.path}?{url.query}" if url.query else url.path


def page(visit: Visit, template: str, status: int = 200, *, framed: bool = False, **values: Any) -> Response:
    """A page or part of one as an answer. `framed`: other sites may show it in a frame (the widget)."""
    content = html_of(visit, template, **values).encode()
    headers = {**headers_of(visit, framed=framed), "Vary": "Accept-Encoding, Cookie"}
    if len(content) > SMALL and accepts_gzip(visit.request):
        content, headers["Content-Encoding"] = packed(content), "gzip"
    return finished(visit, Response(content, status, headers, "text/html; charset=utf-8"))


def redirect(visit: Visit, address: str) -> Response:
    """After a form was sent: go on at another page, so that loading again sends nothing twice."""
    return finished(visit, RedirectResponse(address, 303, headers=headers_of(visit)))


def finished(visit: Visit, response: Response) -> Response:
    """The answer with the cookies that this visit made."""
    for name, value in visit.new_cookies.items():
        set_cookie(response, visit.house, name, value, YEAR_S)
    return response


def headers_of(visit: Visit, *, framed: bool = False) -> dict[str, str]:
    """What locks a page: nothing from elsewhere, no code in the page, nobody may frame it, nothing is stored."""
    settings = visit.house.settings
    headers = {
        "Content-Security-Policy": policy_of(settings, visit.request.url.hostname or "localhost", framed=framed),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store" if visit.session else "no-cache",
        "Content-Language": visit.language.value,
    }
    return {**headers, "Strict-Transport-Security": HSTS} if settings.site_addresses[0].startswith("https") else headers


def policy_of(settings: Settings, host: str, *, framed: bool = False) -> str:
    """The Content-Security-Policy of every page."""
    tiles = f" {_origin(settings.tile_address)}" if settings.tile_address else ""
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: blob:{tiles}",
        "font-src": "'self'",
        "connect-src": f"'self' {push_address(settings, host)}",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        # Browsers hold redirects after a form to this too: signing in goes to the issuer and back.
        "form-action": " ".join(("'self'", _origin(settings.issuer_address), *settings.site_addresses)),
        "frame-ancestors": "*" if framed else "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def push_address(settings: Settings, host: str) -> str:
    """Where browsers listen: the address that is set, or the port beside the site."""
    return settings.push_address or f"ws://{host}:{settings.push_port}"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def with_language(response: Response, visit: Visit, language: Language) -> Response:
    """The answer that makes the visitor's browser remember a language."""
    set_cookie(response, visit.house, LANGUAGE_COOKIE, language.value, YEAR_S)
    return response
