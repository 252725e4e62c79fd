"""The values that travel along the straight path: content file -> Document -> Passage -> Hit -> SearchResult."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from kb.errors import Lang, Message

__all__ = [
    "LANGS",
    "NO_FILTERS",
    "OTHER_LANG",
    "UNDERSTANDINGS",
    "Also",
    "Change",
    "Condition",
    "Document",
    "DocumentSummary",
    "Facet",
    "FacetValue",
    "Filters",
    "Highlight",
    "Hit",
    "Kind",
    "Lang",
    "Lines",
    "Mode",
    "PartialDate",
    "Passage",
    "PassageHit",
    "Person",
    "Problem",
    "Reading",
    "SearchResult",
    "Severity",
    "Sort",
    "Source",
    "Suggestion",
    "SuggestionKind",
    "TranslationLink",
    "Twin",
    "Understanding",
    "Why",
    "Wording",
]

Kind = Literal["case-study", "dialogue"]
Severity = Literal["error", "warning", "note"]
Mode = Literal["hybrid", "terms", "vectors"]
# What is read into a question beyond its words; each can be switched off by name, so that there is always a way back.
Understanding = Literal["spelling", "dates", "operators", "names"]
UNDERSTANDINGS: tuple[Understanding, ...] = get_args(Understanding)
Sort = Literal["relevance", "date"]  # best first, or newest first
SuggestionKind = Literal["title", "term", "city", "organisation", "person"]
LANGS: tuple[Lang, Lang] = ("th", "en")
OTHER_LANG: Mapping[Lang, Lang] = {"th": "en", "en": "th"}


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date known to the day, the month or the year."""

    year: int  # Common Era
    month: int | None = None  # 1–12
    day: int | None = None  # 1–31; only with month

    def __str__(self) -> str:
        """ISO 8601 with the precision that is known: 2022, 2022-12 or 2022-12-06."""
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Lines:
    """A range of lines in a file."""

    first: int  # 1-based
    last: int  # 1-based, inclusive


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str = ""
    organisation: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One language of one subject: one file in content/."""

    id: str  # path in content/ without language and ending, e.g. "dialogues/sgac-…-2022"; shared by translations
    lang: Lang
    kind: Kind
    title: str
    path: str  # relative to content/, POSIX separators
    source: str  # the whole file as text, line ends as "\n", without BOM
    body: str  # the Markdown after the front matter
    body_line: int  # 1-based line of the file at which `body` begins
    digest: str  # sha256 of the file's bytes, hex
    date: PartialDate | None = None
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2 codes
    cities: tuple[str, ...] = ()  # names in the document's language
    themes: tuple[str, ...] = ()  # ids of kb.vocabulary.THEMES
    organisations: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    participants: tuple[Person, ...] = ()  # dialogues only
    sources: tuple[Source, ...] = ()
    aliases: tuple[str, ...] = ()  # other names under which people look for the subject
    summary: str = ""
    translation_key: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)  # unknown front-matter keys, kept as they are (JSON-able)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded, ranked and shown: a stretch of one document under one heading, by at most one speaker."""

    document_id: str
    lang: Lang
    ordinal: int  # 0-based position in the document
    heading: tuple[str, ...]  # headings above the text, outermost first, without the document's title
    speaker: str  # a participant's name or ""
    text: str  # plain text (no Markdown marks), paragraphs joined by "\n"
    lines: Lines  # in the document's file
    tokens: int  # length in the embedding model's tokens, context included
    context: str  # what stands before `text` when it is embedded: title, headings, speaker

    @property
    def embedded_text(self) -> str:
        return f"{self.context}\n{self.text}" if self.context else self.text


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of the checker: `path:line: severity: what — what to do`."""

    path: str  # relative to content/, POSIX
    line: int  # 1-based; 0 when the whole file is meant
    severity: Severity
    code: str  # stable short name, e.g. "front-matter-unclosed"
    message: Message  # what was seen, what is wrong, what to do


@dataclass(frozen=True, slots=True)
class Filters:
    """All given conditions must hold; the values of one condition are alternatives. Empty means no condition."""

    kind: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()  # only documents' versions in these languages are searched and shown
    country: tuple[str, ...] = ()  # ISO codes or names in either language
    city: tuple[str, ...] = ()  # names in either language
    theme: tuple[str, ...] = ()  # theme ids or names in either language
    year: tuple[str, ...] = ()  # as kb.text.periods.FORMS; Common Era, or Buddhist era from 2400
    organisation: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()  # restricts passages as well as documents


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Highlight:
    """A range of `PassageHit.text` to be marked; always at grapheme-cluster boundaries."""

    start: int  # code points, 0-based
    end: int  # exclusive
    word: str = ""  # of the question, where a word of the other language is marked for it


@dataclass(frozen=True, slots=True)
class Twin:
    """What the document's other version says in the place of a sentence: for checking what one cannot read."""

    lang: Lang  # of the other version
    text: str  # one sentence, or the two or three that say the same
    highlights: tuple[Highlight, ...]  # ranges of `text`: words of the question, and their translations
    heading: tuple[str, ...]  # where it stands there, outermost first
    speaker: str  # "" outside of what somebody says
    lines: Lines  # of the passages in which it stands, in that version's file
    confidence: float  # probability that it is the counterpart, 0–1


