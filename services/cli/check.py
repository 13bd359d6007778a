"""`kringmarkt check`: the end-of-waste check of one file with facts, and a dossier of it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from contracts.vocabulary.terms import Language
from matching.end_of_waste import explain
from services.checks.checking import FIRST_DAY, LAST_DAY, Checked
from services.checks.checking import check as check_facts
from services.checks.dossier import dossier_of
from services.checks.errors import UnusableFact
from services.checks.forms import ENDINGS, Form
from services.checks.making import made
from services.checks.views import check_view
from services.cli.ending import Ending

BLOCKED = 1
LARGEST_BYTES = 1024 * 1024


def check(
    file: Annotated[Path, typer.Argument(metavar="FACTS.yaml", help="The facts, in YAML or JSON.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day whose law holds; today if left out.")] = None,
    lang: Annotated[Language, typer.Option(help="The language of the answer.")] = Language.DUTCH,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON, as the API gives it.")] = False,
    dossier: Annotated[Path | None, typer.Option(help="Write a dossier: a .pdf, .html or .json file.")] = None,
) -> None:
    """Check whether this material in this use is still waste. Ends with 0, with 1 when something stands in the way."""
    today = datetime.now(UTC).date()
    form = _form_of(dossier) if dossier else None
    checked = _checked(_facts_in(file), _day(on) if on else today)
    if dossier and form:
        _write(dossier, made(dossier_of(checked, lang, today), form))
    told = explain(checked.verdict, checked.rulebook, lang)
    typer.echo(check_view(checked, lang).model_dump_json(indent=2) if as_json else told.text(checked.rulebook, lang))
    if checked.verdict.blockers:
        raise typer.Exit(BLOCKED)


def _facts_in(file: Path) -> dict[str, Any]:
    expected = "expected YAML or JSON with lines such as `stream: copper_scrap`; docs/guides/check.md shows a file"
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise Ending(f"{file} is larger than {LARGEST_BYTES} bytes; {expected}")
        found = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Ending(f"{file} cannot be read: {error.strerror or error}; check the path and its rights") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Ending(f"{file} cannot be read as YAML: {error}; {expected}") from error
    if not isinstance(found, dict):
        raise Ending(f"{file} holds no lines with a name and a value; {expected}")
    return found


def _checked(facts: dict[str, Any], on: date) -> Checked:
    try:
        return check_facts(facts, on)
    except UnusableFact as refusal:
        raise Ending(refusal.detail) from refusal


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Ending(f"got --on {text!r}; expected a date such as 2026-11-21") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Ending(f"got --on {text}; expected a day from {FIRST_DAY} to {LAST_DAY}")
    return day


def _form_of(path: Path) -> Form:
    if path.suffix.lower() not in ENDINGS:
        raise Ending(f"got --dossier {path}; expected a name that ends in {', '.join(ENDINGS)}")
    return ENDINGS[path.suffix.lower()]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Ending(f"{path} cannot be written: {error.strerror or error}; check the folder and its rights") from error
