"""What stands for each want (a pool, some chains), worked out when it is first asked for and kept up to date.

It is a cache: what stands is a pure function of the open entries, so that any page may be torn out at any time. A
change is written through the index's journal, and undoing it tears the page out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from matching.journal import Journal
from matching.model import WantEntry

MOST_PAGES = 50_000
"""Pages kept; one takes some hundred bytes per option."""


class Plan(Protocol):
    """Something that may be proposed: its id says when it is the same, its members when a change touches it."""

    @property
    def joint_id(self) -> UUID:
        """The id of the joint trade."""
        ...

    @property
    def members(self) -> frozenset[UUID]:
        """The keys of the options that take part."""
        ...


P = TypeVar("P", bound=Plan)
O = TypeVar("O")  # noqa: E741 - one letter per type variable, as everywhere


@dataclass(frozen=True, slots=True)
class Page(Generic[O, P]):
    """The options of one want, by key, and the plans that stand."""

    want: WantEntry
    options: Mapping[UUID, O]
    plans: tuple[P, ...]


class Book(Generic[O, P]):
    """The pages of one family. `find` looks up all options of a want, `solve` chooses the plans among them."""

    def __init__(
        self,
        journal: Journal,
        find: Callable[[WantEntry], Mapping[UUID, O]],
        solve: Callable[[WantEntry, Mapping[UUID, O]], Sequence[P]],
    ) -> None:
        self._journal = journal
        self._find = find
        self._solve = solve
        self._pages: dict[UUID, Page[O, P]] = {}

    def page(self, want: WantEntry) -> Page[O, P]:
        """What stands for a want as the index is now."""
        kept = self._pages.get(want.key)
        if kept is None or _version(kept.want) != _version(want):
            kept = self.fresh(want)
            self.put(kept)
        return kept

    def fresh(self, want: WantEntry) -> Page[O, P]:
        """The same, worked out anew and not kept."""
        options = self._find(want)
        return Page(want, options, tuple(self._solve(want, options)))

    def turned(self, page: Page[O, P], key: UUID, option: O | None) -> Page[O, P]:
        """The page after one option came, changed or went; the very page when that cannot matter."""
        if option is None and key not in page.options:
            return page
        options = {name: value for name, value in page.options.items() if name != key}
        if option is not None:
            options[key] = option
        return Page(page.want, options, tuple(self._solve(page.want, options)))

    def put(self, page: Page[O, P]) -> None:
        """Keep a page of what is true from now on; an undone transaction tears it out."""
        self._journal.write(partial(self.tear_out, page.want.key))
        self._pages.pop(page.want.key, None)
        self._pages[page.want.key] = page
        if len(self._pages) > MOST_PAGES:
            self._pages.pop(next(iter(self._pages)))

    def tear_out(self, want_id: UUID) -> None:
        """Forget a page: it is worked out again when somebody asks."""
        self._pages.pop(want_id, None)


def _version(want: WantEntry) -> tuple[int, Decimal, bool]:
    return want.revision, want.remaining, want.is_open
