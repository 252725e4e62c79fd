"""The translation lexicon: index term of one language -> index terms of the other that translate it, each with its probability.

Made by word alignment of the training pairs (training/lexicon.py). It carries the words of a question into documents of the other
language (probabilistic structured queries: Darwish & Oard, SIGIR 2003; Yang et al., arXiv 2404.18797), and names the words of a passage
that answer them. The glossary knows official names; the lexicon knows words.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from kb.errors import Lang, Message, ModelError
from kb.types import LANGS

FOLDER = Path(__file__).resolve().parent.parent / "models/lexicon"
MOST_BYTES = 32_000_000  # of one direction, unpacked; more is no lexicon of ours

Translations = tuple[tuple[str, float], ...]  # (term, probability), best first; the probabilities sum to at most 1


class Lexicon:
    """Immutable."""

    def __init__(self, entries: Mapping[Lang, Mapping[str, Translations]]) -> None:
        """entries: language of the source -> term -> its translations."""
        self._entries = {lang: entries.get(lang, {}) for lang in LANGS}

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Lexicon:
        """Raises ModelError naming the file when one is missing or damaged (gzip's own checksum tells)."""
        return cls({lang: _read(folder / file_name(lang)) for lang in LANGS})

    def translations(self, term: str, lang: Lang) -> Translations:
        """What a term of language `lang` is in the other one; empty for a term that is not known."""
        return self._entries[lang].get(term, ())

    def __len__(self) -> int:
        """Terms of both languages."""
        return sum(map(len, self._entries.values()))


@cache
def shipped() -> Lexicon:
    """The lexicon of this package, read once a process."""
    return Lexicon.read()


def file_name(lang: Lang) -> str:
    """lang: of the source."""
    return f"{lang}-{'en' if lang == 'th' else 'th'}.tsv.gz"


def write(folder: Path, lang: Lang, entries: Mapping[str, Translations]) -> None:
    """One line a term: term, then translation and probability in turn, all apart by tabs. The same entries give the same bytes."""
    lines = ("\t".join([term, *(f"{target}\t{probability:.2f}" for target, probability in entries[term])]) for term in sorted(entries))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file_name(lang)).write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0))


def _read(path: Path) -> dict[str, Translations]:
    try:
        with gzip.open(path) as file:
            data = file.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                raise ValueError("too long")
        return dict(_entry(line.split("\t")) for line in data.decode().splitlines())
    except (OSError, EOFError, ValueError, zlib.error) as fault:
        raise ModelError(
            Message(
                f"{path}: the lexicon cannot be read ({type(fault).__name__}). "
                "Install the package again, or fetch the file from version control.",
                f"{path}: อ่านพจนานุกรมคำแปลไม่ได้ ({type(fault).__name__}) โปรดติดตั้งแพ็กเกจใหม่ หรือดึงไฟล์จากระบบควบคุมรุ่น",
            )
        ) from fault


def _entry(fields: Sequence[str]) -> tuple[str, Translations]:
    """Raises ValueError."""
    term, *rest = fields
    return term, tuple(zip(rest[::2], map(float, rest[1::2]), strict=True))
