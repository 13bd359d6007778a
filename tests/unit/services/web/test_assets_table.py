"""What pages load: under names that change, kept for ever, and nothing else of the disk."""

import gzip
from pathlib import Path

import pytest

from services.web.assets_table import AssetsMissing, address_of, assets, manifest, packed
from tests.unit.services.scenes import Office
from tests.unit.services.web.visitors import visitor

PAGE_BYTES = 200 * 1024


async def test_an_asset_is_sent_compressed_and_kept_for_ever(office: Office) -> None:
    async with visitor(office) as somebody:
        answer = await somebody.client.get(address_of("site.js"))
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("name", ["manifest.json.gz", "nothing.js", "..%2fbuilding.py", "%2e%2e"])
async def test_nothing_else_can_be_asked(office: Office, name: str) -> None:
    async with visitor(office) as somebody:
        assert (await somebody.client.get(f"/static/{name}")).status_code == 404


def test_no_asset_names_another_host() -> None:
    for name, asset in assets().items():
        if name.endswith((".css", ".html")):
            assert b"url(http" not in asset.content, name


def test_what_every_page_loads_is_light() -> None:
    loaded = [assets()[manifest()[name]] for name in ("site.js", "site.css", "kringmarkt.css", "font.woff2")]
    assert sum(len(asset.compressed or asset.content) for asset in loaded) < PAGE_BYTES / 2


def test_a_build_that_is_missing_is_told_with_the_way_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="make assets"):
        manifest(tmp_path)
    assert assets(tmp_path / "none") == {}
    assert gzip.decompress(packed(b"x" * 99)) == b"x" * 99
