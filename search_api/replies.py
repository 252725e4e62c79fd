"""The library's values -> what becomes the JSON of the API, as search_api.schemas describes it, without validating what is our own.

A reply of ten hits is some 700 objects and lists; as pydantic models they took six times as long. Tests hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from kb.types import (
    Document,
    DocumentSummary,
    Facet,
    Highlight,
    Hit,
    Lang,
    Lines,
    PassageHit,
    Person,
    Reading,
    SearchResult,
    Suggestion,
    Twin,
    Why,
)

Values = dict[str, Any]


def url_of(document_id: str, lang: str) -> str:
    return f"/documents/{document_id}?lang={lang}"


def search(r: SearchResult, warnings: list[str]) -> Values:
    return {
        "query": r.query,
        "reading": reading(r.reading, r.lang),
        "lang": r.lang,
        "query_lang": r.query_lang,
        "mode": r.mode,
        "total": r.total,
        "offset": r.offset,
        "limit": r.limit,
        "hits": [hit(h, r.lang) for h in r.hits],
        "facets": facets(r.facets, r.lang),
        "near_terms": r.near_terms,
        "warnings": warnings,
    }


def summary(d: DocumentSummary) -> Values:
    return {
        "id": d.id,
        "lang": d.lang,
        "kind": d.kind,
        "title": d.title,
        "date": str(d.date) if d.date else None,
        "url": url_of(d.id, d.lang),
        "countries": d.countries,
        "cities": d.cities,
        "themes": d.themes,
        "organisations": d.organisations,
        "people": _people(d.people),
        "participants": _people(d.participants),
        "summary": d.summary,
        "translations": [{"lang": t.lang, "title": t.title, "url": url_of(d.id, t.lang)} for t in d.translations],
    }


def document(d: Document, s: DocumentSummary, html: str) -> Values:
    return summary(s) | {
        "path": d.path,
        "digest": d.digest,
        "sources": [{"url": each.url, "title": each.title} for each in d.sources],
        "aliases": d.aliases,
        "extra": dict(d.extra),
        "markdown": d.body,
        "html": html,
    }


def hit(h: Hit, lang: Lang) -> Values:
    values = summary(h.document)
    values["score"] = h.score
    values["passages"] = [_passage(p) for p in h.passages]
    values["why"] = _why(h.why, lang)
    return values


def facets(found: Iterable[Facet], lang: Lang) -> dict[str, list[Values]]:
    return {
        facet.name: [
            {"value": v.value, "label": v.label.th if lang == "th" else v.label.en, "count": v.count, "selected": v.selected}
            for v in facet.values
        ]
        for facet in found
    }


def documents(total: int, page: Iterable[DocumentSummary], offset: int, limit: int) -> Values:
    return {"total": total, "offset": offset, "limit": limit, "documents": [summary(d) for d in page]}


def suggestions(query: str, found: Iterable[Suggestion]) -> Values:
    return {"query": query, "suggestions": [_suggestion(s) for s in found]}


def reading(r: Reading, lang: Lang) -> Values:
    return {
        "searched": r.searched,
        "changes": [{"kind": each.kind, "before": each.before, "after": each.after} for each in r.changes],
        "conditions": [
            {
                "facet": each.facet,
                "value": each.value,
                "label": each.label.in_language(lang),
                "words": each.words,
                "filters": each.filters,
                "by": each.by,
            }
            for each in r.conditions
        ],
        "phrases": [each.text for each in r.phrases],
        "excluded": [each.text for each in r.excluded],
        "also": [{"words": each.words, "names": each.names} for each in r.also],
        "notices": [each.in_language(lang) for each in r.notices],
    }


def _people(people: Iterable[Person]) -> list[Values]:
    return [{"name": p.name, "role": p.role, "organisation": p.organisation} for p in people]


def _passage(p: PassageHit) -> Values:
    passage = p.passage
    return {
        "heading": passage.heading,
        "speaker": passage.speaker,
        "text": passage.text,
        "highlights": [_highlight(each) for each in p.highlights],
        "answer": _highlight(p.answer) if p.answer else None,
        "twin": _twin(p.twin) if p.twin else None,
        "lines": _lines(passage.lines),
        "score": p.score,
        "similarity": p.similarity,
    }


def _highlight(h: Highlight) -> Values:
    return {"start": h.start, "end": h.end, "word": h.word}


def _lines(lines: Lines) -> Values:
    return {"first": lines.first, "last": lines.last}


def _twin(t: Twin) -> Values:
    return {
        "lang": t.lang,
        "text": t.text,
        "highlights": [_highlight(each) for each in t.highlights],
        "heading": t.heading,
        "speaker": t.speaker,
        "lines": _lines(t.lines),
        "confidence": t.confidence,
    }


def _why(why: Why, lang: Lang) -> Values:
    return {
        "matched_terms": why.matched_terms,
        "translated_terms": [{"query": here, "document": there} for here, there in why.translated_terms],
        "terms_in_translation": why.terms_in_translation,
        "similarity": why.similarity,
        "nearest_sentence": why.nearest_sentence,
        "about": [each.in_language(lang) for each in why.about],
        "message": why.message.in_language(lang),
    }


def _suggestion(s: Suggestion) -> Values:
    url = url_of(s.document_id, s.lang) if s.document_id else f"/search?{urlencode({'q': s.text})}"
    return {"text": s.text, "kind": s.kind, "document_id": s.document_id, "lang": s.lang, "also": s.also, "url": url}
