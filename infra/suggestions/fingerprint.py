"""A short name for the state of our own tables: a model fitted on other tables is fitted anew."""

import hashlib
import json
from collections.abc import Sequence

from matching.suggesting.knowledge import Known

FORM = 1
"""Raised when what a model consists of, or how it is fitted, changes."""


def fingerprint(phrases: Sequence[Known]) -> str:
    """16 hexadecimal digits."""
    told = json.dumps([FORM, [[one.words, one.codes, one.concepts] for one in phrases]], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
