"""What a question says besides its words -> the conditions that its reading holds: operators, dates, names."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from kb.errors import Lang, Message
from kb.search import syntax
from kb.search.filter_values import FACET_LABELS
from kb.search.gazetteer import Gazetteer, Mention
from kb.search.repair import Repair, Repaired
from kb.search.syntax import Syntax
from kb.text import names, question_dates
from kb.text.normalise import normalise
from kb.types import LANGS, Condition, Reading, Understanding


def read(
    text: str, gazetteer: Gazetteer | None, repair: Repair | None, as_written: frozenset[Understanding], today: datetime.date
) -> Reading:
    """Operators first, as they are meant; then mistyped words outside of phrases; then the dates of what is left."""
    repair = None if "spelling" in as_written else repair
    parsed = _parsed(text, None if "operators" in as_written else gazetteer, repair)
    meant = repair.repair(parsed.quoted) if repair else Repaired(parsed.quoted)
    clean = " ".join(normalise(parsed.unquoted(meant.text)).text.split())
    found = _operators(parsed, gazetteer) if gazetteer else []
    dated = () if "dates" in as_written else question_dates.find(clean, today)
    dated = tuple(each for each in dated if not any(clean[each.start : each.end].strip() in phrase.text for phrase in parsed.phrases))
    found += [_dated(each, clean) for each in dated]
    return Reading(question_dates.without(clean, dated), meant.changes, tuple(found), parsed.phrases, parsed.excluded)


def _parsed(text: str, gazetteer: Gazetteer | None, repair: Repair | None) -> Syntax:
    def is_mistyped(words: str) -> bool:
        """-pt is ขยะ on the other keyboard layout, not a word that is excluded."""
        changes = repair.repair(words).changes if repair else ()
        return any(change.kind == "keyboard" and change.before.startswith(words[0]) for change in changes)

    return syntax.parse(text, gazetteer.resolve, is_mistyped) if gazetteer else Syntax(text)


def _operators(parsed: Syntax, gazetteer: Gazetteer) -> list[Condition]:
    return [
        Condition(field.facet, value, gazetteer.label(field.facet, value), field.words, True, "operators")
        for field in parsed.fields
        for value in field.values
    ]


def _dated(found: question_dates.Dated, text: str) -> Condition:
    return Condition("year", str(found.period), found.period.label, text[found.start : found.end].strip(), True, "dates")


FACET_ORDER = ("city", "country", "organisation", "speaker", "subject")


def raising(mentions: Iterable[Mention]) -> list[Condition]:
    """What is named, each once; words that name things of several kinds (Singapore) count as the first kind."""
    found: dict[tuple[str, str], Condition] = {}
    for mention in mentions:
        facet = next((each for each in FACET_ORDER if any(name.facet == each for name in mention.names)), "")
        for name in (name for name in mention.names if facet and name.facet == facet):
            label = name.about or name.label
            found.setdefault((facet, name.key), Condition(facet, name.key, label, mention.words, False, "names"))
    return list(found.values())


def other_names(mentions: Iterable[Mention]) -> list[tuple[Mention, Lang, str]]:
    """The names in either language under which what is named is also looked for."""
    found: dict[tuple[Mention, Lang, str], None] = {}
    for mention in mentions:
        for name in mention.names:
            for lang in LANGS:
                other = name.label.in_language(lang)
                if names.squash(other) != names.squash(mention.words) and names.is_thai(other) == (lang == "th"):
                    found[mention, lang, other] = None
    return list(found)


def nothing_dated(reading: Reading) -> Message:
    """Said when the dates of a question left nothing and were therefore not required."""
    dates = [each for each in reading.conditions if each.by == "dates"]
    en, th = (", ".join(each.label.in_language(lang) for each in dates) for lang in ("en", "th"))
    return Message(
        f"Nothing was found for {FACET_LABELS['year'].en.lower()} {en}, so documents of all years are shown.",
        f"ไม่พบเอกสารของ {th} จึงแสดงเอกสารของทุกปี",
    )
