"""One commit for one saved document, where the folder is a git repository and KB_EDITOR_GIT is on."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kb.errors import Message

LONGEST = 60  # seconds for one git command
NAME_LENGTH = 100  # characters of an author's name
NOTE_LENGTH = 200  # characters of what was changed
ANONYMOUS = "Editor"
UNSAFE = re.compile(r"[\x00-\x1f\x7f<>\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Commit:
    done: bool
    message: Message  # what became of it
    short: str = ""  # the commit's short name; "" when there was nothing to commit


def commit(root: Path, path: str, author: str, note: str, title: str) -> Commit:
    """Commit just this file; other changes, staged or not, stay as they are. Never raises: the file is saved already."""
    name = one_line(author, NAME_LENGTH) or ANONYMOUS
    subject = one_line(note, NOTE_LENGTH) or one_line(title, NOTE_LENGTH) or path
    try:
        _git(root, name, "add", "--", path)
        if not _git(root, name, "status", "--porcelain", "--", path).strip():
            return Commit(True, Message("git: nothing had changed.", "git: ไม่มีสิ่งใดเปลี่ยนแปลง"))
        _git(root, name, "commit", "--quiet", "--only", "-m", f"{subject}\n\n{path}", "--", path)
        short = _git(root, name, "rev-parse", "--short", "HEAD").strip()
    except (OSError, subprocess.SubprocessError) as fault:
        return Commit(False, _failed(fault))
    return Commit(True, Message(f"git: committed as {short} by {name}.", f"git: บันทึกประวัติแล้ว ({short}) โดย {name}"), short)


def one_line(text: str, length: int) -> str:
    return " ".join(UNSAFE.sub(" ", text).split())[:length].strip(" .")


def _git(root: Path, name: str, *arguments: str) -> str:
    """Raises OSError (no git) and subprocess.SubprocessError."""
    person = {
        f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", name), ("EMAIL", "editor@localhost"))
    }
    environment = {**os.environ, **person, "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["git", *arguments], cwd=root, env=environment, capture_output=True, encoding="utf-8", errors="replace", timeout=LONGEST, check=True
    )
    return done.stdout


def _failed(fault: Exception) -> Message:
    said = one_line(getattr(fault, "stderr", None) or str(fault), 300)
    return Message(
        f"git: the file is saved, but not committed ({said}). Tell the administrator, or commit it by hand.",
        f"git: บันทึกไฟล์แล้ว แต่บันทึกประวัติไม่ได้ ({said}) โปรดแจ้งผู้ดูแลระบบหรือสั่ง commit เอง",
    )
