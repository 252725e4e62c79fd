"""Documents and passages as bytes of a part's texts: numbers and lengths first, then the fields one behind the other."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from itertools import accumulate
from typing import Any

import orjson

from kb.text.joined import Cleaned, Written
from kb.types import Document, Lang, Lines, PartialDate, Passage, Person, Source

# Lengths of the header and of the findings; the file itself takes the rest.
DOCUMENT = struct.Struct("<2I")
# Ordinal, first and last line, tokens; lengths of heading, speaker, text, context and cuts; the sentences take the rest.
PASSAGE = struct.Struct("<9I")


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as a part keeps it."""

    number: int
    document: Document
    findings: str  # JSON: what the indexer found in the file, for the run that finds it unchanged
    rows: range  # of its passages


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage with the words that it was cut into when it was indexed."""

    passage: Passage
    cuts: bytes  # of its text: kb.text.cuts
    clean: Cleaned | None = None  # its text in one spelling, if that is another one and known
    sentences: bytes = b""  # as kb.index.sentences.packed gives them; only for showing

    @property
    def written(self) -> Written:
        return Written(self.passage.text, self.cuts, self.clean)


def of_document(document: Document, findings: str) -> bytes:
    kept = (f.name for f in fields(document) if f.name not in ("source", "body"))
    meta = json.dumps({name: getattr(document, name) for name in kept}, ensure_ascii=False, default=asdict).encode()
    found = findings.encode()
    source = zlib.compress(document.source.encode("utf-8", "surrogatepass"), 1)
    return DOCUMENT.pack(len(meta), len(found)) + meta + found + source


def meta(record: bytes) -> Document:
    """Without its text (`source` and `body` are empty)."""
    length, _ = DOCUMENT.unpack_from(record)
    return _document(orjson.loads(record[DOCUMENT.size : DOCUMENT.size + length]), "")


def findings(record: bytes) -> str:
    length, found = DOCUMENT.unpack_from(record)
    return record[DOCUMENT.size + length :][:found].decode()


def document(record: bytes) -> Document:
    length, found = DOCUMENT.unpack_from(record)
    source = zlib.decompress(record[DOCUMENT.size + length + found :]).decode("utf-8", "surrogatepass")
    return _document(orjson.loads(record[DOCUMENT.size : DOCUMENT.size + length]), source)


def of_passage(shown: Shown, sentences: bytes) -> bytes:
    """sentences: as kb.index.sentences.packed gives them."""
    each = shown.passage
    values = (_heading_json(each.heading), each.speaker.encode(), each.text.encode(), each.context.encode(), shown.cuts)
    lengths = map(len, values)
    return b"".join([PASSAGE.pack(each.ordinal, each.lines.first, each.lines.last, each.tokens, *lengths), *values, sentences])


def passage(record: bytes, document_id: str, lang: Lang) -> tuple[Passage, bytes, bytes]:
    """With the cuts and the sentences, as they were given to `of_passage`."""
    ordinal, first, last, tokens, *lengths = PASSAGE.unpack_from(record)
    start, a, b, c, d, e = accumulate(lengths, initial=PASSAGE.size)
    heading, speaker = _heading(record[start:a]), record[a:b].decode()
    text, context = record[b:c].decode(), record[c:d].decode()
    return Passage(document_id, lang, ordinal, heading, speaker, text, Lines(first, last), tokens, context), record[d:e], record[e:]


def texts(record: bytes) -> tuple[bytes, bytes]:
    """Text and context of a passage, in UTF-8."""
    *_, heading, speaker, text, context, _ = PASSAGE.unpack_from(record)
    start = PASSAGE.size + heading + speaker
    return record[start : start + text], record[start + text :][:context]


@lru_cache
def _heading_json(names: tuple[str, ...]) -> bytes:
    return json.dumps(names, ensure_ascii=False).encode()


@lru_cache(maxsize=4096)  # the passages of a section have the same
def _heading(value: bytes) -> tuple[str, ...]:
    return tuple(json.loads(value))


_LISTS = tuple(f.name for f in fields(Document) if str(f.type).startswith("tuple["))


def _document(raw: dict[str, Any], source: str) -> Document:
    for name in ("people", "participants"):
        raw[name] = tuple(Person(p["name"], p["role"], p["organisation"], tuple(p["aliases"])) for p in raw[name])
    raw["sources"] = tuple(Source(**each) for each in raw["sources"])
    raw["date"] = PartialDate(**raw["date"]) if raw["date"] else None
    for name in _LISTS:
        raw[name] = tuple(raw[name])
    body = "\n".join(source.split("\n")[raw["body_line"] - 1 :]) if source else ""
    return Document(**raw, source=source, body=body)
