"""What a PDF of ours says: its pages and the text on them. It can read nothing but what our typesetter writes."""

import base64
import re
import zlib

STREAM = re.compile(rb"/Filter \[ /ASCII85Decode /FlateDecode \].*?stream\r?\n(.*?)endstream", re.DOTALL)
SHOWN = re.compile(rb"\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)


def pages_of(content: bytes) -> int:
    """How many pages it has."""
    return len(re.findall(rb"/Type /Page\b(?!s)", content))


def text_of(content: bytes) -> str:
    """The text in its order; the first 128 signs of an embedded font stand for themselves."""
    packed = (b"<~" + found.strip() for found in STREAM.findall(content))
    streams = (zlib.decompress(base64.a85decode(one, adobe=True)) for one in packed)
    pieces = (piece for stream in streams for piece in SHOWN.findall(stream))
    return " ".join(re.sub(rb"\\([()\\])", rb"\1", piece).decode("latin-1") for piece in pieces)
