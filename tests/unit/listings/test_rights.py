"""Who may see and change what."""

from uuid import UUID

import pytest

from contracts.vocabulary.terms import Grade, Role
from listings.drafting import new_offer
from listings.errors import ListingNotFound, NotTheOwner, RoleNeeded
from listings.publishing import opened
from listings.rights import Actor, commands_all, may_see, require_changeable, require_grade, require_roles
from tests.unit.listings.scenes import AUTHORITY, HOLDER, HOLDER_ID, NOW, OPERATOR, STRANGER, offer_draft

LISTING_ID = UUID(int=500)
DRAFT = new_offer(offer_draft(draft=True), LISTING_ID, HOLDER_ID, NOW)
OPEN = opened(DRAFT, NOW, UUID(int=1)).listing


@pytest.mark.parametrize(
    ("actor", "expected"), [(HOLDER, True), (OPERATOR, True), (STRANGER, False), (AUTHORITY, False), (None, False)]
)
def test_owner_and_operator_command_all(actor: Actor | None, expected: bool) -> None:
    assert commands_all(actor, HOLDER_ID) is expected
    assert may_see(DRAFT, actor) is expected
    assert may_see(OPEN, actor)


def test_what_may_not_be_seen_is_not_found_and_what_may_be_seen_is_not_changed() -> None:
    assert require_changeable(OPEN, LISTING_ID, HOLDER) is OPEN
    with pytest.raises(NotTheOwner):
        require_changeable(OPEN, LISTING_ID, STRANGER)
    for listing in (DRAFT, None):
        with pytest.raises(ListingNotFound):
            require_changeable(listing, LISTING_ID, STRANGER)


def test_everybody_declares_and_documents_and_few_verify() -> None:
    for grade in (Grade.DECLARED, Grade.DOCUMENTED):
        require_grade(grade, HOLDER)
    require_grade(Grade.VERIFIED, AUTHORITY)
    with pytest.raises(RoleNeeded):
        require_grade(Grade.VERIFIED, HOLDER)


def test_ordinary_roles_are_free_to_take() -> None:
    require_roles(frozenset(Role) - {Role.AUTHORITY, Role.OPERATOR}, frozenset(), HOLDER)
    require_roles(frozenset(Role), frozenset(), OPERATOR)
