"""Publishing many listings at once, by the owner's own keys: what is new is made, what changed is revised.

The same file may be sent again and again: what did not change is recognised and tells nobody, and one wrong
listing does not stop the others.
"""

from collections.abc import Sequence
from datetime import datetime

from contracts.envelope import NewEvent
from contracts.problems import Refusal
from listings.drafting import AnyDraft
from listings.errors import ExternalIdTaken
from listings.model import AnyListing
from listings.outcomes import BatchItem, BatchOutcome, Outcome, Upserted
from listings.ports import NewId, Ports
from listings.publishing import created, require_registered, revised
from listings.rights import Actor


async def upsert_by_external_id(
    drafts: Sequence[AnyDraft], actor: Actor, now: datetime, new_id: NewId, ports: Ports
) -> BatchOutcome:
    """Create or revise each draft by its external id; a draft without one is always new.

    Items keep the order of `drafts`. A refusal is part of its item; only OrganisationNotRegistered is raised.
    """
    await require_registered(actor, ports)
    keys = sorted({draft.external_id for draft in drafts if draft.external_id is not None})
    known = await ports.listings.by_external_id(actor.organisation_id, keys) if keys else {}
    batch = _Batch(actor, now, new_id, dict(known))
    for draft in drafts:
        batch.add(draft)
    await ports.listings.save_many(batch.changed)
    return BatchOutcome(tuple(batch.items), tuple(batch.events))


class _Batch:
    """The work on one batch: what is known by key, and what became of the items so far."""

    def __init__(self, actor: Actor, now: datetime, new_id: NewId, known: dict[str, AnyListing]) -> None:
        self.actor, self.now, self.new_id, self.known = actor, now, new_id, known
        self.seen: dict[str, AnyListing] = {}
        self.items: list[BatchItem] = []
        self.events: list[NewEvent] = []
        self.changed: list[AnyListing] = []

    def add(self, draft: AnyDraft) -> None:
        """Decide on one draft and note what became of it."""
        before = self.known.get(draft.external_id) if draft.external_id else None
        try:
            outcome = self._decide(draft, before)
        except Refusal as refusal:
            self.items.append(BatchItem(Upserted.REFUSED, draft.external_id, refusal=refusal))
            return
        self._note(draft, before, outcome)

    def _decide(self, draft: AnyDraft, before: AnyListing | None) -> Outcome:
        """A key that comes twice in one batch is refused: nobody can say which of the two is meant."""
        if draft.external_id is not None and draft.external_id in self.seen:
            raise ExternalIdTaken(draft.external_id, self.seen[draft.external_id].listing_id)
        if before is None:
            return created(draft, self.actor, self.now, self.new_id)
        return revised(before, draft, self.actor, self.now, self.new_id)

    def _note(self, draft: AnyDraft, before: AnyListing | None, outcome: Outcome) -> None:
        changed = outcome.listing is not before
        result = Upserted.CREATED if before is None else Upserted.REVISED if changed else Upserted.UNCHANGED
        self.items.append(BatchItem(result, draft.external_id, outcome.listing))
        self.events.extend(outcome.events)
        if changed:
            self.changed.append(outcome.listing)
        if draft.external_id is not None:
            self.seen[draft.external_id] = outcome.listing
