"""KnowledgeBase: an open index and all that can be asked of it. The library's front; both doors (command line, HTTP) call it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Embedder, open_embedder
from kb.errors import Lang, Message, NotFound, QueryError
from kb.index import manifest, statistics
from kb.index.history import History
from kb.index.manifest import Manifest
from kb.index.reader import Index, open_index
from kb.index.semantic_map import SemanticMap
from kb.search import arms, conditions, explain, fusion, grouping, likeness, raising
from kb.search.arms import Candidates
from kb.search.catalogue import Allowed, Catalogue
from kb.search.gazetteer import Gazetteer
from kb.search.grouping import Ranked, Scored
from kb.search.marks import Marker
from kb.search.narrowing import Narrowing
from kb.search.question import MAX_LENGTH, Question, understand
from kb.search.repair import Repair
from kb.search.suggest import Suggestions
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.glossary import Glossary
from kb.text.lexicon import Lexicon
from kb.text.word_counts import WordCounts
from kb.types import (
    LANGS,
    NO_FILTERS,
    Condition,
    Document,
    DocumentSummary,
    Facet,
    Filters,
    Hit,
    Mode,
    SearchResult,
    Sort,
    Suggestion,
    Understanding,
    Why,
)

MAX_LIMIT = 100  # hits in one reply
MAX_OFFSET = 10_000
MAX_PASSAGES = 10  # passages of one hit


class KnowledgeBase:
    """Thread-safe for reading. Holds one generation; a newer one is seen by opening again."""

    def __init__(self, index: Index, embedder: Embedder, analyzer: Analyzer, glossary: Glossary, lexicon: Lexicon) -> None:
        self._index = index
        self._embedder = embedder
        self._analyzer = analyzer
        self._glossary = glossary
        self._lexicon = lexicon
        self._likeness = likeness.shipped()
        documents = index.store.documents()
        owner = np.array(index.store.document_numbers(), dtype=np.int64)
        self.catalogue = Catalogue(documents, owner, index.store.speakers())
        self._group_of = {row: documents[number].id for row, number in enumerate(owner)}
        self._gazetteer = Gazetteer(self.catalogue)
        self._narrowing = Narrowing(index, self.catalogue, analyzer)
        self._suggestions = Suggestions(self.catalogue, glossary)
        self._repair = Repair(WordCounts.from_json(index.store.resource("word_counts")), analyzer, lexicon)
        self.history = History.from_json(index.store.resource("history"), index.manifest.created)
        self.semantic_map = SemanticMap.from_json(index.store.resource("semantic_map"))

    @classmethod
    def open(
        cls, index_dir: str | Path = ".kb/index", *, model: str | None = None, threads: int = 1, embedder: Embedder | None = None
    ) -> KnowledgeBase:
        """Open the published index of a folder and warm up, so that the first question is as fast as the next.

        `model` None takes the one the index was made with; `embedder` is an object of your own instead of a named model.
        Raises IndexMissing, IndexCorrupt, IndexMismatch (made by another model, tokeniser or format), ModelError.
        """
        index = open_index(Path(index_dir))
        embedder = embedder or open_embedder(model or index.manifest.model.name, threads=threads)
        analyzer = Analyzer(index.store.resource("domain_words"))
        _check_made_by(index.folder, index.manifest, embedder, analyzer)
        analyzer.warm_up()
        embedder.queries(["อุ่นเครื่อง warm up"])
        return cls(index, embedder, analyzer, Glossary.from_json(index.store.resource("glossary")), lexicon.shipped())

    @property
    def manifest(self) -> Manifest:
        return self._index.manifest

    # Search

    def search(
        self,
        question: str,
        *,
        lang: Lang | None = None,
        filters: Filters = NO_FILTERS,
        mode: Mode = "hybrid",
        limit: int = 10,
        offset: int = 0,
        passages: int = 3,
        through_translations: bool = True,
        as_written: Collection[Understanding] = (),
        sort: Sort = "relevance",
        today: datetime.date | None = None,
    ) -> SearchResult:
        """The documents that answer a question, best first or, by date, newest first; a translation pair is one hit.

        lang: the asker's language, in which hits are shown where they can be; None means the question's own. An empty question lists
        the documents that pass the filters, newest first. through_translations: a document may be found by what its translation says,
        also where a filter restricts the languages that are shown. as_written: what is not to be read into the question (see
        kb.types.Understanding); the result's `reading` tells what was. today: the day by which "last year" is measured; None means this
        day. Dates that leave nothing are not required, and `reading.notices` says so. Raises QueryError outside the limits (MAX_LIMIT,
        MAX_OFFSET, MAX_PASSAGES, question.MAX_LENGTH).
        """
        _check_limits(limit, offset, passages)
        day, literal = today or datetime.date.today(), frozenset(as_written)
        asking = self._asking(self._understood(question, literal, day), mode, filters, lang, day)
        ranked = self._ranked(asking, through_translations)
        if not ranked and any(each.by == "dates" for each in asking.question.reading.conditions):
            asking = self._asking(self._undated(asking.question, literal, day), mode, filters, lang, day)
            ranked = self._ranked(asking, through_translations)
        if sort == "date":
            ranked.sort(key=lambda each: self._date(each.group_id, filters), reverse=True)
        hits = tuple(self._hit(each, asking, passages) for each in ranked[offset : offset + limit])
        facets = self.catalogue.facets([each.group_id for each in ranked], filters, asking.shown)
        asked = asking.question
        return SearchResult(question, asked.reading, asking.shown, asked.lang, mode, len(ranked), hits, facets, offset, limit)

    def nearest(self, question: str, *, lang: Lang | None = None, filters: Filters = NO_FILTERS, limit: int = 3) -> tuple[Hit, ...]:
        """The documents nearest in meaning to a question, also those too far away to be an answer: the way on where nothing is found.

        Raises QueryError as `search` does.
        """
        _check_limits(limit, 0, 1)
        asked = self._understood(question, frozenset(), datetime.date.today())
        if not asked.clean:
            return ()
        vector = self._embedder.queries([asked.clean])[0]
        marker = Marker(asked, self._analyzer, self._lexicon, self._likeness)
        asking = _Asking(asked, marker, vector, "vectors", filters, self.catalogue.allowed(filters), lang or asked.lang, {})
        found = [arms.find(self._index, asked, vector, each, asking.allowed.rows, use_terms=False) for each in LANGS]
        ranked = grouping.rank([scored for each in found for scored in _scored(each, asking)], self._group_of)
        return tuple(self._hit(each, asking, 1) for each in ranked[:limit])

    def _understood(self, question: str, as_written: frozenset[Understanding], today: datetime.date) -> Question:
        return understand(question, self._analyzer, self._glossary, self._lexicon, self._repair, as_written, self._gazetteer, today)

    def _undated(self, question: Question, as_written: frozenset[Understanding], today: datetime.date) -> Question:
        """The question whose dates are words again and rank documents of that time higher, as none could be required."""
        plain = self._understood(question.text, as_written | {"dates"}, today)
        dates = tuple(replace(each, filters=False) for each in question.reading.conditions if each.by == "dates")
        notice = conditions.nothing_dated(question.reading)
        return replace(plain, reading=replace(plain.reading, conditions=(*plain.reading.conditions, *dates), notices=(notice,)))

    def _asking(self, asked: Question, mode: Mode, filters: Filters, lang: Lang | None, today: datetime.date) -> _Asking:
        allowed = self._narrowing.narrow(self.catalogue.allowed(filters), asked.reading, today, words=bool(asked.clean))
        vector = None if mode == "terms" or not asked.clean else self._embedder.queries([asked.clean])[0]
        fitting = raising.raised_groups(asked.reading, self.catalogue, self._gazetteer.subjects)
        marker = Marker(asked, self._analyzer, self._lexicon, self._likeness)
        return _Asking(asked, marker, vector, mode, filters, allowed, lang or asked.lang, fitting)

    def _ranked(self, asking: _Asking, through_translations: bool) -> list[Ranked]:
        if not asking.question.clean:
            return self._listed(asking)
        return self._rank(asking, asking.allowed.rows if through_translations else asking.allowed.shown)

    def _listed(self, asking: _Asking) -> list[Ranked]:
        return [Ranked(group_id, 0.0, ()) for group_id in self._newest_first(asking.allowed.groups, asking.filters)]

    def _rank(self, asking: _Asking, rows: NDArray[np.int64] | None) -> list[Ranked]:
        scored: list[Scored] = []
        for lang in LANGS:
            found = arms.find(self._index, asking.question, asking.vector, lang, rows, use_terms=asking.mode != "vectors")
            kept = fusion.relevant(found, asking.mode, self._chance(asking.question.lang, lang))
            if asking.question.reading.phrases:
                kept = np.ones(len(found.rows), np.bool_)  # each holds a phrase: that is relevance enough
            scored += [each for each, keep in zip(_scored(found, asking), kept, strict=True) if keep]
        ranked = raising.raise_up(grouping.rank(scored, self._group_of), asking.fitting, asking.mode)
        cut = asking.mode == "hybrid" and not asking.question.reading.phrases
        return grouping.without_tail(ranked) if cut else ranked

    def _chance(self, asked: Lang, lang: Lang) -> float:
        return statistics.chance(self._index.statistics[asked], self._index.statistics[lang], same=asked == lang)

    def _hit(self, ranked: Ranked, asking: _Asking, limit: int) -> Hit:
        number = self.catalogue.version(ranked.group_id, asking.shown, self._languages(ranked.group_id, asking))
        summary = self.catalogue.summary(number)
        best = self._best_passages(ranked, asking, number)[:limit] if asking.question.clean else []
        texts = self._index.store.passages([each.row for each in best])
        sentences = self._index.store.sentences([each.row for each in best])
        explained = [
            explain.passage_hit(texts[each.row], each, sentences[each.row], asking.vector, asking.marker, self._index.store)
            for each in best
        ]
        reason = explain.why(explained, asking.question.lang, summary.lang, self._words_in_translation(ranked, asking.marker, summary.lang))
        reason = raising.reason(reason, asking.fitting.get(ranked.group_id, ()))
        return Hit(summary, round(ranked.score, 4), tuple(each.hit for each in explained), reason)

    def _languages(self, group_id: str, asking: _Asking) -> tuple[str, ...]:
        """Languages in which a document may be shown: those of its versions that have an allowed passage."""
        if asking.allowed.shown is None:
            return ()
        versions = self.catalogue.groups[group_id].versions.items()
        shown = set(self.catalogue.owner[asking.allowed.shown].tolist())
        return tuple(lang for lang, number in versions if number in shown) or asking.filters.lang

    def _words_in_translation(self, ranked: Ranked, marker: Marker, shown: Lang) -> tuple[str, ...]:
        """What the best passage in the question's own language says, when the document is shown in the other one."""
        row = next((each.row for each in ranked.passages if each.lang == marker.lang != shown), None)
        if row is None:
            return ()
        return tuple(dict.fromkeys(mark.word for mark in marker.literal(self._index.store.passages([row])[row].text)))

    def _best_passages(self, ranked: Ranked, asking: _Asking, number: int) -> list[Scored]:
        """Passages of the shown version, best first; measured anew where another version brought the document up."""
        rows = np.array(self._index.store.rows_of(number), dtype=np.int64)
        if asking.allowed.shown is not None:
            rows = np.intersect1d(rows, asking.allowed.shown)
        coverage = {each.row: each.coverage for each in ranked.passages}
        covered = np.array([coverage.get(int(row), 0.0) for row in rows], dtype=np.float32)
        found = arms.measure(self._index, self.catalogue.documents[number].lang, rows, asking.vector, covered)
        return sorted(_scored(found, asking), key=lambda s: (-s.score, s.row))

    # Documents

    def documents(
        self, *, lang: Lang | None = None, filters: Filters = NO_FILTERS, limit: int = 50, offset: int = 0
    ) -> tuple[int, tuple[DocumentSummary, ...]]:
        """(number of all, one page) of documents, newest first; each in `lang` where it exists."""
        groups = self.catalogue.allowed(filters).groups
        ordered = self._newest_first(groups, filters)
        page = ordered[offset : offset + limit]
        return len(ordered), tuple(self.catalogue.summary(self.catalogue.version(g, lang, filters.lang)) for g in page)

    def _newest_first(self, groups: set[str], filters: Filters) -> list[str]:
        return sorted(sorted(groups), key=lambda group_id: self._date(group_id, filters), reverse=True)

    def _date(self, group_id: str, filters: Filters) -> tuple[int, int, int]:
        found = self.catalogue.documents[self.catalogue.version(group_id, None, filters.lang)].date
        return (found.year, found.month or 0, found.day or 0) if found else (0, 0, 0)

    def document(self, document_id: str, lang: Lang | None = None) -> Document:
        """The whole document; `lang` None takes any language. Raises NotFound."""
        return self._index.store.document(self._number(document_id, lang))

    def summary(self, document_id: str, lang: Lang | None = None) -> DocumentSummary:
        """Raises NotFound."""
        return self.catalogue.summary(self._number(document_id, lang))

    def _number(self, document_id: str, lang: Lang | None) -> int:
        group = self.catalogue.groups.get(document_id)
        if group is None or (lang is not None and lang not in group.versions):
            raise _not_found(document_id, lang)
        return self.catalogue.version(document_id, lang)

    def similar(self, document_id: str, lang: Lang, limit: int = 5) -> tuple[Hit, ...]:
        """Documents nearest in meaning to a document, shown in `lang` where they can be. Raises NotFound."""
        _check_limits(limit, 0, 1)
        number = self._number(document_id, None)
        centre = self._index.vectors.gather(np.array(self._index.store.rows_of(number), dtype=np.int64)).mean(axis=0)
        vector = (centre / np.linalg.norm(centre)).astype(np.float32)
        scored: list[Scored] = []
        for each in LANGS:
            rows, _ = self._index.vectors.search(vector, arms.DEPTH, self._index.span(each))
            found = arms.measure(self._index, each, np.sort(rows), vector, np.zeros(len(rows), np.float32))
            measured = zip(found.rows, found.standardised, found.cosines, strict=True)
            scored += [Scored(int(row), each, float(score), float(cosine), 0.0) for row, score, cosine in measured]
        others = [r for r in grouping.rank(scored, self._group_of) if r.group_id != document_id]
        return tuple(self._similar_hit(r, lang) for r in others[:limit])

    def _similar_hit(self, ranked: Ranked, lang: Lang) -> Hit:
        summary = self.catalogue.summary(self.catalogue.version(ranked.group_id, lang))
        cosine = round(ranked.passages[0].cosine, 4)
        message = Message(en=f"is close in meaning (cosine {cosine:.2f})", th=f"มีความหมายใกล้เคียง (โคไซน์ {cosine:.2f})")
        return Hit(summary, round(ranked.score, 4), (), Why((), (), (), cosine, "", message))

    # Lists

    def facets(self, filters: Filters = NO_FILTERS, lang: Lang = "en") -> tuple[Facet, ...]:
        """Counts over all documents that pass the filters."""
        groups = self.catalogue.allowed(filters).groups
        return self.catalogue.facets(groups, filters, lang)

    def suggest(self, prefix: str, lang: Lang, limit: int = 8) -> tuple[Suggestion, ...]:
        return self._suggestions.starting_with(prefix[:200], lang, limit)

    def near_terms(self, word: str) -> tuple[str, ...]:
        """Words of the collection near to one that it does not have, best first; for the page that has found nothing."""
        return self._repair.near_terms(word[:MAX_LENGTH])

    def names_like(self, question: str, limit: int = 6) -> tuple[Suggestion, ...]:
        """Names and terms of the collection that something in the question is written like."""
        return self._suggestions.like(question[:200], limit)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One search on its way through the stages."""

    question: Question
    marker: Marker
    vector: NDArray[np.float32] | None  # (dim,); None when only terms are asked
    mode: Mode
    filters: Filters
    allowed: Allowed
    shown: Lang  # in which hits are shown where they can be
    fitting: Mapping[str, Sequence[Condition]]  # group id -> conditions of the question that rank it higher


def _scored(found: Candidates, asking: _Asking) -> list[Scored]:
    scores = fusion.fuse(found, asking.mode, found.lang == asking.question.lang)
    values = zip(found.rows, scores, found.cosines, found.coverage, strict=True)
    return [Scored(int(row), found.lang, float(score), float(cosine), float(coverage)) for row, score, cosine, coverage in values]


def _check_made_by(folder: Path, made: Manifest, embedder: Embedder, analyzer: Analyzer) -> None:
    if made.model.digest != embedder.digest:
        raise manifest.mismatch(
            folder, f"model {made.model.name} ({made.model.digest[:12]})", f"model {embedder.name} ({embedder.digest[:12]})"
        )
    if made.analyzer != analyzer.fingerprint:
        raise manifest.mismatch(folder, f"tokeniser {made.analyzer}", f"tokeniser {analyzer.fingerprint}")


def _check_limits(limit: int, offset: int, passages: int) -> None:
    bounds = (("limit", limit, 1, MAX_LIMIT), ("offset", offset, 0, MAX_OFFSET), ("passages", passages, 0, MAX_PASSAGES))
    for name, value, low, high in bounds:
        if not low <= value <= high:
            en = f"{name}={value}: give a number from {low} to {high:,}."
            raise QueryError(Message(en, f"{name}={value}: ให้ใส่จำนวนตั้งแต่ {low} ถึง {high:,}"))


def _not_found(document_id: str, lang: Sequence[str] | None) -> NotFound:
    in_en, in_th = (f" in {lang}", f" ภาษา {lang}") if lang else ("", "")
    return NotFound(
        Message(
            en=f"{document_id}: there is no such document{in_en}. See the list of all documents (API: documents?limit=500).",
            th=f"{document_id}: ไม่มีเอกสารนี้{in_th} ดูได้จากรายการเอกสารทั้งหมด (API: documents?limit=500)",
        )
    )
