"""Suggestions over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.suggestions.model_file import write_model
from services.suggestions.routes import LONGEST
from tests.support.suggesting import tables_model
from tests.unit.services.scenes import Office, empty, office_at


@pytest.fixture
async def office(office_dsn: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with a model that an operator chose."""
    write_model(tables_model(), tmp_path / "model")
    await empty(office_dsn)
    async with office_at(office_dsn, tmp_path, suggestions_model=tmp_path / "model") as office:
        yield office


async def test_a_visitor_gets_three_codes_and_materials_with_reasons(office: Office) -> None:
    answer = await office.client().get("/v1/suggestions", params={"text": "oude asbest golfplaten"})
    told = answer.json()
    assert answer.status_code == 200
    assert (told["kind"], told["examples"]) == ("suggestion", 0)
    assert (len(told["codes"]), len(told["materials"])) == (3, 3)
    first = told["codes"][0]
    assert (first["code"], first["display"], first["hazardous"]) == ("170605", "17 06 05*", True)
    assert first["because"].startswith("Door: ")
    assert told["hazard"]["warns"]
    assert "gevaarlijk afval" in told["hazard"]["text"]


async def test_the_answer_is_in_the_language_that_is_asked(office: Office) -> None:
    params = {"text": "used engine oil", "language": "en"}
    told = (await office.client().get("/v1/suggestions", params=params)).json()
    assert "hazardous waste" in told["hazard"]["text"]
    assert "oil" in told["codes"][0]["name"].lower()
    assert told["codes"][0]["because"].startswith("Because of: ")


async def test_a_text_of_several_lines_and_with_broken_letters_is_read(office: Office) -> None:
    broken = "geïsoleerde\nkoelkast".encode().decode("cp1252")
    told = (await office.client().get("/v1/suggestions", params={"text": broken})).json()
    assert "geisoleerde" in told["codes"][0]["words"] + told["materials"][0]["words"]
    assert "Ã" not in str(told)


async def test_what_is_not_recognised_is_said_to_be(office: Office) -> None:
    told = (await office.client().get("/v1/suggestions", params={"text": "qqqzx"})).json()
    assert (told["certainty"], told["codes"], told["materials"]) == ("nothing_known", [], [])
    assert "herkennen dit niet" in told["advice"]


@pytest.mark.parametrize(
    "params",
    [{}, {"text": ""}, {"text": "x" * (LONGEST + 1)}, {"text": "a\x00b"}, {"text": "hout", "language": "klingon"}],
)
async def test_a_wrong_question_is_a_problem_document(office: Office, params: dict[str, str]) -> None:
    answer = await office.client().get("/v1/suggestions", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(answer.json())
