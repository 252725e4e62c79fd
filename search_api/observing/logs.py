"""Log lines for people (text) or for programs (json: one object a line, ASCII only).

Questions are personal. A message of an exception may quote one, so the report of a fault names the exception and the lines of code it went
through; what it said is left out unless KB_LOG_QUESTIONS is on, except for what the system itself said (OSError, SQLite).
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from kb.errors import Message
from kb.problems import format as format_problem
from kb.settings import Settings
from kb.types import Problem
from search_api.observing.record import Record, request_id

log = logging.getLogger("kb.request")
server = logging.getLogger("kb.server")
FIELDS = "kb_fields"
LOGGED = "kb_logged"
Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Faults(logging.Formatter):
    def __init__(self, questions: bool) -> None:
        super().__init__("%(levelname)s: %(message)s")
        self._questions = questions

    def formatException(self, ei: Fault) -> str:
        if self._questions or ei[1] is None:
            return super().formatException(ei)
        return "\n".join(_told(ei[1]))


def _told(fault: BaseException) -> list[str]:
    """As Python prints it, causes first, without the messages."""
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    lines = [*_told(before), "which led to:"] if before else []
    frames = traceback.extract_tb(fault.__traceback__)
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return [*lines, _named(fault)]


def _named(fault: BaseException) -> str:
    name = type(fault).__qualname__
    if isinstance(fault, OSError) and fault.errno:
        return f"{name}: {os.strerror(fault.errno)}"
    if isinstance(fault, sqlite3.Error) and (code := getattr(fault, "sqlite_errorname", None)):
        return f"{name}: {code}"
    return f"{name} (its message is left out: it may quote a question; KB_LOG_QUESTIONS=1 shows it)"


class _Json(_Faults):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": time, "level": record.levelname.lower(), "logger": record.name, "pid": record.process}
        line["message"] = record.getMessage()
        if known := request_id.get():
            line["id"] = known
        line |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[1]:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line)  # ASCII: no line end, escape sequence or letter that writes from the right gets into a terminal


def fault(error: Exception) -> None:
    """A fault in a request, with the request's id."""
    server.error("unexpected error", exc_info=error)
    error.__dict__[LOGGED] = True


def _unknown(record: logging.LogRecord) -> bool:
    """Whether a fault is logged for the first time: Starlette raises it once more for the server, which logs it too."""
    return not (record.exc_info and record.exc_info[1] and LOGGED in record.exc_info[1].__dict__)


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Once in each process. `stream`: standard error when it is None."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter((_Json if settings.log_format == "json" else _Faults)(settings.log_questions))
    root = logging.getLogger()
    root.handlers = [handler]
    logging.getLogger("uvicorn.error").addFilter(_unknown)
    for name in ("kb.request", "kb.server"):
        logging.getLogger(name).setLevel(logging.INFO if settings.log_format == "json" else logging.WARNING)


def say(message: Message) -> None:
    """What people at a terminal are told, as a line of the log."""
    server.info("%s", message.en)


def complain(message: Message) -> None:
    """The same of what could not be done."""
    server.error("%s", message.en)


def say_problem(problem: Problem, folder: Path) -> None:
    """A finding of an indexing."""
    levels = {"error": logging.ERROR, "warning": logging.WARNING, "note": logging.INFO}
    text = format_problem(problem, "en", folder)
    server.log(levels[problem.severity], "%s", text, extra={FIELDS: {"code": problem.code}})


class RequestLog:
    """An observer: one line a request."""

    def __init__(self, questions: bool) -> None:
        self._questions = questions

    def __call__(self, seen: Record) -> None:
        fields: dict[str, Any] = {"id": seen.id, "method": seen.method, "route": seen.route, "status": seen.status, "bytes": seen.size}
        fields["ms"] = _ms(seen.seconds)
        if seen.stages:
            fields["stages_ms"] = {name: _ms(seconds) for name, seconds in seen.stages.items()}
        if seen.found is not None:
            fields |= {"lang": seen.lang, "found": seen.found}
        if self._questions and seen.question:
            fields["question"] = seen.question
        log.info("request", extra={FIELDS: fields})


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 3)
