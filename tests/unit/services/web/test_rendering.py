"""Pages as answers: locked by their headers, compressed, escaped."""

from dataclasses import replace

from infra.settings import Settings
from services.web.rendering import environment, policy_of
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import visitor


def test_the_policy_allows_nothing_from_elsewhere_and_no_code_in_the_page() -> None:
    policy = policy_of(Settings(), "127.0.0.1")
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert "connect-src 'self' ws://127.0.0.1:8081" in policy
    assert "frame-ancestors 'none'" in policy


def test_tiles_and_frames_are_allowed_only_when_asked_for() -> None:
    policy = policy_of(Settings(tile_address="https://tegels.example/{z}/{x}/{y}.png"), "x", framed=True)
    assert "img-src 'self' data: blob: https://tegels.example;" in policy
    assert "frame-ancestors *" in policy


async def test_every_page_carries_its_locks(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.client.get("/")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["content-encoding"] == "gzip"
    assert "style=" not in answer.text
    assert "onclick=" not in answer.text


async def test_what_people_typed_is_escaped(office: Office) -> None:
    member = await office.member("Houder")
    await member.offer(title="<script>alert(1)</script>", description='"><img src=x onerror=alert(1)>')
    async with visitor(office) as somebody:
        page = await somebody.get("/zoeken?q=%22%3E%3Cscript%3E")
        front = await somebody.get("/")
    assert "<script>alert" not in page + front
    assert "&lt;script&gt;alert(1)" in front
    assert environment().autoescape


async def test_on_https_cookies_are_secure_and_the_browser_is_told_to_stay_there(office: Office) -> None:
    settings = office.house.settings.model_copy(update={"site_address": "https://kringmarkt.example.nl"})
    office.app.state.house = replace(office.house, settings=settings)
    async with visitor(office) as somebody:
        somebody.client.cookies.clear()
        answer = await somebody.client.get("/")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]
