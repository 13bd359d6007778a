"""Accessibility, privacy and the documentation of the API."""

import pytest

from services.web.statements import routes_of
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor


@pytest.mark.parametrize(("path", "words"), [("/toegankelijkheid", "WCAG 2.2"), ("/privacy", "Alleen wat nodig is")])
async def test_the_statements_are_there(office: Office, path: str, words: str) -> None:
    async with visitor(office) as somebody:
        assert words in text_of(await somebody.get(path))


async def test_every_route_of_the_api_is_documented_without_another_host(office: Office) -> None:
    async with visitor(office) as somebody:
        page = await somebody.get("/docs")
    said = text_of(page)
    for path in office.app.openapi()["paths"]:
        assert path in said
    assert "cdn" not in page


def test_a_route_is_read_with_its_parameters_and_answers() -> None:
    found = {"responses": {"404": {"description": "weg"}}, "parameters": [{"name": "q", "required": True}]}
    ((tag, route),) = routes_of({"paths": {"/v1/x": {"get": found}}})
    assert (tag, route.method, route.parameters, route.answers) == (
        *("other", "GET"),
        (("q", "", True),),
        (("404", "weg"),),
    )
