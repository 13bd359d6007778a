"""Photos as they are kept: recognised by their bytes, turned upright, made smaller, written anew without any metadata.

Writing anew is what makes them safe: place, owner and camera of a phone's photo do not come along, and neither does
anything that is hidden in a file that only looks like a photo.
"""

import io
import warnings
from dataclasses import dataclass, field

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

from contracts.problems import Refusal

MEDIA_TYPE = "image/webp"
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE, SMALL_SIDE = 1600, 360
QUALITY = 80


class NotAPhoto(Refusal):
    """Bytes that are no photo which can be shown."""

    status = 415
    slug = "not-a-photo"
    title = "This is not a photo"


class PhotoTooLarge(Refusal):
    """A photo of more bytes or pixels than are read."""

    status = 413
    slug = "photo-too-large"
    title = "The photo is too large"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo ready to be kept: WebP in two sizes; width and height in pixels are of the larger one."""

    width: int
    height: int
    content: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)


def read_picture(content: bytes) -> Picture:
    """The photo in these bytes; raises NotAPhoto and PhotoTooLarge. Takes some 100 ms: run it in a thread."""
    if len(content) > MOST_BYTES:
        raise PhotoTooLarge(f"The photo has {len(content)} bytes; send one of at most {MOST_BYTES}.")
    upright = _upright(content, _format_of(content))
    large, small = upright.copy(), upright
    large.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Picture(large.width, large.height, _written(large), _written(small))


def _format_of(content: bytes) -> str:
    try:
        media_type = str(puremagic.from_string(content[:4096], mime=True))
    except (puremagic.PureError, ValueError):
        media_type = ""
    if media_type not in FORMATS:
        raise NotAPhoto(f"got {media_type or 'something unknown'}; expected a JPEG, PNG or WebP photo.")
    return FORMATS[media_type]


def _upright(content: bytes, name: str) -> Image.Image:
    try:
        with warnings.catch_warnings(action="error"), Image.open(io.BytesIO(content), formats=(name,)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PhotoTooLarge(f"The photo has more than {MOST_PIXELS} pixels; send a smaller one.")
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise NotAPhoto("The photo is damaged; make it again or send another one.") from error


def _written(picture: Image.Image) -> bytes:
    into = io.BytesIO()
    # A fresh image of the pixels alone: `info` of the opened one holds EXIF, profiles and comments.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    bare.save(into, "WEBP", quality=QUALITY, method=4)
    return into.getvalue()
