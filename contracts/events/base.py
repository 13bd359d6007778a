"""What all event data share: a type with a version, a topic, and the rule about undeclared fields.

Outgoing data declare every field; incoming data may hold fields of a newer version, which are carried.
"""

from functools import cache
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict

TYPE_PREFIX = "nl.kringmarkt"


class UndeclaredField(ValueError):
    """An event was about to be published with a field that its schema does not declare."""


class Part(BaseModel):
    """A value inside event data: frozen, open to fields of a newer version, without numbers JSON does not have."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)


class EventData(Part):
    """The data of one event type and version."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    topic: ClassVar[str]

    @classmethod
    def event_type(cls) -> str:
        """The CloudEvents type, e.g. `nl.kringmarkt.offer.published.v1`."""
        return f"{TYPE_PREFIX}.{cls.name}.v{cls.version}"

    @classmethod
    def schema_id(cls) -> str:
        """The CloudEvents dataschema: a URN that names the file in `contracts/schemas`."""
        return f"urn:kringmarkt:schemas:{cls.name}:v{cls.version}"

    def refuse_undeclared(self) -> None:
        """Raise UndeclaredField when any part of the data holds a field that the schema does not declare."""
        found = sorted(undeclared(self))
        if found:
            raise UndeclaredField(
                f"{self.event_type()} was given undeclared field(s) {', '.join(found)}; "
                "declare them in a new version of the event"
            )


def undeclared(value: Any, path: str = "") -> set[str]:
    """Paths of all fields inside `value` that no model declares."""
    if isinstance(value, BaseModel):
        extra = {f"{path}{name}" for name in (value.model_extra or {})}
        return extra.union(*(undeclared(getattr(value, name), f"{path}{name}.") for name in _with_parts(type(value))))
    if isinstance(value, list | tuple):
        return set().union(*(undeclared(item, f"{path}{index}.") for index, item in enumerate(value)))
    return set()


@cache
def _with_parts(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model in which another model may stand: only those need a look."""
    return tuple(name for name, field in model.model_fields.items() if _holds_parts(field.annotation))


def _holds_parts(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_holds_parts(item) for item in get_args(annotation))
