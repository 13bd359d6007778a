"""A want with several concepts stands on each of their shelves, and leaves all of them."""

from uuid import UUID

from matching.kd.coarse import DOOR
from matching.kd.keeping import OPEN, UNKNOWN, forget_doors, row_of, write_door
from matching.kd.lots import SEVERAL
from matching.kd.stock import CONCEPT
from matching.kd.trees import NONE
from tests.unit.matching.kd.lots import engine_of, lot


def test_a_want_stands_on_every_shelf_and_leaves_every_shelf() -> None:
    wants = engine_of([], [lot(0, concept=2, flags=SEVERAL)], {0: [(CONCEPT + 4, 0.0)]}).wants
    trees = wants.side.trees
    assert [concept for concept in range(5) if trees.roots[concept] != NONE] == [2, 4]
    assert trees.fill.sum() == 2
    wants.remove(UUID(int=1))
    assert trees.fill.sum() == 0


def test_a_door_is_rounded_down_and_forgotten() -> None:
    wants = engine_of([], [lot(0)]).wants
    write_door(wants.side, 0, False, 0.5, 7)
    block = wants.side.trees.leaves[wants.side.trees.roots[0]]
    assert wants.side.stock.kth[0] == 7
    assert wants.side.trees.cells[block, DOOR, 0] == 15_999
    write_door(wants.side, 0, False, 0.0, OPEN)
    assert wants.side.trees.cells[block, DOOR, 0] == -1
    forget_doors(wants.side, wants.size)
    assert wants.side.stock.kth[0] == UNKNOWN
    assert row_of(wants.side.stock, 0, False)[DOOR] == -1
