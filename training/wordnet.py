"""Thai words with their English ones and their definitions: PyThaiNLP's Thai WordNet joined with Princeton WordNet 3.0.

The Thai WordNet names synsets of Princeton WordNet by the place at which they stand in its data files (Debian package `wordnet-base`,
/usr/share/wordnet/data.noun and its kin; format: wndb(5WN)).
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pythainlp.corpus

FOLDER = Path("/usr/share/wordnet")
# Adjective satellites stand in data.adj; the Thai WordNet calls them "a" or "s".
FILES = {"n": "data.noun", "v": "data.verb", "a": "data.adj", "r": "data.adv"}
MARKER = re.compile(r"\((?:a|p|ip)\)$")  # where an adjective may stand


@dataclass(frozen=True, slots=True)
class Synset:
    thai: tuple[str, ...]
    english: tuple[str, ...]
    definition: str
    examples: tuple[str, ...]


def synsets(folder: Path = FOLDER) -> list[Synset]:
    """Synsets that have a Thai word, by id. Raises FileNotFoundError with the remedy."""
    if not (folder / FILES["n"]).is_file():
        raise FileNotFoundError(f"{folder}: Princeton WordNet 3.0 is not here; install Debian's package wordnet-base")
    english = {letter: _read(folder / name) for letter, name in FILES.items()}
    thai = _thai_words()
    found = []
    for key in sorted(thai):
        offset, _, letter = key.partition("-")
        if entry := english["a" if letter == "s" else letter].get(offset):
            found.append(Synset(tuple(sorted(thai[key])), *entry))
    return found


def _thai_words() -> dict[str, set[str]]:
    words: dict[str, set[str]] = defaultdict(set)
    path = Path(pythainlp.corpus.__file__).parent / "wordnet_th.db"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        for key, word in base.execute("select synsetid, li from word_synset order by synsetid, li"):
            words[key].add(word.replace("_", " ").strip())
    return words


def _read(path: Path) -> dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """Offset -> (words, definition, examples)."""
    entries = {}
    for line in path.read_text("utf-8", errors="strict").splitlines():
        if line.startswith("  "):
            continue  # licence
        data, _, gloss = line.partition(" | ")
        fields = data.split()
        count = int(fields[3], 16)
        words = tuple(MARKER.sub("", fields[4 + 2 * i]).replace("_", " ") for i in range(count))
        parts = [part.strip() for part in gloss.split(";")]
        definition = "; ".join(part for part in parts if part and not part.startswith('"'))
        examples = tuple(part.strip('" ') for part in parts if part.startswith('"') and part.endswith('"'))
        entries[fields[0]] = (words, definition, examples)
    return entries
