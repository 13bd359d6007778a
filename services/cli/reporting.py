"""Telling how a publication goes: progress and faults as they come, a summary at the end, the refused rows as a file.

Nothing is kept that grows with the file, but the first hundred refusals for the summary in JSON.
"""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli.cells import shown
from services.cli.columns import OUR_OWN
from services.cli.rows import Fault, Refused, Row

RESULTS = ("created", "revised", "unchanged", "valid", "refused")
ALL_DONE, SOME_REFUSED, NOTHING_DONE = 0, 1, 2
PRINTED_ROWS = 50
SUMMARISED_ROWS = 100


class Report:
    """The story of one publication. Faults and progress go to standard error; the summary to standard output."""

    def __init__(self, headers: Sequence[str], about_rows: int | None, errors: Path | None, *, quiet: bool) -> None:
        self.counts: Counter[str] = Counter()
        self.stopped: str | None = None
        self.refusals: list[dict[str, object]] = []
        self._headers = tuple(headers)
        self._errors = errors
        self._stack = ExitStack()
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        columns = (TextColumn("publishing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=self._console, disable=quiet or not self._console.is_terminal)
        self._task = self._bar.add_task("rows", total=about_rows)

    def __enter__(self) -> Self:
        self._stack.enter_context(self._bar)
        self._refused_rows = self._open_errors()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        if self.stopped is None and _kind is None:
            self._bar.update(self._task, total=self.counts.total(), completed=self.counts.total())
        self._stack.close()

    def _open_errors(self) -> Any:
        """With a byte order mark and semicolons, which is how a Dutch spreadsheet program opens it at once."""
        if self._errors is None:
            return None
        file = self._stack.enter_context(
            self._errors.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        )
        writer = csv.writer(file, delimiter=";")
        writer.writerow((*self._headers, *OUR_OWN))
        return writer

    def note(self, text: str) -> None:
        """Something to know, which is no fault of a row."""
        self._console.print(escape(text))

    def done(self, result: str) -> None:
        """One row was carried out."""
        self.counts[result] += 1
        self._bar.advance(self._task)

    def refuse(self, refused: Refused) -> None:
        """One row was refused."""
        self.done("refused")
        if len(self.refusals) < SUMMARISED_ROWS:
            self.refusals.append({"row": refused.row.number, "faults": [_as_json(fault) for fault in refused.faults]})
        for fault in refused.faults if self.counts["refused"] <= PRINTED_ROWS else ():
            self.note(f"row {fault.row}: {fault.sentence()}")
        if self.counts["refused"] == PRINTED_ROWS + 1:
            self.note("more rows are refused; give --errors FILE to have them all in a file")
        if self._refused_rows is not None:
            self._refused_rows.writerow((*self._cells(refused.row), refused.row.number, _reasons(refused)))

    def _cells(self, row: Row) -> list[str]:
        """The row as it was, under its headers, so that it can be mended here and published again."""
        texts = ["" if cell is None else shown(cell) for cell in row.cells[: len(self._headers)]]
        return [*texts, *[""] * (len(self._headers) - len(texts))]

    @property
    def exit_code(self) -> int:
        """0 all done, 1 some rows refused or not reached, 2 nothing could be done."""
        carried_out = self.counts.total() - self.counts["refused"]
        if self.stopped is not None:
            return SOME_REFUSED if carried_out else NOTHING_DONE
        return SOME_REFUSED if self.counts["refused"] else ALL_DONE

    def summary(self, *, dry_run: bool) -> str:
        """One line for people."""
        names = ("valid", "refused") if dry_run else ("created", "revised", "unchanged", "refused")
        told = ", ".join(f"{self.counts[name]} {name}" for name in names)
        return f"{told}. {self.stopped}" if self.stopped else told

    def as_json(self, *, dry_run: bool) -> str:
        """The same for programs, with the first hundred refusals."""
        counts = {name: self.counts[name] for name in RESULTS}
        return json.dumps(
            {"dry_run": dry_run, **counts, "stopped": self.stopped, "exit_code": self.exit_code, "rows": self.refusals},
            indent=2,
        )


def _as_json(fault: Fault) -> dict[str, object]:
    return {"column": fault.column, "got": fault.got, "expected": fault.expected}


def _reasons(refused: Refused) -> str:
    return " | ".join(fault.sentence() for fault in refused.faults)
