"""Which engine answers from an index: the one of the setting `engine`, and only if the index was made for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kb.errors import IndexMismatch, Message
from kb.index.engine import Engine
from kb.index.generations import Generation
from kb.index.local import LocalEngine
from kb.index.manifest import corrupt
from kb.index.milvus.address import Address
from kb.index.milvus.reading import MilvusEngine
from kb.index.part import Part
from kb.index.terms import TermIndex
from kb.index.vectors import Vectors
from kb.types import LANGS, Lang

Kind = Literal["local", "milvus"]
LEDGER = "milvus.sqlite"  # of a generation, see kb.index.milvus.ledger


def kind_of(setting: str) -> Kind:
    """Of `engine` in kb.settings."""
    return "local" if setting == "local" else "milvus"


def terms_folder(lang: Lang) -> str:
    return f"terms-{lang}"


def open_engine(generation: Generation, parts: Sequence[Part], gone: NDArray[np.int64], setting: str, before: Engine | None) -> Engine:
    """The engine over a generation.

    gone: numbers of documents that are no longer there. before: an engine whose connection to the same server is taken over.
    Raises IndexMismatch (made for another engine), IndexCorrupt, IndexMissing, EngineUnreachable, SettingsError.
    """
    check_kind(generation, setting)
    if kind_of(setting) == "local":
        return _local(generation, parts, gone)
    return _milvus(generation, Address.parse(setting), before)


def check_kind(generation: Generation, setting: str) -> None:
    """Raises IndexMismatch where the index was made for another engine."""
    made, wanted = generation.manifest.engine, kind_of(setting)
    if made == wanted:
        return
    raise IndexMismatch(
        Message(
            f"{generation.folder}: this index was made for the engine {made}, but KB_ENGINE asks for {wanted}. Bring it over with "
            "`kb index`, which embeds nothing again, or set KB_ENGINE back.",
            f"{generation.folder}: ดัชนีนี้สร้างสำหรับเอนจิน {made} แต่ KB_ENGINE ระบุ {wanted} โปรดย้ายด้วยคำสั่ง `kb index` "
            "ซึ่งไม่ต้องสร้างเวกเตอร์ใหม่ หรือตั้ง KB_ENGINE กลับตามเดิม",
        )
    )


def verify(generation: Generation, setting: str) -> None:
    """Whether the engine holds the generation; the caller has compared the checksums of its files.

    Raises what open_engine raises.
    """
    check_kind(generation, setting)
    if kind_of(setting) == "milvus":
        engine = _milvus(generation, Address.parse(setting), None)
        engine.verify()
        engine.close()


def _milvus(generation: Generation, address: Address, before: Engine | None) -> MilvusEngine:
    known = before.connection if isinstance(before, MilvusEngine) and before.connection.address == address else None
    engine = MilvusEngine.open(address, generation.folder / LEDGER, generation.manifest.model, known)
    _check_counts(generation, {lang: (engine.count(lang),) for lang in LANGS})
    return engine


def _local(generation: Generation, parts: Sequence[Part], gone: NDArray[np.int64]) -> LocalEngine:
    made, alive = generation.manifest, [_without(part, gone) for part in parts]
    engine = LocalEngine(
        made.model.dim,
        made.passages_in,
        {lang: [each[lang] for each in alive if each[lang].count] for lang in LANGS},
        {lang: TermIndex.read(generation.folder / terms_folder(lang)) for lang in LANGS},
    )
    _check_counts(generation, {lang: (sum(each.alive for each in engine.parts[lang]), engine.terms[lang].count) for lang in LANGS})
    if any(each.dim != made.model.dim for lang in LANGS for each in engine.parts[lang]):
        raise corrupt(generation.folder / "manifest.json", "does not state the length of the vectors", "ระบุขนาดเวกเตอร์ไม่ตรงกับข้อมูล")
    return engine


def _without(part: Part, gone: NDArray[np.int64]) -> dict[Lang, Vectors]:
    """The part's vectors by language; those of documents that are gone are not found."""
    dead = part.rows_of(gone)
    if len(dead) == 0:
        return dict(part.vectors)
    return {lang: each.with_dead(dead[(dead >= each.first) & (dead < each.end)]) for lang, each in part.vectors.items()}


def _check_counts(generation: Generation, held: dict[Lang, tuple[int, ...]]) -> None:
    """held: passages of each language, by all that counts them."""
    for lang, counts in held.items():
        stated = generation.manifest.passages_in.get(lang)
        if any(count != stated for count in counts):
            there = ", ".join(map(str, counts))
            en = f"states {stated} passages in {lang}, and the engine has {there}"
            raise corrupt(generation.folder / "manifest.json", en, f"ระบุตอนภาษา {lang} จำนวน {stated} แต่เอนจินมี {there}")
