"""What is told of a publication."""

import csv
import json
from pathlib import Path

from services.cli.reporting import Report
from services.cli.rows import Fault, Refused, Row


def refused(number: int) -> Refused:
    return Refused(Row(number, ("Puin", 12.5, None)), (Fault(number, "prijs", "duur", "expected a number"),))


def test_refused_rows_are_written_with_reasons(tmp_path: Path) -> None:
    path = tmp_path / "fout.csv"
    with Report(("titel", "prijs", "tot"), 1, path, quiet=True) as report:
        report.refuse(refused(7))
    text = path.read_text(encoding="utf-8-sig")
    assert list(csv.reader(text.splitlines(), delimiter=";")) == [
        ["titel", "prijs", "tot", "_rij", "_reden"],
        ["Puin", "12.5", "", "7", "column 'prijs': got 'duur'; expected a number"],
    ]


def test_the_summary_counts_and_keeps_the_first_hundred() -> None:
    with Report(("titel",), None, None, quiet=True) as report:
        report.done("created")
        for number in range(250):
            report.refuse(refused(number))
    summary = json.loads(report.as_json(dry_run=False))
    assert (summary["created"], summary["refused"], len(summary["rows"]), summary["exit_code"]) == (1, 250, 100, 1)
    assert report.summary(dry_run=False) == "1 created, 0 revised, 0 unchanged, 250 refused"


def test_the_exit_code_tells_how_far_it_came() -> None:
    with Report((), None, None, quiet=True) as report:
        assert report.exit_code == 0
        report.stopped = "no answer"
        assert report.exit_code == 2
        report.done("created")
        assert report.exit_code == 1
