"""One spelling for what looks the same, with the way back to the text as it was written.

NFC is harmless to Thai and is applied; NFKC is not (it takes sara am apart) and is never used. The Thai rules follow
pythainlp.util.normalize, without its changes to spaces and lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

VERSION = 1  # raise with every change of the rules: an index made by other rules must be refused

_TONE = "\u0e48-\u0e4b"
_ABOVE = "\u0e31\u0e34-\u0e37\u0e47\u0e4d"
_BELOW = "\u0e38-\u0e3a"
_FOLLOW = "\u0e30\u0e32\u0e33"
_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_SPACE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def _some(signs: str) -> str:
    """One or more of them, written so that a search skips quickly to the first one: for re, a class at the begin, without a number."""
    return f"[{signs}][{signs}]*"


_TONES = re.compile(_some(_TONE))


@dataclass(frozen=True, slots=True)
class Normalised:
    text: str
    offsets: Sequence[int]  # for every code point of `text`, and for its end, the index in the original; len(text) + 1, ascending

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original from which `text[start:end]` came."""
        return self.offsets[start], self.offsets[end]


Replace = Callable[[str], str]


def _composed(cluster: str) -> str:
    return unicodedata.normalize("NFC", cluster)


def _marks_last(signs: str) -> str:
    """Vowels above and below come before tone marks and thanthakhat."""
    return "".join(sorted(signs, key=lambda sign: "\u0e48" <= sign <= "\u0e4c"))


def _sara_am(signs: str) -> str:
    return "".join(_TONES.findall(signs)) + "\u0e33"


_SPACES, _THAI_DIGITS = re.compile(f"[{_SPACE}]"), re.compile(_some("๐-๙"))
RULES: tuple[tuple[re.Pattern[str], Replace], ...] = (
    (re.compile(_some(_INVISIBLE)), lambda _: ""),
    (re.compile("\u0e40\u0e40"), lambda _: "\u0e41"),
    (re.compile(_some(f"{_TONE}\u0e4c") + f"[{_ABOVE}{_BELOW}]+"), _marks_last),
    (re.compile(f"\u0e4d[{_TONE}]*[\u0e32\u0e33]"), _sara_am),
    (re.compile(_some(_FOLLOW) + f"[{_TONE}]+"), lambda signs: "".join(_TONES.findall(signs)) + _TONES.sub("", signs)),
    (re.compile("(?<![\u0e24\u0e26])\u0e45"), lambda _: "\u0e32"),
    (re.compile(f"([{_ABOVE}{_BELOW}{_FOLLOW}\u0e40-\u0e44\u0e4c\u0e4e])\\1+"), lambda signs: signs[0]),
    (re.compile(f"[{_TONE}]{{2,}}"), lambda tones: tones[-1]),
)
# Where one of the rules may begin. Most texts hold no such place; one class in front lets the search skip what is usual.
_LONE = f"{_INVISIBLE}{_SPACE}๐-๙\u0e45\u0e4d"
_DOUBLED = f"{_ABOVE}{_BELOW}{_FOLLOW}\u0e40-\u0e44\u0e4c\u0e4e"
_ODD = re.compile(
    f"[{_LONE}{_DOUBLED}{_TONE}]"
    f"(?:(?<=[{_LONE}])|(?<=([{_DOUBLED}]))\\1|(?<=[{_TONE}\u0e4c])[{_TONE}{_ABOVE}{_BELOW}]|(?<=[{_FOLLOW}])[{_TONE}])"
)
_CLUSTER = regex.compile(r"\X")


def normalise(text: str) -> Normalised:
    """Idempotent: the normalised text normalises to itself."""
    return by_rules(text) if _is_odd(text) else Normalised(text, range(len(text) + 1))


def _is_odd(text: str) -> bool:
    return not unicodedata.is_normalized("NFC", text) or _ODD.search(text) is not None


def by_rules(text: str) -> Normalised:
    """As `normalise`, without the look whether there is anything to do."""
    # One character stands for one: most texts that need a rule need no other.
    plain = _THAI_DIGITS.sub(lambda digits: digits[0].translate(_DIGITS), _SPACES.sub(" ", text))
    done = Normalised(plain, range(len(text) + 1))
    while _is_odd(done.text):
        before = done.text
        if not unicodedata.is_normalized("NFC", before):
            # Within clusters only, so that the way back stays exact to the cluster.
            done = _substitute(done, _CLUSTER, _composed)
        for pattern, replace in RULES:
            changed = _substitute(done, pattern, replace)
            if changed is not done and not _is_odd(changed.text):
                return changed  # mostly after the first rule: no other one would find anything
            done = changed
        if done.text == before:
            break
    return done


def _substitute(given: Normalised, pattern: re.Pattern[str] | regex.Pattern[str], replace: Replace) -> Normalised:
    parts: list[str] = []
    offsets: list[int] = []
    end = 0
    for match in pattern.finditer(given.text):
        new = replace(match[0])
        if new == match[0]:
            continue
        parts += (given.text[end : match.start()], new)
        offsets += given.offsets[end : match.start()]
        offsets += (given.offsets[min(match.start() + i, match.end() - 1)] for i in range(len(new)))
        end = match.end()
    if not parts:
        return given
    return Normalised("".join(parts) + given.text[end:], [*offsets, *given.offsets[end:]])
