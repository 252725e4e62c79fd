"""The JSON of the API as pydantic models: what OpenAPI and MCP tell of it. search_api.replies writes it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


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


class HealthOut(StateOut):
    damage: list[str] | None = Field(default=None, description="Files of the index that were found damaged; the log says how")


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
