"""Encodings are recognised, and wrongly read texts mended only when there is no doubt."""

from pathlib import Path

import pytest

from services.cli.encodings import encoding_of, repaired
from services.cli.rows import Unreadable

TEXT = "titel;postcode\ngeïsoleerd glas – € 5;1012\n"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_an_encoding_is_recognised(tmp_path: Path, written: str, found: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(TEXT.encode(written))
    encoding, lines = encoding_of(path)
    assert (encoding, lines) == (found, 2)
    assert path.read_text(encoding=encoding) == TEXT


def test_one_foreign_byte_at_the_end_of_a_large_file_decides(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"regel\n" * 300_000 + "één".encode("cp1252"))
    assert encoding_of(path)[0] == "cp1252"


@pytest.mark.parametrize("content", [b"a\x81b", b"a\0b" + b"c" * 5000, b"\xff\xfea"])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=r"file\.csv"):
        encoding_of(path)


@pytest.mark.parametrize("meant", ["geïsoleerd", "€ 5", "één – twee", "café à ‘la’ carte", "m³", "Ðà"])
def test_mojibake_is_mended(meant: str) -> None:
    once = "".join(bytes([byte]).decode("cp1252", "replace") for byte in meant.encode())
    if "\ufffd" in once:
        once = meant.encode().decode("latin-1")
    assert repaired(once) == meant


def test_mojibake_of_mojibake_is_mended() -> None:
    assert repaired("geïsoleerd".encode().decode("cp1252").encode().decode("cp1252")) == "geïsoleerd"


@pytest.mark.parametrize("text", ["geïsoleerd", "Ã", "Ã¯ en ï", "ÅÄÖ", "日本", "gewoon", "\ufffd"])
def test_a_text_with_another_reading_stays_as_it_is(text: str) -> None:
    assert repaired(text) == text
