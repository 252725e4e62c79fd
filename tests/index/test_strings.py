"""Tables of texts and of lists: what is taken, joined and written is what went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.index import arrays
from kb.index.key_index import KeyIndex, Lookup, merged
from kb.index.strings import Lists, Strings

TEXTS = st.lists(st.text("กขคงจabcdé🌱 ", max_size=6), max_size=12)
LISTS = st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=8)


@given(TEXTS, TEXTS, st.data())
def test_texts(one: list[str], other: list[str], data: st.DataObject) -> None:
    joined, texts = Strings.joined([Strings.of(one), Strings.of(other)]), one + other
    assert list(joined) == joined.listed == texts and [joined[at] for at in range(len(texts))] == texts
    numbers = np.array(data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=9)) if texts else [], np.int64)
    taken, wanted = joined.take(numbers), [texts[at] for at in numbers]
    assert list(taken) == taken.listed == list(taken.compact()) == wanted
    assert [each.decode() for each in taken.fixed] == [each.decode() for each in taken.compact().fixed] == wanted
    assert [wanted[at] for at in np.argsort(taken.fixed, kind="stable")] == sorted(wanted)


@given(LISTS, LISTS, st.data())
def test_lists(one: list[list[int]], other: list[list[int]], data: st.DataObject) -> None:
    higher = np.arange(10, 20, dtype=np.int32)
    joined = Lists.joined([Lists.of(one), Lists.of(other)], [np.arange(10, dtype=np.int32), higher])
    lists = one + [[each + 10 for each in values] for values in other]
    assert [joined[at].tolist() for at in range(len(lists))] == lists
    assert joined.lengths.tolist() == [len(each) for each in lists]
    assert joined.owners().tolist() == [at for at, values in enumerate(lists) for _ in values]
    numbers = np.array(data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=9)) if lists else [], np.int64)
    taken = joined.take(numbers)
    assert [taken[at].tolist() for at in range(len(taken))] == [lists[at] for at in numbers]


def test_a_file_of_arrays_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = {
        "numbers": np.arange(5),
        "none": np.zeros((0, 3), np.int16),
        "table": np.ones((2, 3), np.float32),
        "text": np.zeros(1, np.uint8),
    }
    arrays.write(tmp_path / "file", written)
    read = arrays.read(tmp_path / "file")
    assert read.keys() == written.keys()
    assert all(np.array_equal(read[name], written[name]) and read[name].dtype == written[name].dtype for name in written)
    assert not read["numbers"].flags.writeable


@pytest.mark.parametrize("data", [b"x" * 100, b"kbarrays" + b"\0" * 100, b"kbarrays" + b"\xff" * 100])
def test_another_file_is_none_of_arrays(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    with pytest.raises((ValueError, KeyError)):
        arrays.read(tmp_path / "file")


def test_names_are_found_by_their_keys_over_all_parts() -> None:
    one, other = KeyIndex.of([["pt"], ["pt", "kt"], []]), KeyIndex.of([["kt"], ["mn"]])
    parts = [one, other.moved(np.array([1, 3], np.int32))]
    for lookup in (Lookup(parts), Lookup([merged(parts)])):
        assert [lookup.found(key) for key in ("pt", "kt", "mn", "xx")] == [[0, 1], [1], [3], []]
