"""Translations that lag behind: what one version of a pair has and the other has not.

Compared are things that a translation keeps: the sections, the figures, the sources. Thai digits, Buddhist years and "million" in either
language count as the same figure; small numbers are often written as words and are left out.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.checks.links import page_of
from kb.markdown_blocks import Block, blocks
from kb.problems import Report, shown
from kb.text.dates import THAI_DIGITS, to_common_era
from kb.types import Document, Problem

SMALLEST = 13  # figures below are often words: two, สอง
NAMED = 5  # figures or sources named in a message
SCALES = {
    "million": 10**6,
    "ล้าน": 10**6,
    "billion": 10**9,
    "พันล้าน": 10**9,
    "หมื่นล้าน": 10**10,
    "แสนล้าน": 10**11,
    "ล้านล้าน": 10**12,
    "trillion": 10**12,
    "thousand": 10**3,
    "พัน": 10**3,
    "หมื่น": 10**4,
    "แสน": 10**5,
}
STEPS = (1, 10**3, 10**6, 10**9)  # "300 of 630 million" leaves the first scale to the reader
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
FIGURE = re.compile(rf"(?<![\d.,])(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\d+)?(?:\s?({_SCALE}))?(?![\d])", re.IGNORECASE)


def check(root: Path, documents: Iterable[Document]) -> list[Problem]:
    """Warnings at the version that lacks something. Where the folder is in git, they say when each was last changed."""
    pairs: dict[str, list[Document]] = {}
    for document in documents:
        pairs.setdefault(document.id, []).append(document)
    lacking = [report for pair in pairs.values() if len(pair) == 2 for report in _compare(*pair)]
    dates = _last_commits(root) if any(report.problems for report in lacking) else {}
    partners = {d.path: other.path for pair in pairs.values() if len(pair) == 2 for d, other in (pair, pair[::-1])}
    return [_dated(problem, partners, dates) for report in lacking for problem in report.problems]


def _compare(one: Document, other: Document) -> list[Report]:
    reports = [Report(one.path), Report(other.path)]
    for here, there, report in ((one, other, reports[0]), (other, one, reports[1])):
        _check_sections(here, there, report)
        _check_figures(here, there, report)
        _check_sources(here, there, report)
    return reports


def _check_sections(here: Document, there: Document, report: Report) -> None:
    ours, theirs = _headings(here), _headings(there)
    if len(ours) >= len(theirs):
        return
    # The first heading of another rank, or the last, is where the two part.
    place = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a.level != b.level), len(ours))
    extra = theirs[place]
    line = ours[place].lines.first if place < len(ours) else 0
    where = f"{there.path}:{extra.lines.first}"
    en = f"has {len(ours)} sections, {there.path} has {len(theirs)}; add what is missing, perhaps {shown(extra.text)} ({where})"
    th = f"มี {len(ours)} หัวข้อ แต่ {there.path} มี {len(theirs)} หัวข้อ โปรดเพิ่มส่วนที่ขาด อาจเป็น {shown(extra.text)} ({where})"
    report.warning(line, "translation-sections", en, th)


def _headings(document: Document) -> list[Block]:
    return [block for block in blocks(document.body, document.body_line) if block.kind == "heading"]


def _check_figures(here: Document, there: Document, report: Report) -> None:
    ours, theirs = figures(here), figures(there)
    missing = [value for value in theirs if not any(value * scale in ours or value / scale in ours for scale in STEPS)]
    if missing:
        named = ", ".join(f"{theirs[value][0]} ({there.path}:{theirs[value][1]})" for value in missing[:NAMED])
        more = f", … ({len(missing)})" if len(missing) > NAMED else ""
        en = f"lacks figures that {there.path} has: {named}{more}; translate what was added, or correct the figure"
        th = f"ไม่มีตัวเลขที่ปรากฏใน {there.path} ได้แก่ {named}{more} โปรดแปลส่วนที่เพิ่มหรือแก้ตัวเลขให้ตรงกัน"
        report.warning(0, "translation-figures", en, th)


def figures(document: Document) -> dict[float, tuple[str, int]]:
    """Value -> (as written, line), of all figures of the text in order; years in the Common Era."""
    found: dict[float, tuple[str, int]] = {}
    for block in blocks(document.body, document.body_line):
        for match in FIGURE.finditer(block.text.translate(THAI_DIGITS)):
            value = _value(match)
            if value >= SMALLEST or match[2]:
                found.setdefault(value, (match[0].strip(), block.lines_of(*match.span()).first))
    return found


def _value(match: re.Match[str]) -> float:
    whole, rest, scale = match[1], match[2] or "", match[3]
    if scale:
        return round(float(whole.replace(",", "") + rest) * SCALES[scale.casefold()], 3)
    return to_common_era(int(whole)) if not rest and "," not in whole else float(whole.replace(",", "") + rest)


def _check_sources(here: Document, there: Document, report: Report) -> None:
    missing = sorted(_sources(there) - _sources(here))
    if missing:
        named = ", ".join(missing[:NAMED]) + (f", … ({len(missing)})" if len(missing) > NAMED else "")
        en = f"lacks sources that {there.path} has: {named}; add them here too, or delete them there"
        report.warning(0, "translation-sources", en, f"ไม่มีแหล่งข้อมูลที่ปรากฏใน {there.path} ได้แก่ {named} โปรดเพิ่มที่นี่ด้วยหรือลบออกจากไฟล์นั้น")


def _sources(document: Document) -> set[str]:
    linked = {link.target for link in page_of(document).links if not link.picture and link.target.startswith("http")}
    return linked | {source.url for source in document.sources if source.url}


def _dated(problem: Problem, partners: Mapping[str, str], dates: Mapping[str, str]) -> Problem:
    ours, theirs = dates.get(problem.path), dates.get(partners[problem.path])
    if not (ours and theirs) or ours >= theirs:
        return problem
    report = Report(problem.path)
    en, th = problem.message.en, problem.message.th
    report.warning(problem.line, problem.code, f"{en} (last changed {ours}, the other {theirs})", f"{th} (แก้ไขล่าสุด {ours} อีกฉบับ {theirs})")
    return report.problems[0]


def _last_commits(root: Path) -> dict[str, str]:
    """Path -> day of the last commit that changed it (ISO 8601), for files in git; {} without git."""
    command = ["git", "-C", str(root), "log", "--format=%x01%cs", "--name-only", "--relative", "-z", "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    dates: dict[str, str] = {}
    for commit in done.stdout.decode("utf-8", "replace").split("\x01")[1:]:
        day, *names = commit.replace("\n", "\0").split("\0")
        for name in filter(None, names):
            dates.setdefault(name, day)
    return dates
