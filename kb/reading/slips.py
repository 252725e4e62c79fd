"""What YAML's own error messages mean for an editor, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from kb.errors import Message
from kb.problems import Report, shown


@dataclass(frozen=True, slots=True)
class _Slip:
    """A common slip by what PyYAML says about it."""

    code: str
    sign: re.Pattern[str]  # in "context: problem" of PyYAML's error
    at_context: bool  # whether the fault lies where the construct begins
    message: Message


SLIPS = (
    _Slip(
        "yaml-tab",
        re.compile(r"'\\t'"),
        False,
        Message("there is a tab where only spaces are allowed; use spaces", "มีแท็บในตำแหน่งที่ต้องเป็นช่องว่าง โปรดใช้การเคาะเว้นวรรคแทน"),
    ),
    _Slip(
        "yaml-quote",
        re.compile("quoted scalar"),
        True,
        Message(
            "the quotation mark that opens here is not closed; close it at the end of the value",
            "เครื่องหมายคำพูดที่เปิดไว้ตรงนี้ไม่ได้ปิด โปรดปิดที่ท้ายค่า",
        ),
    ),
    _Slip(
        "yaml-bracket",
        re.compile("flow (?:sequence|mapping)"),
        True,
        Message(
            "the bracket that opens here is not closed, or a comma is missing; close it, or put text that begins with [ or { in quotes",
            "วงเล็บที่เปิดไว้ตรงนี้ไม่ได้ปิดหรือขาดจุลภาค โปรดแก้ไข หรือใส่เครื่องหมายคำพูดครอบข้อความที่ขึ้นต้นด้วย [ หรือ {",
        ),
    ),
    _Slip(
        "yaml-colon",
        re.compile("mapping values are not allowed"),
        False,
        Message(
            "a value with a colon must stand in quotes, and every key in its own line",
            "ค่าที่มีเครื่องหมาย : ต้องอยู่ในเครื่องหมายคำพูด และแต่ละคีย์ต้องขึ้นบรรทัดใหม่",
        ),
    ),
    _Slip(
        "yaml-no-colon",
        re.compile("could not find expected ':'"),
        True,
        Message(
            "this line has no key; write key: value, or indent it when it continues the line above",
            "บรรทัดนี้ไม่มีคีย์ ให้เขียนเป็น คีย์: ค่า หรือย่อหน้าเข้ามาหากต่อจากบรรทัดบน",
        ),
    ),
    _Slip(
        "yaml-reserved",
        re.compile("cannot start any token|expected alphabetic or numeric|expected ' '"),
        False,
        Message(
            "the value begins with a sign that has a meaning in YAML; put the value in quotes",
            "ค่าขึ้นต้นด้วยเครื่องหมายที่มีความหมายใน YAML โปรดใส่เครื่องหมายคำพูดครอบค่า",
        ),
    ),
)
OTHER_SLIP = _Slip(
    "yaml-syntax",
    re.compile(""),
    False,
    Message(
        "this is not valid YAML; put the value in quotes, or check the indentation and the closing ---",
        "บรรทัดนี้ไม่ถูกต้องตาม YAML โปรดใส่เครื่องหมายคำพูดครอบค่า หรือตรวจการย่อหน้าและบรรทัดปิด ---",
    ),
)


def report_syntax(fault: yaml.MarkedYAMLError, lines: list[str], report: Report) -> None:
    """A finding for what YAML refuses. `lines`: of the header, which begins in line 2 of the file."""
    said = f"{fault.context}: {fault.problem}"
    slip = next((slip for slip in SLIPS if slip.sign.search(said)), OTHER_SLIP)
    marks = (fault.context_mark, fault.problem_mark) if slip.at_context else (fault.problem_mark, fault.context_mark)
    index = min(next((mark.line for mark in marks if mark), 0), len(lines) - 1)
    seen = shown(lines[index])
    report.error(index + 2, slip.code, f"{seen}: {slip.message.en}", f"{seen}: {slip.message.th}")
