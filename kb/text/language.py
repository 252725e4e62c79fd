"""In which language is this written? Decided by script: Thai letters against words of other scripts."""

from __future__ import annotations

import re

import regex

from kb.errors import Lang

_THAI_RUN = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]+")
_OTHER_WORD = regex.compile(r"(?V1)[[\p{L}\p{M}]--\p{Thai}]+")
_ACRONYM = re.compile(r"[A-Z][A-Za-z]?[A-Z]+s?")

# A Thai word has about this many code points; Thai is written without spaces, so its words cannot be counted by them.
_THAI_WORD = 5
# English words without which an English sentence is hardly written, and which no name consists of.
_GRAMMAR_WORDS = """
    a an and are as at be been by can did do does for from had has have how if in is it of on or that the their this to was were what when
    where which who why will with
"""
_GRAMMAR = frozenset(_GRAMMAR_WORDS.split())


def scripts(text: str) -> dict[str, int]:
    """Numbers of words by script, {"thai": …, "other": …}; Thai words are estimated from their letters, acronyms are not counted."""
    thai = sum(len(run) for run in _THAI_RUN.findall(text))
    return {"thai": -(-thai // _THAI_WORD), "other": len(_other_words(text))}


def detect(text: str) -> Lang:
    """ "th" where Thai prevails: a Thai question with an English name is Thai, an English one that quotes a Thai name is English."""
    found = scripts(text)
    if not found["thai"]:
        return "en"
    english = any(word in _GRAMMAR for word in _other_words(text))
    return "en" if english and found["other"] > found["thai"] else "th"


def _other_words(text: str) -> list[str]:
    return [word for word in _OTHER_WORD.findall(text) if not _ACRONYM.fullmatch(word)]
