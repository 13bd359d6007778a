"""A listing's state seen with other values of some fields: what it would be asked without its minimum, or elsewhere."""

from typing import Any, TypeVar, cast

S = TypeVar("S")


class Seen:
    """Reads like `state` except for the changed fields. It is never stored nor sent: it has no fields to dump."""

    __slots__ = ("_changes", "_state")

    def __init__(self, state: object, changes: dict[str, Any]) -> None:
        self._state = state
        self._changes = changes

    @property
    def stated(self) -> object:
        """The state that is read through this."""
        return self._state

    def __getattr__(self, name: str) -> Any:
        """The changed value, or the state's own."""
        if name in self._changes:
            return self._changes[name]
        return getattr(self._state, name)


def seen_with(state: S, **changes: Any) -> S:
    """The state with these fields seen otherwise."""
    return cast("S", Seen(state, changes))


def as_stated(state: S) -> S:
    """The state itself, whatever it was seen with."""
    while isinstance(state, Seen):
        state = cast("S", state.stated)
    return state
