"""A book is a cache: pages are worked out once, turned by one option, and torn out when a change is undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from matching.joint import book as books
from matching.joint.book import Book
from matching.journal import Journal
from matching.model import WantEntry
from tests.unit.matching.makers import uid, want


@dataclass(frozen=True)
class Largest:
    """A plan of one option."""

    joint_id: UUID
    members: frozenset[UUID]


@dataclass
class Shelf:
    """Options by key, and how often they were looked up."""

    options: dict[UUID, int] = field(default_factory=dict)
    asked: int = 0

    def find(self, _want: WantEntry) -> Mapping[UUID, int]:
        self.asked += 1
        return dict(self.options)

    def solve(self, _want: WantEntry, options: Mapping[UUID, int]) -> tuple[Largest, ...]:
        if not options:
            return ()
        best = max(options, key=lambda key: options[key])
        return (Largest(best, frozenset({best})),)


def test_a_page_is_worked_out_once_and_again_when_the_want_changed() -> None:
    shelf = Shelf({uid("a"): 1})
    book = Book(Journal(), shelf.find, shelf.solve)

    assert [plan.joint_id for plan in book.page(want()).plans] == [uid("a")]
    book.page(want())
    assert shelf.asked == 1
    book.page(want(revision=2))
    book.page(want(revision=2, taken=Decimal(5)))
    assert shelf.asked == 3


def test_a_page_is_turned_by_one_option_and_stays_itself_when_nothing_can_change() -> None:
    shelf = Shelf({uid("a"): 1})
    book = Book(Journal(), shelf.find, shelf.solve)
    page = book.page(want())

    assert book.turned(page, uid("unknown"), None) is page
    assert [plan.joint_id for plan in book.turned(page, uid("b"), 2).plans] == [uid("b")]
    assert book.turned(page, uid("a"), None).plans == ()


def test_an_undone_change_tears_its_page_out() -> None:
    shelf = Shelf({uid("a"): 1})
    journal = Journal()
    book = Book(journal, shelf.find, shelf.solve)
    page = book.page(want())
    journal.checkpoint()
    book.put(book.turned(page, uid("b"), 2))
    journal.rollback()

    assert [plan.joint_id for plan in book.page(want()).plans] == [uid("a")]


def test_the_oldest_pages_make_room() -> None:
    shelf = Shelf()
    book = Book(Journal(), shelf.find, shelf.solve)
    for number in range(4):
        book.page(want(f"want {number}"))
    assert books.MOST_PAGES > 4
    book.tear_out(uid("want 0"))
    book.page(want("want 0"))

    assert shelf.asked == 5
