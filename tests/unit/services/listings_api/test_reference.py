"""Reference tables over HTTP: what is in them, and a plain answer for what is not."""

import pytest

from contracts.vocabulary.materials import material_tree
from tests.unit.services.scenes import Office


async def test_materials_are_found_by_text_by_parent_or_from_the_top(office: Office) -> None:
    client = office.client()
    top = (await client.get("/v1/materials")).json()
    assert [item["id"] for item in top] == list(material_tree().families())
    below = (await client.get("/v1/materials", params={"parent": "wood"})).json()
    assert {item["parent"] for item in below} == {"wood"}
    found = (await client.get("/v1/materials", params={"q": "bakstenen"})).json()
    assert found[0]["label_en"] == "Reclaimed bricks"
    assert (await client.get("/v1/materials", params={"parent": "unobtainium"})).json() == []
    assert (await client.get("/v1/materials", params={"q": "zzzzqqqq"})).json() == []


async def test_one_material_one_code_one_place(office: Office) -> None:
    client = office.client()
    assert (await client.get("/v1/materials/wood_grade_b")).json()["family"] == "wood"
    code = (await client.get("/v1/eural/17 02 04*")).json()
    assert (code["code"], code["hazardous"]) == ("170204", True)
    place = (await client.get("/v1/places/5038 AB")).json()
    assert (place["municipality"], place["postcode4"]) == ("Tilburg", "5038")


@pytest.mark.parametrize("table", ["materials", "eural", "places"])
@pytest.mark.parametrize("name", ["nothing", "%00", "%ED%A0%80", "..%5C..", "x" * 5000, "'; DROP TABLE--"])
async def test_what_is_not_in_a_table_is_not_found(office: Office, table: str, name: str) -> None:
    answer = await office.client().get(f"/v1/{table}/{name}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:kringmarkt:problem:not-in-the-table")
    assert len(answer.content) < 3000


async def test_control_characters_in_a_question_are_refused(office: Office) -> None:
    assert (await office.client().get("/v1/materials", params={"q": "\x00"})).status_code == 422
