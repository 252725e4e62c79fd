"""What can only be seen when all documents are there: translation pairs, and names that collide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kb.documents import Loaded
from kb.errors import Lang
from kb.problems import Report
from kb.reading import naming
from kb.text.dates import format_date
from kb.types import OTHER_LANG, Document, Problem

# Header key -> the field whose lists stand in the same order in both languages.
PAIRED_LISTS = {"city": "cities", "organisations": "organisations", "people": "people", "participants": "participants"}
# Header key -> the field that does not depend on the language, as it is shown.
SHARED: Mapping[str, Callable[[Document], str]] = {
    "kind": lambda d: d.kind,
    "date": lambda d: format_date(d.date, "en") if d.date else "",
    "country": lambda d: ", ".join(sorted(d.countries)),
    "themes": lambda d: ", ".join(sorted(d.themes)),
}
LANGUAGE_NAMES: Mapping[Lang, tuple[str, str]] = {"th": ("Thai", "ภาษาไทย"), "en": ("English", "ภาษาอังกฤษ")}


def join(loaded: Mapping[str, Loaded]) -> tuple[list[Document], list[Problem]]:
    """`loaded`: every file by its path. The documents with their final ids, one for each id and language, and findings."""
    documents = _with_shared_ids([each.document for _, each in sorted(loaded.items()) if each.document])
    reports = {path: Report(path) for path in loaded}
    kept: dict[tuple[str, Lang], Document] = {}
    for document in documents:
        first = kept.setdefault((document.id, document.lang), document)
        if first is not document:
            _report_duplicate(first, document, reports[document.path])
    _check_case(kept.values(), reports)
    faulty = {naming.name_of(path).id for path, each in loaded.items() if not each.document}
    for document in kept.values():
        other = kept.get((document.id, OTHER_LANG[document.lang]))
        if other is None and document.id not in faulty:
            _report_missing(document, reports[document.path])
        if other and document.lang == "th":
            _check_pair(document, other, loaded[document.path].key_lines, reports[document.path])
    return list(kept.values()), [problem for report in reports.values() for problem in report.problems]


def versions(documents: Iterable[Document]) -> dict[str, dict[Lang, Document]]:
    """The documents by id and language."""
    found: dict[str, dict[Lang, Document]] = {}
    for document in documents:
        found.setdefault(document.id, {})[document.lang] = document
    return found


def names_of_both(here: Document, there: Document) -> Iterator[tuple[str, str]]:
    """(name in `here`, the same in `there`): lists of a pair stand in the same order; of unequal length they say nothing."""
    for name in PAIRED_LISTS.values():
        ours, theirs = getattr(here, name), getattr(there, name)
        if len(ours) == len(theirs):
            yield from ((getattr(a, "name", a), getattr(b, "name", b)) for a, b in zip(ours, theirs, strict=True))


def _with_shared_ids(documents: Sequence[Document]) -> list[Document]:
    """Documents with one translationKey get the id of the English one, or of the first by path."""
    groups: dict[str, list[Document]] = {}
    for document in documents:
        if document.translation_key:
            groups.setdefault(document.translation_key, []).append(document)
    ids = {key: min(group, key=lambda d: (d.lang != "en", d.path)).id for key, group in groups.items()}
    return [replace(document, id=ids.get(document.translation_key, document.id)) for document in documents]


def _report_duplicate(first: Document, second: Document, report: Report) -> None:
    en_name, th_name = LANGUAGE_NAMES[second.lang]
    key_en = f" (by translationKey {second.translation_key})" if second.translation_key else ""
    key_th = f" (จาก translationKey {second.translation_key})" if second.translation_key else ""
    report.error(
        0,
        "duplicate-id",
        f"{second.path} and {first.path} are both the {en_name} text of “{second.id}”{key_en}; the first is left out. Rename or delete one",
        f"{second.path} กับ {first.path} เป็นเอกสาร{th_name}ของ “{second.id}” ทั้งคู่{key_th} ระบบไม่ใช้ไฟล์แรก โปรดเปลี่ยนชื่อหรือลบหนึ่งไฟล์",
    )


def _check_case(documents: Iterable[Document], reports: Mapping[str, Report]) -> None:
    firsts: dict[str, Document] = {}
    for document in documents:
        first = firsts.setdefault(document.id.casefold(), document)
        if first.id != document.id:
            en = f"differs from {first.path} only in capital letters; some computers take both names for one. Write both in the same way"
            th = f"ต่างจาก {first.path} เพียงตัวพิมพ์ใหญ่เล็ก คอมพิวเตอร์บางระบบถือเป็นชื่อเดียวกัน โปรดเขียนให้ตรงกัน"
            reports[document.path].warning(0, "case-collision", en, th)


def _report_missing(document: Document, report: Report) -> None:
    en_name, th_name = LANGUAGE_NAMES[OTHER_LANG[document.lang]]
    path = naming.partner_path(document.path, document.lang)
    en, th = f"it can be added as {path}", f"เพิ่มได้ที่ไฟล์ {path}"
    if path == document.path:  # named for the one language, with `lang:` for the other
        en, th = "before adding it, rename this file after its own language", "ก่อนเพิ่ม โปรดเปลี่ยนชื่อไฟล์นี้ให้ตรงกับภาษาของไฟล์"
    report.note(0, "no-translation", f"there is no {en_name} text; {en}", f"ยังไม่มีฉบับ{th_name} {th}")


def _check_pair(thai: Document, english: Document, lines: Mapping[str, int], report: Report) -> None:
    for key, name in PAIRED_LISTS.items():
        here, there = len(getattr(thai, name)), len(getattr(english, name))
        if here != there:
            en = f"{key} has {here} entries, in {english.path} it has {there}; give both the same entries in the same order"
            th = f"{key} มี {here} รายการ แต่ใน {english.path} มี {there} รายการ โปรดทำให้มีรายการเดียวกันและเรียงลำดับเดียวกัน"
            report.warning(lines.get(key, 0), "pair-lengths", en, th)
    for key, value in SHARED.items():
        if value(thai) != value(english):
            seen = (value(thai) or "–", value(english) or "–")
            en = f"{key} is {seen[0]} here and {seen[1]} in {english.path}; correct one of them"
            th = f"{key} ในไฟล์นี้คือ {seen[0]} แต่ใน {english.path} คือ {seen[1]} โปรดแก้ไขให้ตรงกัน"
            report.warning(lines.get(key, 0), "pair-differs", en, th)
