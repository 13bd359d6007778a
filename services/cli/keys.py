"""A key of our own for rows that have none, so that a file can be sent again; and the keys a file uses twice."""

import hashlib
import json
import sqlite3
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

MAKE = "CREATE TABLE seen (key BLOB PRIMARY KEY, row INTEGER NOT NULL, times INTEGER NOT NULL) WITHOUT ROWID"
COUNT = """
INSERT INTO seen VALUES (?, ?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1 RETURNING row, times
"""
DIGITS = 24


class Seen:
    """What came before in this file. It lives in a temporary file, so that a huge file needs no huge memory."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(MAKE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self._database.close()

    def count(self, key: bytes, row: int) -> tuple[int, int]:
        """The row that had `key` first, and how many times it came, this time included."""
        first, times = self._database.execute(COUNT, (key, row)).fetchone()
        return int(first), int(times)


def content_key(content: dict[str, Any]) -> str:
    """The same for the same content, however its numbers are written (12.5 and 12.50) and its fields are ordered."""
    text = json.dumps(content, sort_keys=True, default=_canonical, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _canonical(value: object) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def numbered(key: str, times: int) -> str:
    """The external id of the nth row with this content: two equal rows are two lots."""
    return f"row-{key}-{times}"
