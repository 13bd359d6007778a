"""Why notifications refuse a request."""

from typing import ClassVar

from contracts.problems import Refusal


class UnknownChannel(Refusal):
    """A text that is not the name of a channel."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "unknown-channel"
    title: ClassVar[str] = "This is not a channel"

    @classmethod
    def named(cls, text: str) -> "UnknownChannel":
        """The refusal of `text`, of which at most 80 characters are repeated."""
        return cls(
            f"got channel {text[:80]!r}; expected organisation:<id> or search:<id> with the id in lower case",
            got=text[:80],
            expected="organisation:<id> or search:<id>",
        )


class ForbiddenChannel(Refusal):
    """A channel that this reader may not hear, or that does not exist: the answer is the same for both."""

    status: ClassVar[int] = 403
    slug: ClassVar[str] = "forbidden-channel"
    title: ClassVar[str] = "This channel is not yours"


class StartAgain(Refusal):
    """Reading cannot go on from the number asked: alerts between it and the inbox are missing, or never were."""

    status: ClassVar[int] = 410
    slug: ClassVar[str] = "start-again"
    title: ClassVar[str] = "These alerts are no longer kept"
