"""How an organisation reads its alerts: what it wants to be called for, what it looks at first, and what it answers."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.events.alerts import AlertKind


class First(StrEnum):
    """What a list of proposals puts first: what is near, or what keeps most of the material's worth."""

    NEWEST = "newest"
    AREA = "area"
    CHAIN = "chain"


class Answer(StrEnum):
    """What a reader says of an alert, in one press."""

    USEFUL = "useful"
    TOO_FAR = "too_far"
    TOO_DEAR = "too_dear"
    TOO_DIRTY = "too_dirty"
    WRONG_TIME = "wrong_time"
    WRONG_MATERIAL = "wrong_material"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The settings of one channel. Kinds in `quiet` are kept in the inbox, but the bell does not count them."""

    paused: bool = False
    quiet: frozenset[AlertKind] = frozenset()
    first: First = First.NEWEST

    def rings_for(self, kind: AlertKind) -> bool:
        """Whether the bell counts an alert of this kind."""
        return not self.paused and kind not in self.quiet


def most_given(answers: dict[Answer, int], least: int = 3) -> Answer | None:
    """The answer that a channel gets so often that its settings seem wrong; None below `least` times."""
    complaints = {answer: times for answer, times in answers.items() if answer is not Answer.USEFUL}
    if not complaints:
        return None
    answer = max(complaints, key=lambda item: (complaints[item], item.value))
    return answer if complaints[answer] >= least else None
