"""Photos as they are kept: upright, small enough, and with nothing in them but the picture."""

import io

import pytest
from PIL import Image

from infra.pictures import LONGEST_SIDE, MOST_BYTES, SMALL_SIDE, NotAPhoto, PhotoTooLarge, read_picture


def photo(width: int = 3000, height: int = 1000, form: str = "JPEG", orientation: int = 1) -> bytes:
    """A photo of a brown field, with a secret in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "GEHEIM"
    into = io.BytesIO()
    Image.new("RGB", (width, height), "brown").save(into, form, exif=exif)
    return into.getvalue()


def test_a_large_photo_is_made_smaller_in_two_sizes() -> None:
    picture = read_picture(photo())
    assert (picture.width, picture.height) == (LONGEST_SIDE, 533)
    assert Image.open(io.BytesIO(picture.thumbnail)).width == SMALL_SIDE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_is_left(form: str) -> None:
    source = photo(200, 100, form)
    assert b"GEHEIM" in source
    picture = read_picture(source)
    assert b"GEHEIM" not in picture.content + picture.thumbnail
    assert not Image.open(io.BytesIO(picture.content)).getexif()


def test_a_photo_of_a_phone_on_its_side_is_turned_upright() -> None:
    picture = read_picture(photo(200, 100, orientation=6))
    assert (picture.width, picture.height) == (100, 200)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)></svg>", b"GIF89a" + bytes(40), photo(50, 50)[:200], b"%PDF-1.7 not a photo"],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        read_picture(content)


def test_too_many_bytes_or_pixels_are_refused() -> None:
    with pytest.raises(PhotoTooLarge):
        read_picture(bytes(MOST_BYTES + 1))
    with pytest.raises(PhotoTooLarge):
        read_picture(photo(20_000, 4_000, "PNG"))
