"""The JSON of the API: pydantic models, and how each is made from the library's values."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from kb.types import (
    Document,
    DocumentSummary,
    Facet,
    Highlight,
    Hit,
    Lang,
    PassageHit,
    Person,
    Reading,
    SearchResult,
    Suggestion,
    Twin,
)


class PersonOut(BaseModel):
    name: str
    role: str = ""
    organisation: str = ""


class TranslationOut(BaseModel):
    lang: str = Field(examples=["th"])
    title: str
    url: str


class SummaryOut(BaseModel):
    id: str = Field(description="Path in content/ without language and ending", examples=["dialogues/sgac-high-level-policy-dialogue-2022"])
    lang: str = Field(examples=["en"])
    kind: str = Field(examples=["dialogue"])
    title: str
    date: str | None = Field(description="ISO 8601 to the precision that is known", examples=["2022-12-06", "2022"])
    url: str = Field(description="The document's page on this server")
    countries: list[str] = Field(description="ISO 3166-1 alpha-2", examples=[["TH"]])
    cities: list[str]
    themes: list[str] = Field(examples=[["waste", "circular-economy"]])
    organisations: list[str]
    people: list[PersonOut]
    participants: list[PersonOut]
    summary: str
    translations: list[TranslationOut] = Field(description="The other languages in which the document exists")


class HighlightOut(BaseModel):
    start: int = Field(description="Code points from the start of the passage's text")
    end: int = Field(description="Exclusive; always at the end of a grapheme cluster")
    word: str = Field(default="", description="The word of the question, where its translation is marked", examples=["ขยะ"])


class LinesOut(BaseModel):
    first: int = Field(description="1-based line of the document's file")
    last: int


class TwinOut(BaseModel):
    lang: str = Field(description="Language of the other version")
    text: str = Field(description="What it says in the place of the nearest sentence")
    highlights: list[HighlightOut]
    heading: list[str]
    speaker: str
    lines: LinesOut = Field(description="Where it stands in the other version's file")
    confidence: float = Field(description="Probability that it is the counterpart")


class PassageOut(BaseModel):
    heading: list[str] = Field(description="Headings above the passage, outermost first")
    speaker: str = Field(description='Who said it, in a dialogue; "" otherwise')
    text: str
    highlights: list[HighlightOut]
    answer: HighlightOut | None = Field(description="The sentence nearest to the question")
    twin: TwinOut | None = Field(description="The same sentence in the other language, where the document's other version surely has it")
    lines: LinesOut
    score: float
    similarity: float | None = Field(description="Cosine between question and passage")


class TranslatedTermOut(BaseModel):
    query: str = Field(examples=["ขยะ"])
    document: str = Field(examples=["waste"])


class WhyOut(BaseModel):
    matched_terms: list[str] = Field(description="Words of the question that stand in the passages")
    translated_terms: list[TranslatedTermOut] = Field(description="Words of the question found in the other language")
    terms_in_translation: list[str] = Field(description="Words of the question in the version that is not shown")
    similarity: float | None
    nearest_sentence: str
    about: list[str] = Field(description="What the question names and the document is about")
    message: str = Field(description="The reason as a sentence, in the asker's language")


class HitOut(SummaryOut):
    score: float
    passages: list[PassageOut]
    why: WhyOut


class FacetValueOut(BaseModel):
    value: str = Field(description="What the filter parameter takes")
    label: str
    count: int
    selected: bool


class ChangeOut(BaseModel):
    kind: str = Field(examples=["spelling", "keyboard"])
    before: str = Field(description="As typed")
    after: str


class ConditionOut(BaseModel):
    facet: str = Field(examples=["year"])
    value: str = Field(examples=["2022"])
    label: str = Field(description="The value in the asker's language")
    words: str = Field(description="Words of the question that say so")
    filters: bool = Field(description="true: only documents that fit are found; false: they are ranked higher")
    by: str = Field(description="What `as_written` has to name to take the words as words")


class AlsoOut(BaseModel):
    words: str = Field(description="Words of the question")
    names: list[str]


class ReadingOut(BaseModel):
    searched: str = Field(description="The words that were searched for")
    changes: list[ChangeOut] = Field(description="Words searched for as others")
    conditions: list[ConditionOut]
    phrases: list[str] = Field(description="Each stands literally in every hit")
    excluded: list[str] = Field(description="None stands in any hit")
    also: list[AlsoOut] = Field(description="Names and abbreviations searched for under their other names too")
    notices: list[str] = Field(description="What could not be done as asked")


class SearchOut(BaseModel):
    query: str
    reading: ReadingOut = Field(description="How the question was understood")
    lang: str = Field(description="The asker's language, in which hits are shown where they can be")
    query_lang: str = Field(description="The language that the question is written in")
    mode: str
    total: int
    offset: int
    limit: int
    hits: list[HitOut]
    facets: dict[str, list[FacetValueOut]]
    near_terms: list[str] = Field(description="Where nothing is found: names and words of the collection that are written alike")
    warnings: list[str] = Field(description="Parameters that were not understood, with the nearest valid name")


class DocumentsOut(BaseModel):
    total: int
    offset: int
    limit: int
    documents: list[SummaryOut]


class SourceOut(BaseModel):
    url: str
    title: str


class DocumentOut(SummaryOut):
    path: str = Field(description="File in content/")
    digest: str = Field(description="sha256 of the file")
    sources: list[SourceOut]
    aliases: list[str]
    extra: dict[str, Any] = Field(description="Front-matter keys that the format does not define, as written")
    markdown: str = Field(description="The text without its front matter")
    html: str = Field(description="The text as sanitised HTML")


class SuggestionOut(BaseModel):
    text: str
    kind: str = Field(examples=["title", "city"])
    document_id: str = ""
    lang: str = Field(description="Language of `text`")
    also: str = Field("", description="The same in the other language")
    url: str = Field(description="Where it leads: a title to its document, anything else to its results")


class SuggestOut(BaseModel):
    query: str
    suggestions: list[SuggestionOut]


class StateOut(BaseModel):
    status: str


class VersionOut(BaseModel):
    version: str
    format: int
    generation: str
    created: str
    model: str
    model_digest: str
    analyzer: str
    documents: int
    subjects: int
    passages: int


class ProblemOut(BaseModel):
    """RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] = Field(default_factory=list, description="One entry a wrong parameter: its name and what is wrong")


