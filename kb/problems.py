"""How findings about files are collected and shown."""

from __future__ import annotations

from pathlib import Path

from kb.errors import Lang, Message
from kb.types import Problem, Severity

SEVERITIES: dict[Severity, Message] = {
    "error": Message(en="error", th="ข้อผิดพลาด"),
    "warning": Message(en="warning", th="คำเตือน"),
    "note": Message(en="note", th="หมายเหตุ"),
}


def format(problem: Problem, lang: Lang = "en", folder: str | Path = "") -> str:
    """One line for a terminal or an editor: "content/x.th.md:3: error: …". `folder` is set before the path, as people gave it."""
    path = (Path(folder) / problem.path).as_posix()
    place = f"{path}:{problem.line}" if problem.line else path
    return f"{place}: {SEVERITIES[problem.severity].in_language(lang)}: {problem.message.in_language(lang)}"


def shown(text: str, width: int = 60) -> str:
    """A value as it is quoted in a message: one line, at most `width` characters, nothing invisible."""
    visible = "".join(c if c.isprintable() or c.isspace() else f"\\u{ord(c):04x}" for c in text)
    line = " ".join(visible.split())
    return f"“{line if len(line) <= width else line[: width - 1] + '…'}”"


class Report:
    """Gathers the findings of one file."""

    def __init__(self, path: str) -> None:
        self.path = path  # relative to content/, POSIX
        self.problems: list[Problem] = []

    def error(self, line: int, code: str, en: str, th: str) -> None:
        self._add("error", line, code, en, th)

    def warning(self, line: int, code: str, en: str, th: str) -> None:
        self._add("warning", line, code, en, th)

    def note(self, line: int, code: str, en: str, th: str) -> None:
        self._add("note", line, code, en, th)

    def _add(self, severity: Severity, line: int, code: str, en: str, th: str) -> None:
        self.problems.append(Problem(self.path, line, severity, code, Message(en=en, th=th)))

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    def sorted(self) -> tuple[Problem, ...]:
        return tuple(sorted(self.problems, key=order))


def rank(problem: Problem) -> int:
    """0 for an error, then warnings, then notes."""
    return list(SEVERITIES).index(problem.severity)


def order(problem: Problem) -> tuple[str, int, int, str]:
    """By place; in one line errors come first."""
    return problem.path, problem.line, rank(problem), problem.code
