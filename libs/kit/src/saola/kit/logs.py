"""Logs: one JSON object a line, with service, rpc or event, actor and trace id from the context.

Events with fields, not sentences; no personal data. On a terminal they are for people's eyes.
Every call is one line at `info`, whether its trace is sampled or not: who investigates needs all.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from contextvars import ContextVar, Token
from typing import Any, BinaryIO

import orjson
import structlog

CHATTY = ("httpx", "httpcore", "urllib3", "nats", "asyncio")  # with addresses and what they ask
LONGEST = 200  # letters of an error's own words
Event = MutableMapping[str, Any]
Facts = dict[str, object]
_noted: ContextVar[Facts] = ContextVar("noted")


def begin_noting(facts: Facts) -> Token[Facts]:
    """What the log says from here on, until `end_noting`, beside what it said before."""
    before = _noted.get(None)
    return _noted.set(before | facts if before else facts)


def end_noting(begun: Token[Facts]) -> None:
    with suppress(ValueError):  # a stream that was left is closed in a context not its own
        _noted.reset(begun)


def note(**facts: object) -> None:
    """What the log shall say of the call in hand: `actor`, `code`, `route`, `status`."""
    noted().update(facts)


def noted() -> Facts:
    return _noted.get({})


def merge(_: Any, __: str, event: Event) -> Event:
    return {**noted(), **event}


def set_up(level: str, output: BinaryIO | None = None) -> None:
    """For the process: ours, and what libraries log, to `output` or else to stdout."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    seen: list[Any] = [
        merge,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    terminal = output is None and sys.stdout.isatty()
    lines: Any = structlog.BytesLoggerFactory(output)
    factory: Any = structlog.PrintLoggerFactory() if terminal else lines
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    ours = [plain] if terminal else [_failure, _render]
    structlog.configure(
        processors=seen + ours,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=factory,
        cache_logger_on_first_use=output is None,
    )
    logging.basicConfig(handlers=[_Routed()], level=number, force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    # It minds that a stream which was left is closed in a context that is not its own.
    logging.getLogger("opentelemetry.context").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)


class _Routed(logging.Handler):
    """What a library logs becomes an event of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage().partition("\n")[0][:LONGEST]
        failure = {"exc_info": record.exc_info} if record.exc_info else {}
        structlog.get_logger().log(record.levelno, said, logger=record.name, **failure)


def _failure(_: Any, __: str, event: Event) -> Event:
    """Where it happened, and the first line of what was said: the next may quote somebody's row."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__name__}: {str(error).partition(chr(10))[0][:LONGEST]}"
        frames = traceback.extract_tb(error.__traceback__)
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        if error.__cause__:
            event["cause"] = type(error.__cause__).__name__
    return event


def _render(_: Any, __: str, event: Event) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)
