"""How names and titles are compared: without what differs only to the eye."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kb.text.normalise import normalise

HYPHENS = re.compile("[-\u2010-\u2015]")
_ACCENTS = re.compile("[\u0300-\u036f]")


@lru_cache(maxsize=1 << 13)  # the same themes, countries and cities stand in many documents
def fold(text: str) -> str:
    """Normalised, case folded, white space collapsed."""
    return folded(text)


def folded(text: str) -> str:
    """As `fold`, and not remembered: for long texts that are met once."""
    return " ".join(normalise(text).text.casefold().split())


@lru_cache(maxsize=1 << 13)
def loosely(text: str) -> str:
    """How names and what is typed are compared: as `fold`, and without accents on Latin letters; a hyphen is a space."""
    apart = unicodedata.normalize("NFD", HYPHENS.sub(" ", fold(text)))
    return " ".join(unicodedata.normalize("NFC", _ACCENTS.sub("", apart)).split())


def loose_forms(text: str) -> tuple[str, ...]:
    """A name as it is compared; one with hyphens also with its parts joined: e-waste is ewaste."""
    return (loosely(text), loosely(HYPHENS.sub("", text))) if HYPHENS.search(text) else (loosely(text),)
