"""One look for all log lines, on standard error, for people or for a collector."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.logging import set_up_logging
from infra.telemetry import shut_down_tracing, span, trace_id, trace_with


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("aiokafka", "alembic", "httpx", "websockets")}
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level
    for name, former in levels.items():
        logging.getLogger(name).setLevel(former)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was written to standard error; nothing may be written to standard output."""
    written = capsys.readouterr()
    assert written.out == ""
    return written.err.splitlines()


def test_a_line_for_a_collector_is_json_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", as_json=True)
    structlog.get_logger("infra.relay").info("relay leads", cursors=3)
    (line,) = map(json.loads, lines(capsys))
    assert (line["event"], line["cursors"], line["level"]) == ("relay leads", 3, "info")
    assert line["logger"] == "infra.relay"
    assert line["timestamp"].endswith("Z")


def test_a_line_for_people_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info")
    structlog.get_logger("infra.relay").info("relay leads", cursors=3)
    (line,) = lines(capsys)
    assert "relay leads" in line
    assert "cursors=3" in line


def test_lines_of_libraries_look_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", as_json=True)
    logging.getLogger("some.library").warning("disk %s is full", "/srv")
    (line,) = map(json.loads, lines(capsys))
    assert (line["event"], line["logger"], line["level"]) == ("disk /srv is full", "some.library", "warning")


@pytest.mark.parametrize(("level", "seen"), [("debug", 4), ("INFO", 3), ("warning", 2), ("error", 1)])
def test_only_lines_of_the_level_and_above_are_written(
    capsys: pytest.CaptureFixture[str], level: str, seen: int
) -> None:
    set_up_logging(level, as_json=True)
    log = structlog.get_logger("a")
    for write in (log.debug, log.info, log.warning, log.error):
        write("line")
    assert len(lines(capsys)) == seen


def test_an_error_brings_its_traceback_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", as_json=True)
    try:
        raise ValueError("the density is unknown")
    except ValueError as error:
        structlog.get_logger("a").error("request failed", exc_info=error)
    (line,) = map(json.loads, lines(capsys))
    assert "ValueError: the density is unknown" in line["exception"]


def test_setting_up_twice_does_not_write_twice(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", as_json=True)
    set_up_logging("info", as_json=True)
    logging.getLogger("a").warning("once")
    assert len(lines(capsys)) == 1


def test_talkative_libraries_are_heard_from_warning_on(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("debug", as_json=True)
    logging.getLogger("httpx").info("HTTP Request: GET https://login.example?token=secret")
    logging.getLogger("httpx").warning("slow")
    assert [json.loads(line)["event"] for line in lines(capsys)] == ["slow"]


SECRETS = {
    "address": ("cannot reach postgresql://region:geheim@db/kringmarkt", "postgresql://region:***@db"),
    "bearer": ("got Authorization: Bearer abc.def-geheim", "Bearer ***"),
    "signed token": ("refused eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJnZWhlaW0ifQ.geheim now", "refused *** now"),
    "parameter": ("dsn host=db password=geheim dbname=x", "password=*** dbname"),
}


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "people"])
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_a_line_is_made_unreadable(capsys: pytest.CaptureFixture[str], name: str, as_json: bool) -> None:
    text, shown = SECRETS[name]
    set_up_logging("info", as_json=as_json)
    structlog.get_logger("a").warning("failed", reason=text)
    logging.getLogger("some.library").warning("failed: %s", text)
    written = "\n".join(lines(capsys))
    assert written.count(shown) == 2
    assert "geheim" not in written


def test_a_secret_in_a_traceback_is_made_unreadable(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", as_json=True)
    try:
        raise ConnectionError(SECRETS["address"][0])
    except ConnectionError as error:
        structlog.get_logger("a").error("crashed", exc_info=error)
    (line,) = lines(capsys)
    assert "geheim" not in line
    assert "ConnectionError" in line


def test_a_field_that_is_named_like_a_secret_is_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", as_json=True)
    structlog.get_logger("a").warning("signed in", token="geheim", Password="geheim")
    (line,) = lines(capsys)
    assert "geheim" not in line


def test_lines_carry_the_trace_at_hand_and_what_was_bound(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", as_json=True)
    trace_with("tests", SimpleSpanProcessor(InMemorySpanExporter()))
    try:
        with span("request"), structlog.contextvars.bound_contextvars(request_id="r-1"):
            structlog.get_logger("a").warning("inside")
            found = trace_id()
    finally:
        shut_down_tracing()
    structlog.get_logger("a").warning("outside")
    inside, outside = map(json.loads, lines(capsys))
    assert (inside["trace_id"], inside["request_id"]) == (found, "r-1")
    assert not {"trace_id", "request_id"} & outside.keys()
