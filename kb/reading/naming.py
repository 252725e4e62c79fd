"""A file's path -> its id and the language that the path gives."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from kb.errors import Lang
from kb.types import LANGS, OTHER_LANG

ENDING = ".md"
_LANGUAGES: dict[str, Lang] = {lang: lang for lang in LANGS}
OTHER_ENDINGS = frozenset((".markdown", ".mdown", ".mkd", ".mdx"))


@dataclass(frozen=True, slots=True)
class Name:
    id: str  # the path without language and ending, Unicode NFC
    by_ending: Lang | None  # x.th.md
    by_folder: Lang | None  # th/x.md; the innermost such folder

    @property
    def lang(self) -> Lang | None:
        return self.by_ending or self.by_folder


@lru_cache(maxsize=1 << 17)  # asked several times for each file of a collection
def name_of(path: str) -> Name:
    """`path`: relative to content/, POSIX. A folder named th or en is left out of the id, so that th/x.md and en/x.md are a pair."""
    *folders, file = _parts(unicodedata.normalize("NFC", path))
    stem = file[: -len(ENDING)] if file.lower().endswith(ENDING) else file
    base, _, suffix = stem.rpartition(".")
    by_ending = _language(suffix) if base else None
    place = max((index for index, folder in enumerate(folders) if _language(folder)), default=None)
    by_folder = _language(folders[place]) if place is not None else None
    kept = [folder for index, folder in enumerate(folders) if index != place]
    return Name("/".join([*kept, base if by_ending else stem]), by_ending, by_folder)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _language(word: str) -> Lang | None:
    return _LANGUAGES.get(word.lower())


def is_hidden(path: str) -> bool:
    """Whether the name of the file, or of a folder above it, begins with "_" or "."."""
    return any(part[0] in "_." for part in _parts(path))


def is_document(path: str) -> bool:
    """Markdown files, but for README* and hidden ones."""
    name = path.rpartition("/")[2].lower()
    return not is_hidden(path) and not name.startswith("readme") and name.endswith((ENDING, *OTHER_ENDINGS))


def is_misnamed(path: str) -> bool:
    """Markdown whose ending is not ".md" as written."""
    return not path.endswith(ENDING)


def partner_path(path: str, lang: Lang) -> str:
    """Where the other language of a file belongs, after the convention that the file follows."""
    name, other = name_of(path), OTHER_LANG[lang]
    parts = _parts(path)
    if name.by_ending:
        base, _, _ = parts[-1][: -len(ENDING)].rpartition(".")
        return "/".join([*parts[:-1], f"{base}.{other}{ENDING}"])
    if name.by_folder:
        place = max(index for index, part in enumerate(parts[:-1]) if _language(part))
        return "/".join([*parts[:place], other, *parts[place + 1 :]])
    return f"{path[: -len(ENDING)]}.{other}{ENDING}"