def url_of(document_id: str, lang: str) -> str:
    return f"/documents/{document_id}?lang={lang}"


def _people(people: tuple[Person, ...]) -> list[PersonOut]:
    return [PersonOut(name=p.name, role=p.role, organisation=p.organisation) for p in people]


def _summary_values(d: DocumentSummary) -> dict[str, Any]:
    return {
        "id": d.id,
        "lang": d.lang,
        "kind": d.kind,
        "title": d.title,
        "date": str(d.date) if d.date else None,
        "url": url_of(d.id, d.lang),
        "countries": list(d.countries),
        "cities": list(d.cities),
        "themes": list(d.themes),
        "organisations": list(d.organisations),
        "people": _people(d.people),
        "participants": _people(d.participants),
        "summary": d.summary,
        "translations": [TranslationOut(lang=t.lang, title=t.title, url=url_of(d.id, t.lang)) for t in d.translations],
    }


def summary(d: DocumentSummary) -> SummaryOut:
    return SummaryOut(**_summary_values(d))


def document(d: Document, s: DocumentSummary, html: str) -> DocumentOut:
    sources = [SourceOut(url=each.url, title=each.title) for each in d.sources]
    return DocumentOut(
        **_summary_values(s),
        path=d.path,
        digest=d.digest,
        sources=sources,
        aliases=list(d.aliases),
        extra=dict(d.extra),
        markdown=d.body,
        html=html,
    )


def _highlights(found: tuple[Highlight, ...]) -> list[HighlightOut]:
    return [HighlightOut(start=each.start, end=each.end, word=each.word) for each in found]


def _twin(t: Twin) -> TwinOut:
    return TwinOut(
        lang=t.lang,
        text=t.text,
        highlights=_highlights(t.highlights),
        heading=list(t.heading),
        speaker=t.speaker,
        lines=LinesOut(first=t.lines.first, last=t.lines.last),
        confidence=t.confidence,
    )


def _passage(p: PassageHit) -> PassageOut:
    return PassageOut(
        heading=list(p.passage.heading),
        speaker=p.passage.speaker,
        text=p.passage.text,
        highlights=_highlights(p.highlights),
        answer=_highlights((p.answer,))[0] if p.answer else None,
        twin=_twin(p.twin) if p.twin else None,
        lines=LinesOut(first=p.passage.lines.first, last=p.passage.lines.last),
        score=p.score,
        similarity=p.similarity,
    )


def hit(h: Hit, lang: Lang) -> HitOut:
    reason = WhyOut(
        matched_terms=list(h.why.matched_terms),
        translated_terms=[TranslatedTermOut(query=here, document=there) for here, there in h.why.translated_terms],
        terms_in_translation=list(h.why.terms_in_translation),
        similarity=h.why.similarity,
        nearest_sentence=h.why.nearest_sentence,
        about=[each.in_language(lang) for each in h.why.about],
        message=h.why.message.in_language(lang),
    )
    return HitOut(**_summary_values(h.document), score=h.score, passages=[_passage(p) for p in h.passages], why=reason)


def facets(found: tuple[Facet, ...], lang: Lang) -> dict[str, list[FacetValueOut]]:
    return {
        facet.name: [
            FacetValueOut(value=v.value, label=v.label.in_language(lang), count=v.count, selected=v.selected) for v in facet.values
        ]
        for facet in found
    }


def reading(r: Reading, lang: Lang) -> ReadingOut:
    return ReadingOut(
        searched=r.searched,
        changes=[ChangeOut(kind=each.kind, before=each.before, after=each.after) for each in r.changes],
        conditions=[
            ConditionOut(
                facet=each.facet,
                value=each.value,
                label=each.label.in_language(lang),
                words=each.words,
                filters=each.filters,
                by=each.by,
            )
            for each in r.conditions
        ],
        phrases=[each.text for each in r.phrases],
        excluded=[each.text for each in r.excluded],
        also=[AlsoOut(words=each.words, names=list(each.names)) for each in r.also],
        notices=[each.in_language(lang) for each in r.notices],
    )


def search(r: SearchResult, warnings: list[str]) -> SearchOut:
    return SearchOut(
        query=r.query,
        reading=reading(r.reading, r.lang),
        lang=r.lang,
        query_lang=r.query_lang,
        mode=r.mode,
        total=r.total,
        offset=r.offset,
        limit=r.limit,
        hits=[hit(h, r.lang) for h in r.hits],
        facets=facets(r.facets, r.lang),
        near_terms=list(r.near_terms),
        warnings=warnings,
    )


def suggestions(query: str, found: tuple[Suggestion, ...]) -> SuggestOut:
    return SuggestOut(query=query, suggestions=[_suggestion(s) for s in found])


def _suggestion(s: Suggestion) -> SuggestionOut:
    url = url_of(s.document_id, s.lang) if s.document_id else f"/search?{urlencode({'q': s.text})}"
    return SuggestionOut(text=s.text, kind=s.kind, document_id=s.document_id, lang=s.lang, also=s.also, url=url)
