"""Which form of a dossier the caller wants: the Accept header, or the ending of a file name."""

from enum import StrEnum

from services.checks.errors import NoSuchForm


class Form(StrEnum):
    """The forms of a dossier, the first is that of callers who do not say."""

    JSON = "application/json"
    HTML = "text/html"
    PDF = "application/pdf"


ENDINGS = {".json": Form.JSON, ".html": Form.HTML, ".pdf": Form.PDF}
RANGES = {"*/*": Form.JSON, "application/*": Form.JSON, "text/*": Form.HTML, **{form.value: form for form in Form}}


def form_of(accept: str | None) -> Form:
    """The best accepted form (RFC 9110: by its q, then in the order written). Raises NoSuchForm."""
    wanted = [_weighed(part) for part in (accept or "*/*").split(",") if part.strip()]
    for kind, weight in sorted(wanted, key=lambda pair: -pair[1]):
        if weight > 0 and kind in RANGES:
            return RANGES[kind]
    raise NoSuchForm(f"got Accept: {str(accept)[:200]!r}; expected one of {', '.join(Form)}")


def _weighed(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((piece.removeprefix("q=") for piece in parameters if piece.startswith("q=")), "1")
    try:
        return kind, float(quality)
    except ValueError:
        return kind, 0.0
