"""How commands end, and what never stands in their messages."""

import pytest
import typer

from infra.settings import WrongSettings
from services.cli.ending import Ending, ending_well, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://a:secret@h:5432/x", "postgresql://a:***@h:5432/x"),
        ("postgresql://h/x?user=a&password=secret&x=1", "postgresql://h/x?user=a&password=***&x=1"),
        ("got 'mysql://a:secret@h/x' here", "got 'mysql://a:***@h/x' here"),
        ("http://127.0.0.1:8080/issuer", "http://127.0.0.1:8080/issuer"),
    ],
)
def test_passwords_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(("error", "code"), [(WrongSettings("A: x\nB: y"), 2), (Ending("no", 1), 1)])
def test_an_ending_is_a_sentence_and_a_code(error: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        ending_well(command)()
    assert ended.value.exit_code == code
    assert capsys.readouterr().err.splitlines() == str(error).splitlines()
