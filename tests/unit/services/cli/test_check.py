"""`kringmarkt check`: what is printed, what is written, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner

from services.cli.check import check
from services.cli.ending import ending_well
from tests.unit.services.checks.scenes import facts

app = typer.Typer()
app.command()(ending_well(check))
run = CliRunner()


def written(folder: Path, content: Any) -> str:
    path = folder / "facts.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return str(path)


def test_the_outcome_comes_first_then_reasons_then_what_is_missing(tmp_path: Path) -> None:
    told = run.invoke(app, [written(tmp_path, facts()), "--on", "2026-11-21"])
    assert told.exit_code == 1
    assert told.stdout.startswith("Dit is afval.")
    order = [told.stdout.index(words) for words in ("Waarom?", "Wat ontbreekt er nog?", "geen besluit")]
    assert order == sorted(order)


def test_without_anything_in_the_way_it_ends_with_zero(tmp_path: Path) -> None:
    clean = {"stream": "paper", "supplier_country": "NL", "destination_country": "NL", "eural_code": "150101"}
    told = run.invoke(app, [written(tmp_path, clean), "--on", "2026-11-21", "--lang", "en"])
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("This is waste.")


def test_as_json_it_is_the_answer_of_the_api(tmp_path: Path) -> None:
    told = run.invoke(app, [written(tmp_path, facts()), "--on", "2026-11-21", "--json"])
    answer = json.loads(told.stdout)
    assert (answer["status"], answer["on"]) == ("waste", "2026-11-21")
    assert answer["receipt"]["on"] == "2026-11-21"


@pytest.mark.parametrize(("name", "start"), [("a.pdf", b"%PDF-"), ("a.html", b"<!doctype html>"), ("a.JSON", b"{")])
def test_a_dossier_is_written_in_the_form_of_its_name(tmp_path: Path, name: str, start: bytes) -> None:
    told = run.invoke(app, [written(tmp_path, facts()), "--dossier", str(tmp_path / name)])
    assert told.exit_code == 1, told.output
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"stream": "gold"}, "facts.stream"),
        ("- one\n- two\n", "holds no lines"),
        ("a: [", "cannot be read as YAML"),
        ("", "holds no lines"),
        ("supplier_country: NO\n", "facts.supplier_country"),
        ("eural_code: 191203\n", "in quotes"),
        ("1: x\n", "facts.1"),
    ],
)
def test_bad_facts_end_with_two_and_a_sentence(tmp_path: Path, content: Any, expected: str) -> None:
    told = run.invoke(app, [written(tmp_path, content)])
    assert told.exit_code == 2
    assert expected in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--on", "tomorrow"], "expected a date"),
        (["--on", "1850-01-01"], "expected a day from"),
        (["--dossier", "out.docx"], "ends in .json, .html, .pdf"),
        (["--dossier", "no/such/folder/out.json"], "cannot be written"),
    ],
)
def test_a_wrong_option_ends_with_two_and_a_sentence(tmp_path: Path, arguments: list[str], expected: str) -> None:
    told = run.invoke(app, [written(tmp_path, facts()), *arguments])
    assert told.exit_code == 2
    assert expected in told.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = run.invoke(app, [str(tmp_path / "nothing.yaml")])
    assert told.exit_code == 2
    assert "nothing.yaml" in told.stderr
