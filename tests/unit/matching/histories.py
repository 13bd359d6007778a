"""Everything that happens to nine listings, in order and in any other order, and what is left of them at the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from contracts.events.base import EventData
from contracts.events.listings import OfferRevised, RemainingChanged, WantRevised
from contracts.vocabulary.terms import ListingKind
from tests.unit.matching.brief import brief
from tests.unit.matching.makers import uid
from tests.unit.matching.oracle import Lot
from tests.unit.matching.strategies import offers, wants

Maker = Callable[[str], st.SearchStrategy[Any]]
"""Any listing of that name."""


@dataclass(frozen=True)
class Copy:
    """One copy of an event: what it says and in which partition it is read; the label says it in a word."""

    data: EventData
    family: str
    label: str


@dataclass(frozen=True)
class History:
    """Copies in the order in which things happened, the same in another order, and what is left."""

    copies: Sequence[Copy]
    order: Sequence[int]
    states: Sequence[Any]
    offers_left: Sequence[Lot]
    wants_left: Sequence[Lot]

    @property
    def shuffled(self) -> list[Copy]:
        """The copies in the other order."""
        return [self.copies[number] for number in self.order]

    def __repr__(self) -> str:
        return f"{brief(self.states)}, heard as {' '.join(f'{copy.label}>{copy.family}' for copy in self.shuffled)}"


@st.composite
def histories(draw: st.DrawFn, an_offer: Maker = offers, a_want: Maker = wants) -> History:
    """Any history: listings are revised, move between families, and are taken from."""
    copies: list[Copy] = []
    told: list[Any] = []
    lots: dict[str, list[Lot]] = {"offer": [], "want": []}
    for kind, maker in (("offer", an_offer), ("want", a_want)):
        for number in range(4 if kind == "offer" else 5):
            name = f"{kind}-{number}"
            states = draw(st.lists(maker(name), min_size=1, max_size=3))
            unit = states[0].unit
            states = [
                state.model_copy(update={"unit": unit, "revision": revision})
                for revision, state in enumerate(states, start=1)
            ]
            taken = draw(st.lists(st.sampled_from((0, 0, 1, 9, 600)), max_size=2))
            copies += [*_copies(name, states), *_takings(name, states[-1], taken)]
            told += states
            lots[kind].append(Lot(states[-1], states[-1].quantity - (taken[-1] if taken else 0)))
    order = draw(st.permutations(range(len(copies))))
    return History(copies, order, told, lots["offer"], lots["want"])


def _copies(name: str, states: Sequence[Any]) -> list[Copy]:
    """The revisions of one listing, each copied to its own and its former families."""
    copies: list[Copy] = []
    former: tuple[str, ...] = ()
    for state in states:
        event = OfferRevised(offer=state) if state.kind == ListingKind.OFFER else WantRevised(want=state)
        label = f"{name}.{state.revision}"
        copies += [Copy(event, family, label) for family in sorted({*former, *state.families})]
        former = state.families
    return copies


def _takings(name: str, state: Any, taken: Sequence[int]) -> list[Copy]:
    return [
        Copy(
            RemainingChanged(
                listing_id=uid(name),
                kind=state.kind,
                families=state.families,
                unit=state.unit,
                total=state.quantity,
                held=Decimal(amount),
                promised=Decimal(0),
                remaining=max(Decimal(0), state.quantity - amount),
                sequence=sequence,
            ),
            family,
            f"{name}-taken-{amount}.{sequence}",
        )
        for sequence, amount in enumerate(taken, start=1)
        for family in ("wood", "metals_ferrous")
    ]
