"""What the checker says of a text that is not saved yet, each finding at the field or the line where it can be mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer import pairs
from kb import documents, frontmatter
from kb.documents import READERS, Loaded
from kb.errors import Message
from kb.frontmatter import Page
from kb.problems import Report, order, rank
from kb.reading import naming
from kb.types import Problem

BODY = "body"


@dataclass(frozen=True, slots=True)
class Finding:
    problem: Problem
    field: str  # a key of the header, "body", or "" for the whole document
    body_line: int  # line of the body, 1-based; 0 elsewhere
    quoted: str  # the line of the body, shortened; "" elsewhere


@dataclass(frozen=True, slots=True)
class Checked:
    findings: tuple[Finding, ...]  # errors first, then by line
    page: Page | None  # header and body; None when one cannot be told from the other
    loaded: Loaded

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.problem.severity == "error")

    def at(self, field: str) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.field == field)


def check(content_dir: Path, path: str, text: str) -> Checked:
    """`path`: where the text is to stand, relative to content/. Its translation is read from the folder."""
    data = text.encode("utf-8", "surrogatepass")
    loaded = documents.from_bytes(data, path)
    page = frontmatter.read(data, path, Report(path))
    found = sorted({*loaded.problems, *_pair_problems(content_dir, path, loaded)}, key=order)
    findings = (_placed(problem, page, loaded.key_lines) for problem in found)
    return Checked(tuple(sorted(findings, key=lambda each: rank(each.problem))), page, loaded)


def _pair_problems(content_dir: Path, path: str, loaded: Loaded) -> list[Problem]:
    """Differences from the other language, told for either side; the checker itself tells them at the Thai one."""
    if loaded.document is None or loaded.document.translation_key:
        return []
    partner = naming.partner_path(path, loaded.document.lang)
    if partner == path or not (content_dir / partner).is_file():
        return []
    _, found = pairs.join({path: loaded, partner: documents.load(content_dir, content_dir / partner)})
    return [each if each.path == path else _as_seen_from(path, each) for each in found]


def _as_seen_from(path: str, problem: Problem) -> Problem:
    message = Message(f"{problem.path}: {problem.message.en}", f"{problem.path}: {problem.message.th}")
    return Problem(path, 0, problem.severity, problem.code, message)


def _placed(problem: Problem, page: Page | None, key_lines: Mapping[str, int]) -> Finding:
    if problem.code == "body-empty":
        return Finding(problem, BODY, 0, "")
    if page and problem.line >= page.body_line:
        number = problem.line - page.body_line + 1
        line = page.body.split("\n")[number - 1].strip()
        return Finding(problem, BODY, number, line if len(line) <= 60 else line[:59] + "…")
    missing = problem.code.removeprefix("missing-")
    if problem.line <= 1 or missing in READERS:
        return Finding(problem, missing if missing in READERS else _named(problem), 0, "")
    above = [(line, key) for key, line in key_lines.items() if line <= problem.line]
    return Finding(problem, max(above)[1] if above else "", 0, "")


def _named(problem: Problem) -> str:
    """The field of a finding about a pair, whose message names the key."""
    words = problem.message.en.split() if problem.code.startswith("pair-") else []
    return next((word for word in words if word in READERS), "")
