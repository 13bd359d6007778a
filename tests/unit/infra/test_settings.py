"""A wrong setting stops the start, names its variable and says how to mend it; a secret in it is not shown."""

import re
from pathlib import Path

import pytest

from infra.settings import EMBEDDED, PREFIX, Settings, WrongSettings, load_settings, misspelt, stable_id

WRONG = {
    "POSTGRES_DSN": ("mysql://db/kringmarkt", "starts with postgresql://"),
    "POSTGRES_POOL": ("1", "Connections per process"),
    "KAFKA_REPLICATION": ("0", "Replicas of each topic"),
    "PORT": ("http", "Port of the HTTP API"),
    "PUSH_PORT": ("70000", "Port of the websocket"),
    "ISSUER": ("login.example", "https:// address"),
    "HOLD_DAYS": ("91", "Days that an accepted trade"),
    "BEST_K": ("0", "How many candidates stand"),
    "LOG_LEVEL": ("verbose", "debug, info, warning, error"),
    "LOG_JSON": ("perhaps", "Log lines as JSON"),
    "OTLP_ENDPOINT": ("collector:4318", "starts with http:// or https://"),
    "LATE_AFTER_S": ("0", "more seconds behind"),
    "LATE_AFTER_RECORDS": ("-1", "more records behind"),
    "ACCEPT_NEWER_SCHEMA": ("maybe", "a later release migrated"),
}


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    """What the operator reads when these variables are set."""
    for name, value in variables.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    with pytest.raises(WrongSettings) as refused:
        load_settings()
    return str(refused.value)


def test_without_any_variable_everything_is_embedded_and_on_loopback() -> None:
    settings = load_settings()
    assert (settings.postgres_dsn, settings.issuer, settings.kafka_bootstrap) == (EMBEDDED, EMBEDDED, None)
    assert settings.host == "127.0.0.1"


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_answered_with_its_variable_and_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    value, expected = WRONG[name]
    said = refusal(monkeypatch, **{name: value})
    assert said.startswith(f"{PREFIX}{name}: ")
    assert expected in said
    assert value in said


def test_all_wrong_variables_are_named_at_once_one_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, **{name: value for name, (value, _) in WRONG.items()})
    assert {line.partition(":")[0] for line in said.splitlines()} == {f"{PREFIX}{name}" for name in WRONG}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_answered_with_an_example_that_is_right(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    said = refusal(monkeypatch, **{name: WRONG[name][0]})
    example = said.rpartition(f"For example: {PREFIX}{name}=")[2]
    monkeypatch.setenv(f"{PREFIX}{name}", example)
    load_settings()


def test_a_port_taken_by_a_default_is_refused_beside_other_slips(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, PORT="8081", HOLD_DAYS="many")
    assert "KRINGMARKT_PORT and KRINGMARKT_PUSH_PORT are both 8081" in said
    assert f"{PREFIX}HOLD_DAYS: got 'many'" in said


def test_a_slip_in_a_name_is_told_with_what_was_meant() -> None:
    environment = {f"{PREFIX}PSOTGRES_DSN": "x", f"{PREFIX}PORT": "1", f"{PREFIX}IMAGE": "y", "HOME": "/root"}
    (said,) = misspelt(environment)
    assert (
        said == f"{PREFIX}PSOTGRES_DSN is no setting of Kringmarkt and does nothing; did you mean {PREFIX}POSTGRES_DSN?"
    )


def test_a_name_like_no_other_is_told_with_where_to_look() -> None:
    assert "kringmarkt settings" in misspelt({"KRINGMARKT_ZZ9_Q7_X": "x"})[0]
    assert misspelt({f"{PREFIX}TEST_KAFKA": "x"}) == []


def test_two_equal_ports_are_refused_with_both_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, PORT="9000", PUSH_PORT="9000")
    assert "KRINGMARKT_PORT and KRINGMARKT_PUSH_PORT are both 9000; give two different ones" in said


@pytest.mark.parametrize(
    "variables",
    [
        {"POSTGRES_DSN": "mysql://region:geheim@db/kringmarkt"},
        {"POSTGRES_DSN": "region:geheim@db/kringmarkt"},
        {"POSTGRES_DSN": "postgresql://region:geheim@db/kringmarkt", "PORT": "1", "PUSH_PORT": "1"},
        {"ISSUER": "ftp://someone:geheim@login.example"},
    ],
    ids=["other scheme", "no scheme", "other variable is wrong", "issuer"],
)
def test_a_password_in_an_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    assert "geheim" not in refusal(monkeypatch, **variables)


def test_an_unknown_variable_does_not_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}SOMETHING_ELSE", "x")
    assert load_settings().port == 8080


def test_a_trailing_slash_of_the_issuer_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}ISSUER", "https://login.example/realms/regio/")
    assert load_settings().issuer_address == "https://login.example/realms/regio"


def test_the_embedded_issuer_has_an_address_of_its_own() -> None:
    settings = Settings(embedded_issuer_address="http://localhost:9000/issuer/")
    assert settings.issuer_address == "http://localhost:9000/issuer"


def test_settings_do_not_change_after_the_start() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(load_settings(), "port", 1)  # noqa: B010 - mypy knows that it is frozen


def test_values_are_read_as_their_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", "/srv/kringmarkt")
    monkeypatch.setenv(f"{PREFIX}LOG_LEVEL", "WARNING")
    monkeypatch.setenv(f"{PREFIX}LOG_JSON", "true")
    settings = load_settings()
    assert (settings.data_dir, settings.log_level, settings.log_json) == (Path("/srv/kringmarkt"), "warning", True)


def test_an_id_made_from_a_name_is_the_same_on_every_machine() -> None:
    assert str(stable_id("demo:depot")) == str(stable_id("demo:depot"))
    assert re.fullmatch(r"[0-9a-f-]{36}", str(stable_id("demo:depot")))
    assert stable_id("demo:depot") != stable_id("demo:Depot")
