"""Refusals: business errors with an HTTP status and a sentence that says what to do (RFC 9457)."""

from typing import Any, ClassVar


class Refusal(Exception):
    """A request that cannot be granted. Subclasses name the case; `detail` says what was got and what to do.

    `more` holds extra members of the problem document, e.g. the field, the value got and what is accepted.
    """

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.more = more

    def document(self) -> dict[str, Any]:
        """The problem document (`application/problem+json`) of this refusal."""
        return {
            "type": f"urn:kringmarkt:problem:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
