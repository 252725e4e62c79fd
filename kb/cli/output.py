"""Printing for people: messages in one language to standard error, results to standard output."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from tqdm import tqdm

from kb.errors import Lang, Message

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

    def json(self, value: Any) -> None:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))


class StageBars:
    """One progress bar a stage, with rate and remaining time."""

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
