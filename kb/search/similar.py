"""Documents like a document: nearest to the mean of its passages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kb.errors import Message
from kb.index.reader import Index
from kb.search import arms, grouping
from kb.search.catalogue import Catalogue
from kb.search.grouping import Ranked, Scored
from kb.types import LANGS, Hit, Lang, Why


def similar(index: Index, catalogue: Catalogue, group: int, lang: Lang, limit: int) -> tuple[Hit, ...]:
    """Nearest first, without the document itself, each shown in `lang` where it can be."""
    vector = _centre(index, catalogue.rows_of(catalogue.version(group, None)))
    others = [each for each in grouping.rank(_scored(index, vector), catalogue.groups_of) if each.group != group]
    return tuple(_hit(catalogue, each, lang) for each in others[:limit])


def _centre(index: Index, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """(dim,), of length 1"""
    centre = index.engine.vectors(rows).mean(axis=0)
    return np.asarray(centre / np.linalg.norm(centre), dtype=np.float32)


def _scored(index: Index, vector: NDArray[np.float32]) -> list[Scored]:
    scored: list[Scored] = []
    for each in LANGS:
        rows, _ = index.engine.nearest(vector, arms.DEPTH, each)
        found = arms.measure(index, each, np.sort(rows), vector, np.zeros(len(rows), np.float32))
        measured = zip(found.rows.tolist(), found.standardised.tolist(), found.cosines.tolist(), strict=True)
        scored += [Scored(row, each, score, cosine, 0.0) for row, score, cosine in measured]
    return scored


def _hit(catalogue: Catalogue, ranked: Ranked, lang: Lang) -> Hit:
    summary = catalogue.summary(catalogue.version(ranked.group, lang))
    cosine = round(ranked.passages[0].cosine, 4)
    message = Message(en=f"is close in meaning (cosine {cosine:.2f})", th=f"มีความหมายใกล้เคียง (โคไซน์ {cosine:.2f})")
    return Hit(summary, round(ranked.score, 4), (), Why((), (), (), cosine, "", message))
