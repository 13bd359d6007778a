"""Photos on the site: sent, shown to whoever may see their listing, and forgotten."""

from services.web.photos import FORM_OVERHEAD
from tests.unit.services.scenes import Office
from tests.unit.services.web.test_publishing import photo_bytes
from tests.unit.services.web.visitors import visitor


async def test_a_photo_is_sent_before_its_listing_and_seen_by_its_owner_only(office: Office) -> None:
    member, other = await office.member("Houder"), await office.member("Ander")
    assert FORM_OVERHEAD > 0
    async with visitor(office, member.organisation_id) as holder, visitor(office, other.organisation_id) as somebody:
        answer = await holder.post("/foto", 200, files={"photo": ("a.jpg", photo_bytes(), "image/jpeg")})
        photo = answer.text.partition('name="photo_id" value="')[2].partition('"')[0]
        assert (await holder.client.get(f"/foto/{photo}/klein")).status_code == 200
        assert (await somebody.client.get(f"/foto/{photo}")).status_code == 404


async def test_photos_are_added_to_a_listing_and_removed(office: Office) -> None:
    member = await office.member("Houder")
    made = await member.offer()
    address = f"/plaatsing/{made['listing_id']}"
    async with visitor(office, member.organisation_id) as holder, visitor(office) as somebody:
        await holder.post(f"{address}/foto", files={"photo": ("a.jpg", photo_bytes(), "image/jpeg")})
        photo = (await somebody.get(address)).partition('src="/foto/')[2].partition('"')[0]
        shown = await somebody.client.get(f"/foto/{photo}")
        assert shown.headers["content-type"] == "image/webp"
        again = await somebody.client.get(f"/foto/{photo}", headers={"If-None-Match": shown.headers["etag"]})
        assert again.status_code == 304
        await holder.post(f"/foto/{photo}/weg")
        assert (await somebody.client.get(f"/foto/{photo}")).status_code == 404


async def test_a_photo_of_an_open_listing_that_is_hidden_is_hidden_too(office: Office) -> None:
    member, partner = await office.member("Houder"), await office.member("Partner")
    made = await member.offer(visibility="partners", partners=[str(partner.organisation_id)])
    async with visitor(office, member.organisation_id) as holder, visitor(office) as somebody:
        address = f"/plaatsing/{made['listing_id']}"
        await holder.post(f"{address}/foto", files={"photo": ("a.jpg", photo_bytes(), "image/jpeg")})
        photo = (await holder.get(address)).partition('src="/foto/')[2].partition('"')[0]
        assert (await somebody.client.get(f"/foto/{photo}")).status_code == 404
