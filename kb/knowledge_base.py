"""KnowledgeBase: an open index and all that can be asked of it. The library's front; both doors (command line, HTTP) call it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.collecting import collection_put_off
from kb.embedding import Embedder, open_embedder
from kb.embedding.queries import remembering
from kb.errors import Lang, Message
from kb.index import statistics
from kb.index.columns import Times
from kb.index.manifest import Manifest
from kb.index.part import Part
from kb.index.reader import Index, check_ahead, check_made_by, open_index
from kb.index.semantic_map import SemanticMap
from kb.search import arms, conditions, fusion, grouping, likeness, limits, listing, raising, repair
from kb.search.asking import Asking
from kb.search.catalogue import Catalogue
from kb.search.gazetteer import Gazetteer
from kb.search.grouping import Page, Passages, Ranking
from kb.search.marks import Marker
from kb.search.narrowing import Narrowing
from kb.search.near import NearTerms
from kb.search.question import MAX_LENGTH, Question, understand
from kb.search.repair import Repair
from kb.search.showing import Showing
from kb.search.similar import similar
from kb.search.suggest import Suggestions
from kb.stages import stage
from kb.text import lexicon
from kb.text.analyzer import Analyzer, shared
from kb.text.glossary import Glossary
from kb.text.lexicon import Lexicon
from kb.text.word_counts import WordCounts
from kb.types import (
    LANGS,
    NO_FILTERS,
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
)

UNDERSTOOD = 1024  # questions whose reading is remembered
WARMING = ("เมืองลดขยะพลาสติกอย่างไร", "how do cities cut plastic waste")
NOTHING_FITS = raising.Fitting()
Understand = Callable[[str, frozenset[Understanding], datetime.date], Question]


class KnowledgeBase:
    """Thread-safe for reading. Holds one generation; a newer one is seen by opening again."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        analyzer: Analyzer,
        glossary: Glossary,
        lexicon: Lexicon,
        before: KnowledgeBase | None = None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._analyzer = analyzer
        self._glossary = glossary
        self._lexicon = lexicon
        self._likeness = likeness.shipped()
        self.catalogue: Catalogue = Catalogue(index.columns, index.store.document_meta, before.catalogue if before else None)
        self._gazetteer: Gazetteer = Gazetteer(self.catalogue, before._gazetteer if before else None)
        self._narrowing = Narrowing(index, self.catalogue)
        self._suggestions: Suggestions = Suggestions(self.catalogue, glossary, before._suggestions if before else None)
        counts = WordCounts.from_json(index.resource("word_counts"))
        self._repair: Repair = Repair(counts, analyzer, lexicon, before._repair if before else None)
        self._near_terms = NearTerms(self._suggestions, self._repair, analyzer, counts)
        self._showing = Showing(index, self.catalogue)
        self._understood = stage("understand")(_remembering(analyzer, glossary, lexicon, self._repair, self._gazetteer))
        self.semantic_map = SemanticMap.from_json(index.resource("semantic_map"))

    @classmethod
    def open(
        cls,
        index_dir: str | Path = ".kb/index",
        *,
        model: str | None = None,
        engine: str = "local",
        threads: int = 1,
        embedder: Embedder | None = None,
        written_here: Manifest | None = None,
        before: KnowledgeBase | None = None,
        checked: Future[Manifest] | None = None,
    ) -> KnowledgeBase:
        """Open the published index of a folder and warm up, so that the first question is as fast as the next.

        `model` None takes the one the index was made with; `engine`: as in kb.settings; `embedder` is an object of your own instead of a
        named model; `written_here`, `before`: as for kb.index.reader.open_index; `checked`: of its check_ahead for the same folder and
        engine, if that was begun.
        Raises IndexMissing, IndexCorrupt, IndexMismatch (made by another model, tokeniser or format, or for another engine), ModelError,
        EngineUnreachable.
        """
        if before is None and written_here is None:
            checked = checked or check_ahead(Path(index_dir), engine)
        embedder = embedder or (open_embedder(model, threads=threads) if model else None)
        # What no collection decides is loaded while checksums are compared, which lets go of Python's lock.
        repair.load()
        likeness.shipped()
        index = open_index(Path(index_dir), checked.result() if checked else written_here, before._index if before else None, engine)
        embedder = remembering(embedder or open_embedder(index.manifest.model.name, threads=threads))
        analyzer = shared(frozenset(index.resource("domain_words")))
        check_made_by(index.folder, index.manifest, embedder, analyzer)
        analyzer.warm_up()
        embedder.queries(["อุ่นเครื่อง warm up"])
        glossary = Glossary.from_json(index.resource("glossary"))
        with collection_put_off():
            return cls(index, embedder, analyzer, glossary, lexicon.shipped(), before)

    def warm_up(self) -> None:
        """Ask a question in each language: what is read and made at the first one is not waited for by a visitor."""
        for question in WARMING:
            self.search(question)

    @property
    def manifest(self) -> Manifest:
        return self._index.manifest

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is open of the index, for who writes it in the same process."""
        return self._index.parts

    @property
    def embedder(self) -> Embedder:
        """The model that it was opened with; it remembers questions."""
        return self._embedder

    def ping(self) -> None:
        """Raises EngineUnreachable or IndexMissing where questions cannot be answered now."""
        self._index.engine.ping()

    def compare_some(self) -> int:
        """Compare some of the index that no question has read yet with its checksums: up to 4 MiB; the bytes, 0 where nothing is left."""
        return self._index.compare_some()

    def damage(self) -> dict[str, Message]:
        """Path in the index folder -> what is wrong, of files that were found damaged since the index was opened:
        by `compare_some` or by a question, which IndexCorrupt answered."""
        return self._index.damage()

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
        day. Dates that leave nothing are not required, and `reading.notices` says so. Raises QueryError outside kb.search.limits and
        question.MAX_LENGTH.
        """
        limits.check(limit, offset, passages)
        day, literal = today or datetime.date.today(), frozenset(as_written)
        asking = self._asking(self._understood(question, literal, day), mode, filters, lang, day)
        ranked = self._ranked(asking, through_translations)
        if not len(ranked) and any(each.by == "dates" for each in asking.question.reading.conditions):
            asking = self._asking(self._undated(asking.question, literal, day), mode, filters, lang, day)
            ranked = self._ranked(asking, through_translations)
        if sort == "date":
            ranked = self._by_date(ranked, filters)
        hits = self._shown(ranked.page(offset, limit), asking, passages)
        facets = self._counted(ranked, asking)
        asked = asking.question
        near = () if len(ranked) else self.near_terms(asked.reading.searched)
        return SearchResult(question, asked.reading, asking.shown, asked.lang, mode, len(ranked), hits, facets, offset, limit, near)

    def nearest(
        self,
        question: str,
        *,
        lang: Lang | None = None,
        filters: Filters = NO_FILTERS,
        limit: int = 3,
        as_written: Collection[Understanding] = (),
    ) -> tuple[Hit, ...]:
        """The documents nearest in meaning to a question, also those too far away to be an answer: the way on where nothing is found.

        The question is understood as `search` does, which also says what is raised.
        """
        limits.check(limit, 0, 1)
        asked = self._understood(question, frozenset(as_written), datetime.date.today())
        if not asked.clean:
            return ()
        vector = self._encoded(asked)
        asking = Asking(
            asked,
            self._marker(asked),
            vector,
            self._expected(vector),
            "vectors",
            filters,
            self.catalogue.allowed(filters),
            lang or asked.lang,
            NOTHING_FITS,
        )
        found = [arms.find(self._index, asked, vector, each, asking.allowed.rows, False, asking.expected[each]) for each in LANGS]
        ranked = self._grouped([asking.scored(each) for each in found])
        return self._shown(ranked.page(0, limit), asking, 1)

    @stage("encode")
    def _encoded(self, question: Question) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._embedder.queries([question.clean])[0]
        return vector

    @stage("show")
    def _shown(self, page: Page, asking: Asking, passages: int) -> tuple[Hit, ...]:
        return self._showing.hits(page, asking, passages)

    @stage("facets")
    def _counted(self, ranked: Ranking, asking: Asking) -> tuple[Facet, ...]:
        return self.catalogue.facets(ranked.groups, asking.filters, asking.shown)

    def _undated(self, question: Question, as_written: frozenset[Understanding], today: datetime.date) -> Question:
        """The question whose dates are words again and rank documents of that time higher, as none could be required."""
        plain = self._understood(question.text, as_written | {"dates"}, today)
        dates = tuple(replace(each, filters=False) for each in question.reading.conditions if each.by == "dates")
        notice = conditions.nothing_dated(question.reading)
        return replace(plain, reading=replace(plain.reading, conditions=(*plain.reading.conditions, *dates), notices=(notice,)))

    @stage("rank")
    def _asking(self, asked: Question, mode: Mode, filters: Filters, lang: Lang | None, today: datetime.date) -> Asking:
        allowed = self._narrowing.narrow(self.catalogue.allowed(filters), asked.reading, today, words=bool(asked.clean))
        vector = None if mode == "terms" or not asked.clean else self._encoded(asked)
        fitting = raising.fitting(asked.reading, self.catalogue, self._gazetteer.about)
        return Asking(asked, self._marker(asked), vector, self._expected(vector), mode, filters, allowed, lang or asked.lang, fitting)

    def _expected(self, vector: NDArray[np.float32] | None) -> Mapping[Lang, arms.Expected]:
        return {} if vector is None else {lang: self._index.statistics[lang].expected(vector) for lang in LANGS}

    def _marker(self, asked: Question) -> Marker:
        return Marker(asked, self._analyzer, self._lexicon, self._likeness)

    @stage("rank")
    def _ranked(self, asking: Asking, through_translations: bool) -> Ranking:
        if not asking.question.clean:
            return self._listed(asking)
        return self._rank(asking, asking.allowed.rows if through_translations else asking.allowed.shown_rows)

    def _listed(self, asking: Asking) -> Ranking:
        groups = listing.newest_first(self.catalogue, asking.allowed.groups, asking.filters)
        return Ranking(groups, np.zeros(len(groups)))

    def _by_date(self, ranked: Ranking, filters: Filters) -> Ranking:
        """Newest first, those of one date as they were ranked."""
        return ranked.select(np.argsort(-listing.dates(self.catalogue, ranked.groups, filters), kind="stable"))

    def _rank(self, asking: Asking, rows: NDArray[np.int64] | None) -> Ranking:
        scored: list[Passages] = []
        phrases = asking.question.reading.phrases
        for lang in LANGS:
            by_terms, expected = asking.mode != "vectors", asking.expected.get(lang)
            found = arms.find(self._index, asking.question, asking.vector, lang, rows, by_terms, expected)
            passages = asking.scored(found)
            # Where a phrase is asked for, each holds one: that is relevance enough.
            kept = None if phrases else fusion.relevant(found, asking.mode, self._chance(asking.question.lang, lang))
            scored.append(passages if kept is None else passages.select(kept))
        ranked = raising.raise_up(self._grouped(scored), asking.fitting, asking.mode)
        return grouping.without_tail(ranked) if asking.mode == "hybrid" and not phrases else ranked

    def _grouped(self, scored: Sequence[Passages]) -> Ranking:
        passages = Passages.joined(scored)
        return grouping.rank(passages, self.catalogue.groups_of(passages.rows))

    def _chance(self, asked: Lang, lang: Lang) -> float:
        return statistics.chance(self._index.statistics[asked], self._index.statistics[lang], same=asked == lang)

    # Documents

    def documents(
        self, *, lang: Lang | None = None, filters: Filters = NO_FILTERS, limit: int = 50, offset: int = 0
    ) -> tuple[int, tuple[DocumentSummary, ...]]:
        """(number of all, one page) of documents, newest first; each in `lang` where it exists."""
        numbers = self.listed(lang=lang, filters=filters)
        return len(numbers), tuple(map(self.catalogue.summary, numbers[offset : offset + limit].tolist()))

    def listed(self, *, lang: Lang | None = None, filters: Filters = NO_FILTERS) -> NDArray[np.int64]:
        """Numbers of all documents, newest first; of each subject the version in `lang` where it exists."""
        groups = listing.newest_first(self.catalogue, self.catalogue.allowed(filters).groups, filters)
        return self.catalogue.columns.number[self.catalogue.groups.version(groups, lang, filters.lang)]

    def times(self, document_id: str, lang: Lang) -> Times:
        """When the file came in and when it last changed. Raises NotFound."""
        return self.catalogue.times(self._number(document_id, lang))

    def document(self, document_id: str, lang: Lang | None = None) -> Document:
        """The whole document; `lang` None takes any language. Raises NotFound."""
        return self._index.store.document(self._number(document_id, lang))

    def summary(self, document_id: str, lang: Lang | None = None) -> DocumentSummary:
        """Raises NotFound."""
        return self.catalogue.summary(self._number(document_id, lang))

    def group(self, document_id: str, lang: Lang | None = None) -> int:
        """The number of a subject that has a version in `lang`, as the catalogue counts them. Raises NotFound."""
        group = self.catalogue.groups.find(document_id)
        if group is None or (lang is not None and lang not in self.catalogue.versions(group)):
            raise limits.not_found(document_id, lang)
        return group

    def _number(self, document_id: str, lang: Lang | None) -> int:
        return self.catalogue.version(self.group(document_id, lang), lang)

    def similar(self, document_id: str, lang: Lang, limit: int = 5) -> tuple[Hit, ...]:
        """Documents nearest in meaning to a document, shown in `lang` where they can be. Raises NotFound."""
        limits.check(limit, 0, 1)
        return similar(self._index, self.catalogue, self.group(document_id), lang, limit)

    # Lists

    def facets(self, filters: Filters = NO_FILTERS, lang: Lang = "en") -> tuple[Facet, ...]:
        """Counts over all documents that pass the filters."""
        groups = np.flatnonzero(self.catalogue.allowed(filters).groups)
        return self.catalogue.facets(groups, filters, lang)

    def suggest(self, prefix: str, lang: Lang, limit: int = 8) -> tuple[Suggestion, ...]:
        return self._suggestions.starting_with(prefix[:200], lang, limit)

    def words(self, text: str, longest: int) -> list[str]:
        """The words that make up a text, by the dictionary of the collection; what stands between Thai words is one.

        A compound of more than `longest` letters comes in the words that it is made of.
        """
        return self._analyzer.segmenter.words(text, longest)

    def near_terms(self, question: str, limit: int = 6) -> tuple[str, ...]:
        """Names and words of the collection near to those of a question, best first; for where nothing is found."""
        return self._near_terms.of(question[:MAX_LENGTH], limit)


def _remembering(analyzer: Analyzer, glossary: Glossary, lexicon: Lexicon, repair: Repair, gazetteer: Gazetteer) -> Understand:
    """Who turns pages, filters or sorts asks the same question again. It holds no KnowledgeBase, which could not be freed then."""

    @lru_cache(UNDERSTOOD)
    def understood(question: str, as_written: frozenset[Understanding], today: datetime.date) -> Question:
        return understand(question, analyzer, glossary, lexicon, repair, as_written, gazetteer, today)

    return understood
