"""Names on their way into the gazetteer, with what they are found by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.errors import Message
from kb.text import names, thai

SHORTEST = 4  # letters of a word that is compared by sound or that stands for a person alone


@dataclass(frozen=True, slots=True)
class Name:
    facet: str  # "" for a name that no document is filed under
    key: str  # the filter's value; for a subject the name itself
    label: Message
    about: Message | None = None  # of a part of a person's name: the whole


@dataclass
class Entries:
    """Names, each with the numbers by which the columns know its spellings, and keys of those that the columns do not have."""

    named: list[Name] = field(default_factory=list)
    spelt: list[tuple[int, int]] = field(default_factory=list)  # (place, number of a name)
    sounding: list[tuple[int, int]] = field(default_factory=list)
    more_spelt: dict[str, list[int]] = field(default_factory=dict)  # spelling -> places
    more_sounding: dict[str, list[int]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # Thai words that a segmenter keeps whole

    def take(self, name: Name, numbers: Iterable[int], *, by_sound: bool = False) -> None:
        """numbers: of the names that it is spelt as."""
        spelt = [(len(self.named), number) for number in dict.fromkeys(numbers)]
        self.named.append(name)
        self.spelt += spelt
        self.sounding += spelt if by_sound else []

    def take_spelt(self, name: Name, spellings: Iterable[str], *, by_sound: bool = False) -> None:
        """A name that the columns do not have."""
        for spelling in dict.fromkeys(spellings):
            key = names.squash(spelling)
            if is_key(key) and (name.facet != "country" or not key.isascii() or len(key) >= SHORTEST):
                self.more_spelt.setdefault(key, []).append(len(self.named))
                for sound in names.sounds(spelling) if by_sound else ():
                    self.more_sounding.setdefault(sound, []).append(len(self.named))
                self.kept.update(thai.domain_parts(spelling))
        self.named.append(name)


def is_key(squashed: str) -> bool:
    """Whether it is long enough to be a name."""
    return len(squashed) > 2 or (len(squashed) == 2 and names.is_thai(squashed))
