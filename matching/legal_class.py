"""The legal class of a listing: a digest of all that the end-of-waste check reads of it.

Two offers of one class get the same verdict with the same want on the same day, and so do two wants of one class with
the same offer. See `matching.facts_of_pair.said_by`.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from contracts.events.listings import EvidenceState
from matching.model import OfferEntry, WantEntry

DIGEST_BYTES = 8
"""Two of a million listings share a digest by accident with a chance of one in thirty million."""


def class_of_offer(offer: OfferEntry) -> int:
    """The class of an offer, below 2**64."""
    state = offer.state
    properties = [
        (item.name, item.unit, type(item.value).__name__, str(item.value), item.grade) for item in state.properties
    ]
    return _digest(
        state.concept,
        state.eural_code,
        state.origin_process,
        state.processing_done,
        state.claimed_status,
        _papers(state.evidence),
        properties,
    )


def class_of_want(want: WantEntry) -> int:
    """The class of a want, below 2**64."""
    return _digest(want.state.intended_use, _papers(want.state.evidence))


def _papers(evidence: Iterable[EvidenceState]) -> list[tuple[Any, ...]]:
    return [(paper.kind, bool(paper.sha256), paper.issued_on, paper.valid_until) for paper in evidence]


def _digest(*said: Any) -> int:
    return int.from_bytes(blake2b(repr(said).encode(), digest_size=DIGEST_BYTES).digest())
