"""`kringmarkt publish FILE`: a file of offers and wants to the marketplace."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from contracts.vocabulary.terms import ListingKind
from services.cli.binding import knows
from services.cli.drafts import Drafts, Ready, not_ready
from services.cli.ending import Ending
from services.cli.files import open_file
from services.cli.keys import Seen
from services.cli.numbers import Mark
from services.cli.publishing import TIMEOUT_S, Answered, Marketplace, NotAccepted, Patience
from services.cli.reporting import NOTHING_DONE, Report
from services.cli.rows import Refused, Unreadable

MOST_ROWS = 1000
MOST_BYTES = 10 * 1024 * 1024
PATIENT = Patience()


@dataclass(frozen=True)
class Order:
    """What somebody asks for on the command line."""

    file: Path
    url: str
    token: str | None
    kind: ListingKind = ListingKind.OFFER
    sheet: str | None = None
    decimal: Mark | None = None
    batch: int = 500
    dry_run: bool = False
    errors: Path | None = None
    quiet: bool = False
    patience: Patience = PATIENT


def publish(
    file: Annotated[Path, typer.Argument(help="A CSV, XLSX or NDJSON file.")],
    url: Annotated[str, typer.Option(envvar="KRINGMARKT_URL", help="Where the marketplace is.")] = (
        "http://127.0.0.1:8080"
    ),
    token: Annotated[str | None, typer.Option(envvar="KRINGMARKT_TOKEN", help="Who you are.", show_envvar=True)] = None,
    kind: Annotated[ListingKind, typer.Option(help="What rows are that do not say so.")] = ListingKind.OFFER,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook; else the first with headers.")] = None,
    decimal: Annotated[Mark | None, typer.Option(help="Which mark stands before decimals.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file; send nothing.")] = False,
    batch: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="Rows per request.")] = 500,
    errors: Annotated[Path | None, typer.Option(help="Write refused rows with reasons to this CSV file.")] = None,
    retry_for: Annotated[float, typer.Option(min=0, help="Seconds to keep trying without an answer.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Publish offers and wants from a file. It may be sent again: what is known and unchanged stays as it is.

    Exit code 0: all done; 1: some rows were refused or not reached; 2: nothing could be done.
    """
    patience = Patience(retry_for)
    order = Order(file, url, token, kind, sheet, decimal, batch, dry_run, errors, as_json, patience)
    report = asyncio.run(publish_file(order))
    typer.echo(report.as_json(dry_run=dry_run) if as_json else report.summary(dry_run=dry_run))
    raise typer.Exit(report.exit_code)


async def publish_file(order: Order) -> Report:
    """Publish or check the file; raises Ending when it cannot begin."""
    if order.token is None and not order.dry_run:
        raise Ending("no token was given; give --token or KRINGMARKT_TOKEN (`kringmarkt token` makes one)")
    if order.errors is not None and order.errors.resolve() == order.file.resolve():
        raise Ending("--errors names the file that is published; give another name")
    try:
        source = open_file(order.file, knows, order.sheet)
        with Seen() as seen:
            drafts = Drafts(source, order.kind, order.decimal, seen)
            with Report(source.header.names, source.about_rows, order.errors, quiet=order.quiet) as report:
                for warning in drafts.warnings:
                    report.note(f"warning: {warning}")
                await _carry_out(order, drafts, report)
            return report
    except Unreadable as error:
        raise Ending(str(error), NOTHING_DONE) from error
    except OSError as error:
        raise Ending(f"{error.filename} cannot be written: {error.strerror}; check --errors", NOTHING_DONE) from error


async def _carry_out(order: Order, drafts: Drafts, report: Report) -> None:
    if order.dry_run:
        _check(drafts, report)
        return
    async with httpx.AsyncClient(base_url=_address(order.url), timeout=TIMEOUT_S) as client:
        marketplace = Marketplace(client, order.token or "", order.patience, report.note)
        rows = []
        try:
            for rows in _batches(drafts, order.batch, report):
                for answer in await marketplace.publish(rows):
                    _tell(answer, report)
        except NotAccepted as error:
            report.stopped = f"stopped at row {rows[0].row.number}: {error}; what was done stays, send the file again"
            report.note(report.stopped)


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise Ending(f"{url!r} is no address ({error}); give --url http://host:port") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise Ending(f"{url!r} is no address; give --url http://host:port")
    return address


def _batches(drafts: Drafts, size: int, report: Report) -> Iterator[list[Ready]]:
    """Rows to send together; refused ones are reported on the way. A batch stays well below what a request may hold."""
    batch: list[Ready] = []
    held = 0
    for item in drafts:
        if isinstance(item, Refused):
            report.refuse(item)
            continue
        length = len(item.body())
        if len(batch) == size or (batch and held + length > MOST_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(item)
        held += length
    if batch:
        yield batch


def _tell(answer: Answered, report: Report) -> None:
    if answer.result == "refused":
        report.refuse(Refused(answer.ready.row, answer.faults))
    else:
        report.done(answer.result)


def _check(drafts: Drafts, report: Report) -> None:
    now = datetime.now(UTC)
    for item in drafts:
        faults = item.faults if isinstance(item, Refused) else not_ready(item, now)
        if faults:
            report.refuse(Refused(item.row, faults))
        else:
            report.done("valid")
