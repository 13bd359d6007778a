"""How a command ends when it cannot go on: a sentence on standard error and an exit code, never a traceback."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from infra.settings import WrongSettings

WRONG_USE = 2

_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*(@)")
_PASSWORD_PARAMETER = re.compile(r"((?:^|[?&])(?:password|sslpassword)=)[^&\s'\"]*", re.IGNORECASE)


class Ending(Exception):
    """A command cannot go on."""

    def __init__(self, message: str, code: int = WRONG_USE) -> None:
        super().__init__(message)
        self.code = code


def masked(text: str) -> str:
    """The text with the passwords in addresses made unreadable."""
    return _PASSWORD_PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1***\2", text))


def complain(message: str) -> None:
    """Say what is wrong, on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(escape(masked(message)), style="red")


def ending_well(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with wrong settings and endings told in a sentence each."""

    @wraps(command)
    def told(*args: Any, **named: Any) -> Any:
        try:
            return command(*args, **named)
        except WrongSettings as error:
            for line in str(error).splitlines():
                complain(line)
            raise typer.Exit(WRONG_USE) from None
        except Ending as ending:
            complain(str(ending))
            raise typer.Exit(ending.code) from None

    return told
