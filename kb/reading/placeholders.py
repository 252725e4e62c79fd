"""What `kb new` left to be written: {{✎ such text}}. A document with it stays out of the index until the last one is gone."""

from __future__ import annotations

import re

from kb.problems import Report, shown

# But for {{✎ … }} itself, by which the template explains the sign.
PLACEHOLDER = re.compile(r"\{\{✎(?! … \}\}).*?\}\}", re.DOTALL)
NAMED = 5  # lines named in the message


def placeholder(text: str) -> str:
    """`text` as a placeholder; it may run over several lines."""
    return "{{✎ " + text.replace("{{✎", "").replace("}}", "") + "}}"


def check(source: str, report: Report) -> None:
    """One error for a file, at its first placeholder. `source`: the whole file."""
    found = list(PLACEHOLDER.finditer(source))
    if not found:
        return
    lines = [source.count("\n", 0, each.start()) + 1 for each in found]
    more = f", … ({len(lines)})" if len(lines) > NAMED else ""
    places = ", ".join(map(str, lines[:NAMED])) + more
    seen = shown(found[0][0])
    en = f"{seen} is still to be written (places to fill in: lines {places}); write over {{{{✎ … }}}} what belongs there, or delete it"
    th = f"{seen} ยังไม่ได้เขียน (ที่ต้องเติมอยู่ที่บรรทัด {places}) โปรดเขียนข้อความแทน {{{{✎ … }}}} หรือลบออก"
    report.error(lines[0], "placeholder", en, th)
