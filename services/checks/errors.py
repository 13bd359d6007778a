"""Why a check, a receipt or a dossier is refused, and what to do about it."""

from typing import ClassVar

from contracts.problems import Refusal
from matching.end_of_waste import FactError


class UnusableFact(Refusal):
    """A fact that the check cannot use; `errors` names the field, what was got and what is accepted."""

    status: ClassVar[int] = 422
    slug: ClassVar[str] = "unusable-fact"
    title: ClassVar[str] = "A fact cannot be used"

    @classmethod
    def of(cls, error: FactError) -> "UnusableFact":
        """The refusal that tells `error`."""
        got = error.got[:LONGEST_ECHO]
        return cls(
            f"facts.{error.field}: got {got!r}; expected {error.expected}. Put it right and send the check again.",
            errors=[{"field": f"facts.{error.field}", "got": got, "expected": error.expected}],
        )


class WrongReceipt(Refusal):
    """A receipt that no check gave out."""

    status: ClassVar[int] = 422
    slug: ClassVar[str] = "wrong-receipt"
    title: ClassVar[str] = "This is not a receipt of a check"


class NotReproducible(Refusal):
    """A receipt of another release, or one that was changed."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "not-reproducible"
    title: ClassVar[str] = "This verdict cannot be made again here"


class NoSuchForm(Refusal):
    """None of the media types that the caller accepts can be made."""

    status: ClassVar[int] = 406
    slug: ClassVar[str] = "no-such-form"
    title: ClassVar[str] = "A dossier does not exist in this form"


LONGEST_ECHO = 200
