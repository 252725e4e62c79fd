"""Texts that are spelt otherwise are brought into one spelling together, as each would be by itself."""

from __future__ import annotations

import pytest

from kb.text import joined
from kb.text.cuts import AS_WRITTEN, CHANGED, signs
from kb.text.joined import Written
from kb.text.normalise import normalise

PLAIN, SPACES, FIGURES, MARKS, DOUBLED = "น้ำเสีย", "เมือง\u200bสีเขียว\u200b", "พ.ศ. ๒๕๖๕\u00a0ปี", "นํ้า e\u0301", "เเม่\nาา"


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([PLAIN, PLAIN], id="nothing to do"),
        pytest.param([SPACES], id="one"),
        pytest.param([PLAIN, SPACES, PLAIN], id="between others"),
        pytest.param([SPACES, FIGURES, PLAIN, MARKS], id="at both ends"),
        pytest.param([DOUBLED, "\u200b", DOUBLED], id="next to each other, one of which nothing is left"),
    ],
)
def test_as_each_by_itself(texts: list[str]) -> None:
    clean = [normalise(text) for text in texts]
    kept = [(AS_WRITTEN if each.text == text else CHANGED) + signs(len(text)) for each, text in zip(clean, texts, strict=True)]
    found = joined.join([Written(text, cuts) for text, cuts in zip(texts, kept, strict=True)])
    assert found.clean.text == "\n".join(each.text for each in clean)
    offsets = [begin + offset for each, begin in zip(clean, found.begins, strict=False) for offset in each.offsets]
    assert list(found.clean.offsets) == offsets


@pytest.mark.parametrize("texts", [[SPACES], [PLAIN, SPACES, FIGURES], ["\u200b", DOUBLED, PLAIN, MARKS]], ids=["one", "three", "four"])
def test_what_is_known_in_one_spelling_is_taken_as_it_is(texts: list[str]) -> None:
    plain = [Written(text, (AS_WRITTEN if text == PLAIN else CHANGED) + signs(len(normalise(text).text))) for text in texts]
    changed = iter(joined.cleaned([text for text in texts if text != PLAIN]))
    known = [each if each.text == PLAIN else each._replace(clean=next(changed)) for each in plain]
    one, other = joined.join(plain), joined.join(known)
    assert (one.clean.text, list(one.clean.offsets)) == (other.clean.text, list(other.clean.offsets))
    for some, same in zip(plain, known, strict=True):
        for end in range(1, len(some.text) + 1) if normalise(some.text).text else ():
            assert joined.part(some, 0, end) == joined.part(same, 0, end)
