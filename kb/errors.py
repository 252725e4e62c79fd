"""The error tree. Every message exists in Thai and English and ends with what to do.

KbError
├── SettingsError        a setting is unknown, missing or out of range
├── ContentFault         one fault in one file of content/ (collected in reports; raised only by single-file calls)
├── ModelError           an embedding model cannot be loaded or gives unusable vectors
├── IndexProblem
│   ├── IndexMissing     there is no index where one was looked for
│   ├── IndexMismatch    made by another model, tokeniser, normaliser or format
│   ├── IndexCorrupt     a file of the index is damaged, named with its checksum
│   └── IndexLocked      another process is writing this index
├── EngineUnreachable    the server that holds vectors and terms does not answer, or refuses
├── BackupRefused        (indexer.archive) a file is no whole backup, or a place may not be written to
├── WorkerLost           a process that read files was killed
├── QueryError           a search request is outside the stated limits
└── NotFound             no document with that id and language
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["th", "en"]


@dataclass(frozen=True, slots=True)
class Message:
    """One text for people, in both languages of the product."""

    en: str
    th: str

    def in_language(self, lang: Lang) -> str:
        return self.th if lang == "th" else self.en

    def __str__(self) -> str:
        return self.en


class KbError(Exception):
    """Base of all errors that kb raises on purpose; `message` is meant for people."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


class SettingsError(KbError):
    pass


class ContentFault(KbError):
    pass


class ModelError(KbError):
    pass


class IndexProblem(KbError):
    pass


class IndexMissing(IndexProblem):
    pass


class IndexMismatch(IndexProblem):
    pass


class IndexCorrupt(IndexProblem):
    pass


class IndexLocked(IndexProblem):
    pass


class EngineUnreachable(KbError):
    """Not an IndexProblem: the index may be whole, and nothing is to be built anew for it."""


class WorkerLost(KbError):
    pass


class QueryError(KbError):
    pass


class NotFound(KbError):
    pass
