"""The operators of a question: "an exact phrase", -excluded, field:value with names of fields in both languages.

Nothing here is ever an error: an unclosed quotation mark, an unknown field or a value that does not exist is read as words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from kb.text.normalise import normalise
from kb.types import Wording

FIELDS = {
    "kind": "kind type ประเภท",
    "lang": "lang language ภาษา",
    "country": "country ประเทศ",
    "city": "city place province เมือง จังหวัด สถานที่",
    "theme": "theme topic subject หัวข้อ ประเด็น",
    "year": "year date ปี",
    "organisation": "organisation organization org agency หน่วยงาน องค์กร",
    "speaker": "speaker ผู้พูด ผู้กล่าว",
}
_FACET_OF = {name: facet for facet, names in FIELDS.items() for name in names.split()}
_NAMES = "|".join(sorted(_FACET_OF, key=len, reverse=True))
# Straight, curly (also used the wrong way round), low, and angle quotation marks.
_PHRASE = r"[\"“”„‟＂](?P<{0}>[^\"“”„‟＂]*)[\"“”„‟＂]|«(?P<{1}>[^«»]*)»"
_OPENS = r"(?<![^\s(])"  # at the beginning, after white space or after a bracket
# A minus before a figure is a sign or the end of a range (2019 -2021).
_MINUS = _OPENS + r"[-−](?=[^\s\d\-−])"
TOKEN = re.compile(
    rf"{_MINUS}(?:{_PHRASE.format('not_phrase', 'not_phrase2')}|(?P<not_word>[^\s\"“”«»:]+)(?!\S*:))"
    rf"|{_OPENS}(?P<field>{_NAMES})[:：] ?(?:{_PHRASE.format('value', 'value2')}|(?P<bare>[^\s\"“”«»]+))"
    rf"|{_PHRASE.format('phrase', 'phrase2')}",
    re.IGNORECASE,
)
MOST_OPERATORS = 16  # of one question; further ones are words. Each may have to read thousands of passages
MOST_WORDS = 6  # of a value without quotation marks: city:Ho Chi Minh City

# facet, value as typed -> the values of the filter that it means; empty where there is none
Resolve = Callable[[str, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FieldValue:
    facet: str
    values: tuple[str, ...]  # of the filter; alternatives
    words: str  # as typed, field included


@dataclass(frozen=True, slots=True)
class Syntax:
    quoted: str  # what is left to be searched for; phrases stand in it between straight quotation marks
    phrases: tuple[Wording, ...] = ()
    excluded: tuple[Wording, ...] = ()
    fields: tuple[FieldValue, ...] = ()

    @property
    def text(self) -> str:
        return self.unquoted(self.quoted)

    def unquoted(self, text: str) -> str:
        """A text, such as `quoted`, without the marks around phrases."""
        for each in self.phrases:
            text = text.replace(f'"{each.text}"', each.text)
        return " ".join(text.split())


def parse(text: str, resolve: Resolve, is_mistyped: Callable[[str], bool] = lambda words: False) -> Syntax:
    """is_mistyped: whether what looks like an excluded word is one typed on another keyboard layout."""
    kept: list[str] = []
    phrases: list[Wording] = []
    excluded: list[Wording] = []
    fields: list[FieldValue] = []
    end = 0
    while len(phrases) + len(excluded) + len(fields) < MOST_OPERATORS and (match := TOKEN.search(text, end)):
        kept.append(text[end : match.start()])
        end = match.end()
        parts = {name.rstrip("2"): value for name, value in match.groupdict().items() if value is not None}
        if "phrase" in parts:
            found_phrase = _wording(parts["phrase"], match[0])
            kept.append(f' "{found_phrase[0].text}" ' if found_phrase else " ")
            phrases += found_phrase
        elif "not_word" in parts and is_mistyped(match[0]):
            kept.append(match[0])
        elif "field" not in parts:
            excluded += _wording(parts.get("not_phrase") or parts.get("not_word", ""), match[0])
        elif found := _field(text, match, parts, resolve):
            fields.append(found)
            end = match.start() + len(found.words)
        else:
            kept.append(match[0])
    return Syntax(" ".join("".join([*kept, text[end:]]).split()), tuple(phrases), tuple(excluded), tuple(fields))


def remove(text: str, words: str, instead: str = "") -> str:
    """A question without an operator: what the link of a chip asks."""
    return " ".join(text.replace(words, f" {instead} ", 1).split())


def _wording(text: str, words: str) -> list[Wording]:
    clean = " ".join(normalise(text).text.split())
    return [Wording(clean, words)] if any(character.isalnum() for character in clean) else []


def _field(text: str, match: re.Match[str], parts: dict[str, str], resolve: Resolve) -> FieldValue | None:
    """The longest value that exists: unquoted, as many of the following words as belong to it."""
    facet = _FACET_OF[parts["field"].casefold()]
    if "value" in parts:
        values = resolve(facet, parts["value"].strip())
        return FieldValue(facet, values, match[0]) if values else None
    rest = text[match.start("bare") :]
    words = list(re.finditer(r"[^\s\"“”«»]+", rest))[:MOST_WORDS]
    # The next field ends this one's value.
    ends = [word.end() for word in takewhile(lambda word: word.start() == 0 or not re.search("[:：]", word[0]), words)]
    for end in reversed(ends):
        if values := resolve(facet, rest[:end]) or resolve(facet, rest[:end].rstrip(",;.?")):
            return FieldValue(facet, values, match[0][: match.start("bare") - match.start()] + rest[:end])
    return None
