"""The catalogue says of the real content what the documents' headers say; one that takes over from another is as one made afresh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import SMALL, HashEmbedder, silent, write_folder

from indexer.pipeline import build
from kb.knowledge_base import KnowledgeBase
from kb.search.catalogue import Catalogue
from kb.search.facets import MOST_VALUES
from kb.search.filter_values import FACETS
from kb.types import NO_FILTERS, Document, Filters


@pytest.fixture(scope="module")
def kb(kb_index: Path) -> KnowledgeBase:
    return KnowledgeBase.open(kb_index)


@pytest.fixture(scope="module")
def documents(kb: KnowledgeBase) -> list[Document]:
    """In the order of the columns."""
    return [kb.document(id_, kb.catalogue.columns.language(at)) for at, id_ in enumerate(kb.catalogue.columns.id)]


def ids(kb: KnowledgeBase, filters: Filters) -> set[str]:
    return set(kb.catalogue.groups.ids.take(np.flatnonzero(kb.catalogue.allowed(filters).groups)))


FILTERS: dict[str, tuple[Filters, Callable[[Document], bool]]] = {
    "nothing": (NO_FILTERS, lambda d: True),
    "a country by code": (Filters(country=("VN",)), lambda d: "VN" in d.countries),
    "a country by name": (Filters(country=("เวียดนาม",)), lambda d: "VN" in d.countries),
    "one of two": (Filters(country=("VN", "PH")), lambda d: bool({"VN", "PH"} & set(d.countries))),
    "two facets": (Filters(country=("TH",), theme=("waste",)), lambda d: "TH" in d.countries and "waste" in d.themes),
    "a kind": (Filters(kind=("dialogue",)), lambda d: d.kind == "dialogue"),
    "a year": (Filters(year=("2565",)), lambda d: d.date is not None and d.date.year == 2022),
    "years": (Filters(year=("2016-2019",)), lambda d: d.date is not None and 2016 <= d.date.year <= 2019),
    "nobody": (Filters(city=("Atlantis",)), lambda d: False),
}


@pytest.mark.parametrize(("filters", "fits"), FILTERS.values(), ids=FILTERS.keys())
def test_filters_leave_what_the_headers_say(
    kb: KnowledgeBase, documents: list[Document], filters: Filters, fits: Callable[[Document], bool]
) -> None:
    fitting = {d.id for d in documents if fits(d)}
    assert ids(kb, filters) == fitting
    allowed, numbers = kb.catalogue.allowed(filters), kb.catalogue.columns.number.tolist()
    rows = [row for number, d in zip(numbers, documents, strict=True) if d.id in fitting for row in kb.catalogue.rows_of(number)]
    assert sorted(rows) == (allowed.rows.tolist() if allowed.rows is not None else sorted(rows))
    assert allowed.mask.sum() == len(rows) and allowed.shows(np.array(rows, np.int64)).all()


@pytest.mark.parametrize("facet", ["kind", "country", "theme", "year"])
def test_facets_count_subjects(kb: KnowledgeBase, documents: list[Document], facet: str) -> None:
    values: dict[str, Callable[[Document], tuple[str, ...]]] = {
        "kind": lambda d: (d.kind,),
        "country": lambda d: d.countries,
        "theme": lambda d: d.themes,
        "year": lambda d: (str(d.date.year),) if d.date else (),
    }
    counted = Counter(value for value, _ in {(value, d.id) for d in documents for value in values[facet](d)})
    found = next(each for each in kb.facets() if each.name == facet)
    assert {each.value: each.count for each in found.values} == counted and found.more == 0
    counts = [each.count for each in found.values]
    assert counts == sorted(counts, reverse=True) if facet != "year" else [v.value for v in found.values] == sorted(counted, reverse=True)


def test_a_facet_lists_so_many_values_and_those_that_are_chosen(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {each.name: each for each in kb.facets()}
    monkeypatch.setattr("kb.search.facets.MOST_VALUES", 3)
    last = whole["organisation"].values[-1].value
    cut = {each.name: each for each in kb.facets(Filters(organisation=(last,)))}["organisation"]
    assert [v.selected for v in cut.values if v.value == last] == [True] and len(cut.values) <= 4
    cut = {each.name: each for each in kb.facets()}["city"]
    assert cut.values == whole["city"].values[:3] and cut.more == len(whole["city"].values) - 3 and cut.different == whole["city"].different
    assert len(whole["organisation"].values) < MOST_VALUES


def test_dates_versions_and_times(kb: KnowledgeBase, documents: list[Document]) -> None:
    _, listed = kb.documents(lang="en", limit=1000)
    dates = [(d.date.year, d.date.month or 0, d.date.day or 0) if d.date else (0, 0, 0) for d in listed]
    assert dates == sorted(dates, reverse=True) and {d.id for d in listed} == {d.id for d in documents}
    both = {d.id for d in documents if d.lang == "th"} & {d.id for d in documents if d.lang == "en"}
    assert all(d.lang == "en" and [t.lang for t in d.translations] == ["th"] for d in listed if d.id in both)
    assert all(kb.times(d.id, d.lang).digest == d.digest for d in documents)


NEW = {
    "a text": {"case-studies/canal.en.md": SMALL["case-studies/canal.en.md"].replace("Waste water", "Foul water")},
    "a place": {"case-studies/canal.en.md": SMALL["case-studies/canal.en.md"].replace("city: Lam Sai", "city: Newtown")},
    "a person": {"dialogues/forum.en.md": SMALL["dialogues/forum.en.md"].replace("Ben Lim", "Ben Tan")},
    "a document": {
        "case-studies/new.en.md": SMALL["case-studies/canal.en.md"].replace("Cleaning", "Dredging").replace("Lam Sai", "Newtown")
    },
    "one less": {"dialogues/forum.th.md": "", "dialogues/forum.en.md": ""},
}


@pytest.mark.parametrize("changes", NEW.values(), ids=NEW.keys())
def test_a_newer_generation_is_as_one_opened_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]) -> None:
    monkeypatch.setattr("indexer.pipeline.WHOLE", 0)  # as in a large collection: what has not changed stays in its part
    write_folder(tmp_path / "content", SMALL)
    build(tmp_path / "content", tmp_path / "index", HashEmbedder(), silent)
    before = KnowledgeBase.open(tmp_path / "index", embedder=HashEmbedder())
    assert before.suggest("lam", "en") and before.facets()
    write_folder(tmp_path / "content", {name: text for name, text in changes.items() if text})
    for name in (name for name, text in changes.items() if not text):
        (tmp_path / "content" / name).unlink()
    build(tmp_path / "content", tmp_path / "index", HashEmbedder(), silent)
    afresh = KnowledgeBase.open(tmp_path / "index", embedder=HashEmbedder())
    taken = KnowledgeBase.open(tmp_path / "index", embedder=HashEmbedder(), before=before)
    assert told(taken) == told(afresh)


def told(kb: KnowledgeBase) -> list[object]:
    """What is read into questions, counted and completed."""
    questions = ("canal in Lam Sai", "what did Ben say", "Newtown", "city:Makok waste", "speaker:อนงค์ PM2.5", "เบน ลิม", "Tan")
    typed = ("lam", "new", "be", "อน", "ฟื้น", "for", "p")
    searches = [replace(kb.search(question), hits=()) for question in questions]
    return [searches, kb.documents(), kb.facets(lang="th"), [kb.suggest(each, lang) for each in typed for lang in ("th", "en")]]


def test_names_that_kept_their_numbers_keep_their_keys(kb: KnowledgeBase) -> None:
    again = Catalogue(kb.catalogue.columns, kb._index.store.document_meta, kb.catalogue)
    assert again.continues and all(again.filed[name].labels == kb.catalogue.filed[name].labels for name in FACETS)
    assert all(again.filed[name].names is kb.catalogue.filed[name].names for name in ("city", "organisation", "speaker"))
