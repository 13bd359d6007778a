"""Publishing: a form with everything, with mistakes, half filled in, with photos, and as a copy of an earlier one."""

import io
import re
from typing import Any

from PIL import Image

from tests.support.marketplace import Member
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import text_of, visitor

OFFER: dict[str, Any] = {
    "title": "Geverfd sloophout",
    "concept": "wood_grade_b",
    "quantity": "12,5",
    "unit": "t",
    "postcode": "5038 AA",
    "price_kind": "pays",
    "price": "35",
    "action": "publish",
}


def photo_bytes() -> bytes:
    """A small JPEG with a place in its EXIF."""
    exif = Image.Exif()
    exif[0x010E] = "Achtertuin van de familie Jansen"
    into = io.BytesIO()
    Image.new("RGB", (640, 480), "brown").save(into, "JPEG", exif=exif)
    return into.getvalue()


async def stored(member: Member) -> dict[str, Any]:
    """The newest offer of an organisation."""
    answer = await member.client.get("/v1/offers", params={"mine": True})
    return dict(answer.json()["items"][0]["listing"])


async def test_an_offer_is_published_as_it_was_filled_in(office: Office) -> None:
    member = await office.member("Houder")
    async with visitor(office, member.organisation_id) as holder:
        answer = await holder.post("/aanbieden", **OFFER)
        assert "Geplaatst" in text_of(await holder.follow(answer))
    kept = await stored(member)
    assert (kept["status"], kept["quantity"], kept["price_eur_per_tonne"]) == ("open", "12.5", "-35")
    assert "offer.published" in await office.told()


async def test_mistakes_are_summed_up_and_what_was_typed_stays(office: Office) -> None:
    member = await office.member("Houder")
    async with visitor(office, member.organisation_id) as holder:
        wrong = {**OFFER, "concept": "", "quantity": "veel", "postcode": "0000"}
        answer = await holder.post("/aanbieden", 422, **wrong)
    assert 'id="error-summary"' in answer.text
    assert [f'href="#{name}"' in answer.text for name in ("concept", "quantity", "postcode", "title")] == [
        *(True, True, True, False)
    ]
    assert 'value="Geverfd sloophout"' in answer.text
    assert await office.told() == ["organisation.registered"]


async def test_nothing_is_chosen_for_the_holder(office: Office) -> None:
    member = await office.member("Houder")
    async with visitor(office, member.organisation_id) as holder:
        answer = await holder.post("/aanbieden", 200, **{**OFFER, "concept": "", "action": "suggest"})
        part = await holder.get("/materialen/voorstellen?soort=offer&title=B-hout")
    assert 'value="wood_grade_b"' in answer.text
    for html in (answer.text, part):
        chosen = [tag for tag in re.findall(r"<input[^>]*>", html) if 'name="concept"' in tag and "checked" in tag]
        assert not chosen


async def test_a_half_filled_form_is_kept_until_it_is_sent(office: Office) -> None:
    member = await office.member("Houder")
    async with visitor(office, member.organisation_id) as holder:
        answer = await holder.post("/aanbieden/bewaren", 200, title="Half verhaal", quantity="3")
        assert "Concept bewaard" in answer.text
        assert 'value="Half verhaal"' in await holder.get("/aanbieden")
        await holder.post("/aanbieden", **OFFER)
        assert "Half verhaal" not in await holder.get("/aanbieden")


async def test_an_empty_form_can_be_asked_for(office: Office) -> None:
    member = await office.member("Houder")
    async with visitor(office, member.organisation_id) as holder:
        await holder.post("/vragen/bewaren", 200, title="Half verhaal")
        await holder.post("/vragen/opnieuw")
        assert "Half verhaal" not in await holder.get("/vragen")


async def test_photos_come_along_without_what_was_hidden_in_them(office: Office) -> None:
    member = await office.member("Houder")
    async with visitor(office, member.organisation_id) as holder:
        files = {"photo": ("tuin.jpg", photo_bytes(), "image/jpeg")}
        answer = await holder.post("/aanbieden", files=files, **OFFER)
        page = await holder.follow(answer)
        address = page.partition('src="/foto/')[2].partition('"')[0]
        shown = await holder.client.get(f"/foto/{address}")
    assert shown.headers["content-type"] == "image/webp"
    assert b"Jansen" not in shown.content
    assert not Image.open(io.BytesIO(shown.content)).getexif()


async def test_a_photo_is_not_lost_when_the_form_has_a_mistake(office: Office) -> None:
    member = await office.member("Houder")
    async with visitor(office, member.organisation_id) as holder:
        files = {"photo": ("tuin.jpg", photo_bytes(), "image/jpeg")}
        wrong = await holder.post("/aanbieden", 422, files=files, **{**OFFER, "quantity": ""})
        photo = wrong.text.partition('name="photo_id" value="')[2].partition('"')[0]
        answer = await holder.post("/aanbieden", **OFFER, photo_id=photo)
        assert f"/foto/{photo}" in await holder.follow(answer)


async def test_something_that_is_no_photo_is_refused_in_a_sentence(office: Office) -> None:
    member = await office.member("Houder")
    async with visitor(office, member.organisation_id) as holder:
        files = {"photo": ("tuin.jpg", b"<svg onload=alert(1)>", "image/jpeg")}
        answer = await holder.post("/aanbieden", 422, files=files, **OFFER)
    assert "Dit is geen foto die wij kunnen lezen" in text_of(answer.text)


async def test_an_earlier_offer_is_published_again_with_other_days(office: Office) -> None:
    member = await office.member("Houder")
    made = await member.offer(title="Elke maand hetzelfde", quantity="7", available_until="2099-01-01")
    async with visitor(office, member.organisation_id) as holder:
        form = await holder.get(f"/aanbieden?kopie={made['listing_id']}")
    assert 'value="Elke maand hetzelfde"' in form
    assert "2099" not in form


async def test_a_copy_of_somebody_elses_offer_is_an_empty_form(office: Office) -> None:
    other, member = await office.member("Ander"), await office.member("Houder")
    made = await other.offer(title="Van een ander")
    async with visitor(office, member.organisation_id) as holder:
        assert "Van een ander" not in await holder.get(f"/aanbieden?kopie={made['listing_id']}")


async def test_a_want_is_published_with_its_use(office: Office) -> None:
    member = await office.member("Zoeker")
    async with visitor(office, member.organisation_id) as seeker:
        answer = await seeker.post(
            "/vragen",
            title="Hout voor spaanplaat",
            concept="wood_grade_b",
            quantity="40",
            minimum="10",
            unit="t",
            postcode="5038",
            intended_use="material_recycling",
            action="draft",
        )
        assert "Alleen u ziet dit" in text_of(await seeker.follow(answer))
    assert await office.told() == ["organisation.registered"]


async def test_who_is_not_registered_is_asked_to_register_first(office: Office) -> None:
    member = await office.member("Iemand")
    stranger = member.organisation_id.int ^ 1
    async with visitor(office, type(member.organisation_id)(int=stranger)) as somebody:
        answer = await somebody.client.get("/aanbieden")
    assert answer.headers["location"] == "/organisatie?naar=/aanbieden"