@dataclass(frozen=True, slots=True)
class PassageHit:
    passage: Passage
    score: float  # calibrated relevance, comparable within one result
    similarity: float | None  # cosine between question and passage, before calibration; None if not computed
    highlights: tuple[Highlight, ...]  # matched terms
    answer: Highlight | None  # the sentence nearest to the question
    twin: Twin | None = None  # of that sentence, where the document has another version that says it


@dataclass(frozen=True, slots=True)
class Why:
    """The reason a document was found."""

    matched_terms: tuple[str, ...]  # words of the question that occur literally, as written in the question
    translated_terms: tuple[tuple[str, str], ...]  # (word of the question, word found in the other language)
    terms_in_translation: tuple[str, ...]  # words of the question that its version in the question's language holds, if another is shown
    similarity: float | None  # best cosine between question and passage
    nearest_sentence: str
    message: Message  # the same as one sentence for people
    about: tuple[Message, ...] = ()  # what the question names and the document is about: a place, a speaker


@dataclass(frozen=True, slots=True)
class TranslationLink:
    lang: Lang
    title: str


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text: for lists, facets and hits. Labels are in `lang`."""

    id: str
    lang: Lang
    kind: Kind
    title: str
    path: str
    digest: str
    date: PartialDate | None
    countries: tuple[str, ...]  # ISO codes
    cities: tuple[str, ...]
    themes: tuple[str, ...]
    organisations: tuple[str, ...]
    people: tuple[Person, ...]
    participants: tuple[Person, ...]
    summary: str
    translations: tuple[TranslationLink, ...]  # the other languages that exist


@dataclass(frozen=True, slots=True)
class Hit:
    """One document (a translation pair is one) with its best passages."""

    document: DocumentSummary  # the version that is shown: the asker's language where it exists
    score: float
    passages: tuple[PassageHit, ...]  # best first, all of `document`'s language
    why: Why


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str  # what a filter takes
    label: Message  # what people read
    count: int  # documents (translation pairs count once)
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str  # kind, lang, country, city, theme, year, organisation, speaker
    label: Message
    values: tuple[FacetValue, ...]  # most frequent first, then by label; those of a year from the last one
    more: int = 0  # values that are not listed because there are too many

    @property
    def different(self) -> int:
        """How many values there are."""
        return len(self.values) + self.more


@dataclass(frozen=True, slots=True)
class Change:
    """Words of the question that were searched for as others."""

    kind: Literal["keyboard", "spelling"]
    before: str  # as typed
    after: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Text that must, or must not, stand literally in a document."""

    text: str  # normalised
    words: str  # of the question, as typed: with quotation marks or minus


@dataclass(frozen=True, slots=True)
class Also:
    """A name or abbreviation that is searched for under its other names too."""

    words: str  # of the question
    names: tuple[str, ...]  # in either language


@dataclass(frozen=True, slots=True)
class Condition:
    """What a question says about the documents it wants: a year, a place, a speaker."""

    facet: str  # name of a filter, or "subject": another name of what documents are about
    value: str  # what that filter takes
    label: Message
    words: str  # of the question, as typed
    filters: bool  # True: only documents that fit are found; False: they are ranked higher
    by: Understanding  # what has to be switched off to take the words as words


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was understood; shown to people with the way back."""

    searched: str  # the words that were searched for
    changes: tuple[Change, ...] = ()
    conditions: tuple[Condition, ...] = ()
    phrases: tuple[Wording, ...] = ()  # each must stand literally in a passage, its headings or its document's title
    excluded: tuple[Wording, ...] = ()  # none may stand in the document
    also: tuple[Also, ...] = ()  # taken back by `as_written=names`
    notices: tuple[Message, ...] = ()  # what could not be done as asked


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: str  # as asked
    reading: Reading  # as understood
    lang: Lang  # the asker's language: in which hits are shown
    query_lang: Lang  # the language the question is written in
    mode: Mode
    total: int  # documents that match
    hits: tuple[Hit, ...]  # one page
    facets: tuple[Facet, ...]
    offset: int
    limit: int
    near_terms: tuple[str, ...] = ()  # where nothing is found: names and words of the collection that are written alike


@dataclass(frozen=True, slots=True)
class Suggestion:
    text: str
    kind: SuggestionKind
    document_id: str = ""  # for titles
    lang: Lang = "en"  # the language `text` is written in
    also: str = ""  # the same thing in the other language, where it is known
