"""Printing for people: messages in one language to standard error, results to standard output."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from kb import problems
from kb.errors import Lang, Message
from kb.types import Problem

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
STAGES = {
    "read": Message("Reading documents", "อ่านเอกสาร"),
    "index": Message("Indexing documents", "จัดทำดัชนีเอกสาร"),
    "send": Message("Sending passages to the engine", "ส่งตอนไปยังเอนจิน"),
    "compact": Message("Joining parts of the index", "รวมส่วนของดัชนี"),
    "verify": Message("Comparing checksums (bytes)", "เทียบค่าตรวจสอบ (ไบต์)"),
    "backup": Message("Backing up (bytes)", "สำรองข้อมูล (ไบต์)"),
    "restore": Message("Restoring (bytes)", "กู้คืนข้อมูล (ไบต์)"),
    "eval": Message("Asking questions", "ถามคำถาม"),
}


class Console:
    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def say(self, message: Message) -> str:
        return message.in_language(self.lang)

    def note(self, message: Message) -> None:
        click.echo(self.say(message), err=True)

    def error(self, message: Message) -> None:
        click.secho(f"{self.say(Message('error', 'ข้อผิดพลาด'))}: {self.say(message)}", fg="red", err=True)

    def finding(self, problem: Problem, folder: Path) -> None:
        click.secho(problems.format(problem, self.lang, folder), fg=COLOURS[problem.severity], err=True)

    @property
    def draws(self) -> bool:
        """Whether somebody sees a line change that is there already."""
        return sys.stderr.isatty()

    def json(self, value: Any) -> None:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))


class StageBars:
    """One progress bar a stage, with rate and remaining time: for a terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stage = ""
        self._bar: tqdm[Any] | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage or self._bar is None:
            self.close()
            self._stage = stage
            label = self._console.say(STAGES[stage])
            self._bar = tqdm(total=total, desc=label, file=sys.stderr, mininterval=0.2, leave=True)
        self._bar.update(done - self._bar.n)
        if done >= total:
            self.close()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar, self._stage = None, ""


class StageLines:
    """The same for a log or a pipe, where a bar would be one line without end: a line when a stage begins and one every half minute."""

    EVERY = 30.0  # seconds

    def __init__(self, tell: Callable[[Message], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._stage = ""
        self._began = self._told = 0.0
        self._first = 0  # done when the stage began

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if stage != self._stage:
            self._stage, self._began, self._told, self._first = stage, now, now, done
            self._tell(Message(f"{STAGES[stage].en}: {total:,}", f"{STAGES[stage].th}: {total:,}"))
        elif now - self._told >= self.EVERY:
            self._told = now
            self._tell(_standing(STAGES[stage], done, total, (done - self._first) / (now - self._began)))

    def close(self) -> None:
        self._stage = ""


def _standing(stage: Message, done: int, total: int, rate: float) -> Message:
    en, th = f"{stage.en}: {done:,} of {total:,} ({done / total:.0%})", f"{stage.th}: {done:,} จาก {total:,} ({done / total:.0%})"
    if not rate:
        return Message(en, th)
    minutes = (total - done) / rate / 60
    return Message(f"{en}, {rate:,.1f} a second, {minutes:.1f} minutes left", f"{th} วินาทีละ {rate:,.1f} เหลืออีก {minutes:.1f} นาที")


def progress(console: Console) -> StageBars | StageLines:
    """As it suits where standard error goes to."""
    return StageBars(console) if console.draws else StageLines(console.note)
