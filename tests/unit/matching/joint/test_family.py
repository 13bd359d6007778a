"""The parts of one family change on trial with the index."""

from matching.index import ListingIndex
from matching.joint.family import FamilyParts
from tests.unit.matching.chains.test_chaining import chips
from tests.unit.matching.chains.test_deriving import processor
from tests.unit.matching.makers import TREE, uid, want


def parts() -> FamilyParts:
    return FamilyParts(ListingIndex(), TREE)


def test_everything_is_undone_with_the_index() -> None:
    family = parts()
    family.put_capability(uid("kept"), processor("kept"), 1)
    journal = family.index.journal
    journal.checkpoint()
    family.put_capability(uid("kept"), None, 0)
    family.put_capability(uid("other"), processor("other"), 2)
    family.put_derived(chips().key, chips())
    family.refuse(uid("want"), uid("offer"))
    journal.rollback()

    assert list(family.capability_by_id) == [uid("kept")]
    assert family.sequence_by_id == {uid("kept"): 1}
    assert len(family.processors) == 1
    assert not family.derived_by_id
    assert not family.refuses(uid("want"), uid("offer"))


def test_a_refusal_can_be_taken_back() -> None:
    family = parts()
    family.refuse(uid("want"), uid("one"))
    family.refuse(uid("want"), uid("two"))
    family.refuse(uid("want"), uid("one"), refused=False)

    assert family.refused_by_want[uid("want")] == {uid("two")}


def test_the_chains_of_a_want_leave_out_what_was_refused() -> None:
    family = parts()
    family.put_derived(chips().key, chips())
    asked = want("chips", concepts=("wood_clean_chips",))
    assert len(family.chains.page(asked).plans) == 1

    family.refuse(asked.key, uid("offer"))
    family.tear_out(asked.key)
    assert family.chains.page(asked).plans == ()
