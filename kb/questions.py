"""Questions that found little, counted: what editors could write next.

Kept of a question: its normalised words, its language, how often, the last day, and what it found. Not kept: who asked, when on that day,
from where, with what. Questions that look personal are never written (`kept_form`), the rarest and oldest leave when there are too many,
and one that finds enough later leaves the list.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

from kb.errors import Lang, Message
from kb.text.normalise import normalise
from kb.types import NO_FILTERS, Filters, SearchResult

Outcome = Literal["nothing", "only-other-language", "few"]
OUTCOMES: dict[Outcome, Message] = {
    "nothing": Message("nothing found", "ไม่พบเอกสาร"),
    "only-other-language": Message("only in the other language", "พบเฉพาะภาษาอื่น"),
    "few": Message("little found", "พบน้อย"),
}

FILE = "questions.sqlite"
FEW = 2  # documents or fewer are little
MAX_LENGTH = 200  # characters; what is longer is more likely a pasted text than a question
MAX_QUESTIONS = 2000  # distinct questions
WAIT = 5.0  # seconds for another process that is writing

ADDRESS = re.compile(r"@|https?://|www\.")  # e-mail, handle, link (which may carry an account)
NUMBER = re.compile(r"\d(?:[ ().\-/+]{0,2}\d)+")
YEAR = re.compile(r"(?<!\d)(?:1[89]|20|2[456])\d\d(?!\d)")
PERSONAL_DIGITS = 9  # a telephone number has nine or more, an identity number thirteen
PASSPORT = re.compile(r"\b[a-z]{1,2}\d{6,8}\b")

SCHEMA = """
CREATE TABLE IF NOT EXISTS question (
    text TEXT NOT NULL, lang TEXT NOT NULL, outcome TEXT NOT NULL, count INTEGER NOT NULL, last_day TEXT NOT NULL, PRIMARY KEY (text, lang)
) WITHOUT ROWID
"""
COUNT = """
INSERT INTO question VALUES (?, ?, ?, 1, ?)
ON CONFLICT (text, lang) DO UPDATE SET outcome = excluded.outcome, count = count + 1, last_day = excluded.last_day
"""
FORGET = "DELETE FROM question WHERE text = ? AND lang = ?"
TRIM = """
DELETE FROM question WHERE (text, lang) IN (SELECT text, lang FROM question ORDER BY count DESC, last_day DESC, text LIMIT -1 OFFSET ?)
"""
LIST = "SELECT text, lang, outcome, count, last_day FROM question ORDER BY count DESC, last_day DESC, text LIMIT ?"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on its way to the counts."""

    text: str  # as `kept_form` gives it
    lang: Lang
    outcome: Outcome | None  # None: it found enough


@dataclass(frozen=True, slots=True)
class Counted:
    text: str
    lang: Lang  # of the question
    outcome: Outcome  # of the last time
    count: int  # how often it was asked since it first found little
    last_day: str  # ISO date


def outcome(found: SearchResult) -> Outcome | None:
    """What a search without filters found; None when that was enough."""
    if found.total == 0:
        return "nothing"
    versions = next((facet.values for facet in found.facets if facet.name == "lang"), ())
    if not any(value.value == found.query_lang and value.count for value in versions):
        return "only-other-language"
    return "few" if found.total <= FEW else None


def asked(found: SearchResult, filters: Filters = NO_FILTERS) -> Asked | None:
    """What is to be counted of a search; None for filtered and later pages, single arms, empty, long and personal questions."""
    if filters != NO_FILTERS or found.offset or found.mode != "hybrid":
        return None
    text = kept_form(found.query)
    return Asked(text, found.query_lang, outcome(found)) if text else None


def kept_form(question: str) -> str:
    """The question as it is kept: one spelling, small letters, no closing marks. "" when it must not or need not be kept."""
    text = " ".join(normalise(question).text.casefold().split()).strip(" ?!.…。？")
    return text if 2 <= len(text) <= MAX_LENGTH and not looks_personal(text) else ""


def looks_personal(text: str) -> bool:
    """E-mail addresses, links, telephone, identity and passport numbers. A person's name cannot be told from any other word."""
    digits = (re.sub(r"\D", "", run) for run in NUMBER.findall(YEAR.sub(" ", text)))
    return bool(ADDRESS.search(text) or PASSPORT.search(text)) or any(len(run) >= PERSONAL_DIGITS for run in digits)


class QuestionCounts:
    """The file of counts, open for writing. Several processes may write at once."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError and sqlite3.Error where it cannot be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / FILE, timeout=WAIT, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.execute(SCHEMA)

    def add(self, questions: Iterable[Asked], day: date | None = None) -> None:
        """Count them in one transaction. Raises sqlite3.Error; then none of them is counted."""
        today = (day or date.today()).isoformat()
        with _transaction(self._connection):
            for each in questions:
                if each.outcome is None:
                    self._connection.execute(FORGET, (each.text, each.lang))
                else:
                    self._connection.execute(COUNT, (each.text, each.lang, each.outcome, today))
            self._connection.execute(TRIM, (MAX_QUESTIONS,))

    def close(self) -> None:
        self._connection.close()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def read(folder: Path, limit: int = 100) -> tuple[Counted, ...]:
    """The counted questions, most frequent first; none where nothing was ever counted or the file cannot be read."""
    path = folder / FILE
    if not path.is_file():
        return ()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT)) as connection:
            rows = connection.execute(LIST, (limit,)).fetchall()
    except sqlite3.Error:
        return ()
    return tuple(Counted(text, cast(Lang, lang), cast(Outcome, kind), count, last_day) for text, lang, kind, count, last_day in rows)
