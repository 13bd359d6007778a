"""`kringmarkt suggestions`: fit a model on labelled examples, and try a text."""

import time
from pathlib import Path
from typing import Annotated

import typer

from contracts.vocabulary.terms import Language
from infra.settings import load_settings
from infra.suggestions.model_file import WEIGHTS, ModelRefused, write_model
from matching.suggesting.knowledge import Labelled
from matching.suggesting.suggest import suggest
from services.cli.encodings import repaired
from services.cli.ending import Ending, complain
from services.cli.labelled import LabelledFile, read_labelled
from services.cli.rows import Unreadable
from services.suggestions.model_in_use import model_in_use
from services.suggestions.views import SuggestionsView, suggestions_view

app = typer.Typer(no_args_is_help=True, help="Eural codes and materials that a text may mean.")

SHOWN_FAULTS = 5
MEGABYTE = 1e6


@app.command("train")
def train(
    out: Annotated[Path, typer.Option(metavar="MODEL", help="The folder to write the model into.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="CSV or XLSX with a column of texts and one of Eural codes."),
    ] = None,
) -> None:
    """Fit a model on labelled examples and our own tables; without a file, on our own tables alone."""
    # Loaded here: scikit-learn takes a second, which every other command would wait for.
    from infra.suggestions.fitting import fitted

    examples = [example for file in files or [] for example in _read(file)]
    start = time.monotonic()
    model = fitted(examples)
    try:
        about = write_model(model, out)
    except ModelRefused as error:
        raise Ending(str(error)) from error
    except OSError as error:
        raise Ending(f"{out} cannot be written: {error.strerror or error}; choose another folder") from error
    size = (out / WEIGHTS).stat().st_size / MEGABYTE
    typer.echo(f"{out}: {about.examples} examples, {time.monotonic() - start:.1f} s, {size:.1f} MB")
    typer.echo(f"to use it, set KRINGMARKT_SUGGESTIONS_MODEL={out.resolve()}", err=True)


def _read(file: Path) -> tuple[Labelled, ...]:
    try:
        read: LabelledFile = read_labelled(file)
    except Unreadable as error:
        raise Ending(str(error)) from error
    for fault in read.faults[:SHOWN_FAULTS]:
        complain(f"{file.name} row {fault.row}: {fault.sentence()}")
    if read.faults:
        complain(f"{file.name}: {len(read.faults)} row(s) are no example and were left out")
    if not read.examples:
        raise Ending(f"{file.name} holds no example; expected rows with a text and an Eural code")
    return read.examples


@app.command("try")
def try_text(
    text: Annotated[str, typer.Argument(help="A description, Dutch or English.")],
    lang: Annotated[Language, typer.Option(help="The language of the answer.")] = Language.DUTCH,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON, as the API gives it.")] = False,
) -> None:
    """Show what the model in use suggests for a text."""
    model = model_in_use(load_settings())
    view = suggestions_view(suggest(model, repaired(text)), model, lang)
    typer.echo(view.model_dump_json(indent=2) if as_json else _told(view))


def _told(view: SuggestionsView) -> str:
    lines = [view.advice]
    lines += [f"  {one.score:4.0%}  {one.display}  {one.name}. {one.because}" for one in view.codes]
    lines += [f"  {one.score:4.0%}  {one.id}  {one.label}. {one.because}" for one in view.materials]
    return "\n".join([*lines, view.hazard.text])
