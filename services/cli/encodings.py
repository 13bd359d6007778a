"""Which encoding a text file has, and mending texts that were once read with the wrong one."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from services.cli.rows import Unreadable

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK_BYTES = 1024 * 1024
HEAD_BYTES = 4096
ZERO_SHARE = 0.3
MOST_REPAIRS = 2


def encoding_of(path: Path) -> tuple[str, int]:
    """The encoding, and the number of lines. Reads the whole file once, a piece at a time.

    A byte order mark decides; else zero bytes in every other place mean UTF-16; else it is UTF-8 when all of it is
    valid UTF-8, and cp1252 (Windows, western Europe) otherwise. Raises Unreadable for anything else.
    """
    for encoding in _candidates(_head(path)):
        try:
            return encoding, _lines(path, encoding)
        except UnicodeError:
            continue
    raise Unreadable(
        f"{path.name} is no text in UTF-8, UTF-16 or cp1252; save it as CSV in UTF-8, or as .xlsx, and send that"
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _candidates(head: bytes) -> tuple[str, ...]:
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return (encoding,)
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > ZERO_SHARE * half:
        return ("utf-16-le",)
    if head[0::2].count(0) > ZERO_SHARE * half:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _lines(path: Path, encoding: str) -> int:
    lines, last = 0, "\n"
    for text in _decoded(path, encoding):
        if "\0" in text:
            raise Unreadable(f"{path.name} holds zero bytes, so it is no text; give a CSV, XLSX or NDJSON file")
        lines += text.count("\n")
        last = text[-1:] or last
    return lines + (last != "\n")


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def repaired(text: str) -> str:
    """UTF-8 that was read as cp1252 ("geÃ¯soleerd") as it was meant; any other text as it is.

    Repaired only when every foreign character takes part, and what comes out is Latin script and usual signs:
    then there is one reading. A text that is half right stays as it is.
    """
    for _ in range(MOST_REPAIRS):
        if text.isascii():
            return text
        better = _reread(text)
        if better is None:
            return text
        text = better
    return text


def _reread(text: str) -> str | None:
    try:
        better = b"".join(map(_windows_byte, text)).decode("utf-8")
    except UnicodeError:
        return None
    return better if all(map(_usual, better)) else None


def _windows_byte(character: str) -> bytes:
    """cp1252 leaves five bytes undefined; programs pass those through as control characters."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _usual(character: str) -> bool:
    point = ord(character)
    return 0x20 <= point < 0x7F or 0xA0 <= point < 0x250 or 0x2010 <= point <= 0x22FF or character in "\t\r\n"
