"""Entity tags: a change names the version it was made on, so that nobody overwrites what he has not seen."""

import re
from typing import ClassVar

from contracts.problems import Refusal

_TAG = re.compile(r'^\s*(?:W/)?"(\d{1,9})"\s*$')


class VersionNeeded(Refusal):
    """A change without If-Match."""

    status: ClassVar[int] = 428
    slug: ClassVar[str] = "version-needed"
    title: ClassVar[str] = "Say which version you saw"


class WrongTag(Refusal):
    """An If-Match that no version of ours could have."""

    status: ClassVar[int] = 412
    slug: ClassVar[str] = "wrong-version"
    title: ClassVar[str] = "Somebody changed this meanwhile"


def etag(revision: int) -> str:
    """The entity tag of a revision."""
    return f'"{revision}"'


def expected_revision(if_match: str | None) -> int:
    """The revision that `If-Match` names; raises VersionNeeded or WrongTag."""
    if if_match is None:
        raise VersionNeeded('Send the ETag that you read with it, e.g. If-Match: "3".')
    found = _TAG.match(if_match)
    if found is None:
        raise WrongTag(f'If-Match is {if_match[:40]!r}; expected the ETag that you read with it, e.g. "3".')
    return int(found[1])
