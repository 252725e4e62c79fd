"""Documents like a document: nearest to the mean of its passages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kb.errors import Message
from kb.index.reader import Index
from kb.search import arms, grouping
from kb.search.catalogue import Catalogue
from kb.search.grouping import Passages, Ranked, Scored
from kb.types import LANGS, Hit, Lang, Why


def similar(index: Index, catalogue: Catalogue, group: int, lang: Lang, limit: int) -> tuple[Hit, ...]:
    """Nearest first, without the document itself, each shown in `lang` where it can be."""
    vector = _centre(index, catalogue.rows_of(catalogue.version(group, None)))
    near = Passages.joined([_near(index, vector, each) for each in LANGS])
    ranked = grouping.rank(near, catalogue.groups_of(near.rows))
    others = ranked.select(ranked.groups != group)
    page = others.page(0, limit)
    return tuple(_hit(catalogue, each, page.best(each.group), lang) for each in page.ranked)


def _centre(index: Index, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """(dim,), of length 1"""
    centre = index.engine.vectors(rows).mean(axis=0)
    return np.asarray(centre / np.linalg.norm(centre), dtype=np.float32)


def _near(index: Index, vector: NDArray[np.float32], lang: Lang) -> Passages:
    rows = np.sort(index.engine.nearest(vector, arms.DEPTH, lang)[0])
    none = np.zeros(len(rows), np.float32)
    found = arms.measure(index, lang, rows, vector, none)
    return Passages(found.rows, np.full(len(rows), LANGS.index(lang), np.int8), found.standardised, found.cosines, none)


def _hit(catalogue: Catalogue, ranked: Ranked, best: Scored | None, lang: Lang) -> Hit:
    summary = catalogue.summary(catalogue.version(ranked.group, lang))
    assert best  # by which it was ranked
    cosine = round(best.cosine, 4)
    message = Message(en=f"is close in meaning (cosine {cosine:.2f})", th=f"มีความหมายใกล้เคียง (โคไซน์ {cosine:.2f})")
    return Hit(summary, round(ranked.score, 4), (), Why((), (), (), cosine, "", message))
