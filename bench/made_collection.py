"""A large made-up collection with real titles: headers without texts, for measuring what an open index holds besides its passages."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from kb import vocabulary
from kb.index.columns import Entry, Times
from kb.text import thai
from kb.types import Document, Kind, Lang, PartialDate, Person

CITIES, ORGANISATIONS, PEOPLE, ALIASES = 900, 2_000, 6_000, 2_000
PASSAGES = 7  # of a document, on average
SYLLABLES = ("ka", "mo", "ri", "tan", "sa", "nu", "phra", "wong", "chai", "lai", "pon", "dee", "thep", "boon", "rat", "suk", "mai", "nok")


def headlines(folder: Path) -> Iterator[tuple[str, str]]:
    """(title, date) of all *.jsonl.xz of a folder; each line is an object with `title` and `date`."""
    for path in sorted(folder.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                found = json.loads(line)
                yield " ".join(found["title"].split()), found["date"]


@dataclass(frozen=True)
class Pool:
    """Names in Thai and English, in one order."""

    cities: Sequence[tuple[str, str]]
    organisations: Sequence[tuple[str, str]]
    people: Sequence[tuple[Person, Person]]
    aliases: Sequence[tuple[str, str]]


def pool(chance: random.Random, titles: Sequence[str]) -> Pool:
    provinces = thai.provinces()
    given = sorted(thai.personal_names())

    def latin(words: int) -> str:
        return " ".join("".join(chance.choices(SYLLABLES, k=3)).title() for _ in range(words))

    cities = [*provinces, *((f"{chance.choice(given)}{n % 10 or ''}บุรี", f"{latin(1)} {n}") for n in range(CITIES - len(provinces)))]
    bodies = [(f"สำนักงาน{chance.choice(titles)[40:70].strip()} {n}", f"Office of {latin(2)} {n}") for n in range(ORGANISATIONS)]
    names = [(f"{chance.choice(given)} {chance.choice(given)}", latin(2)) for _ in range(PEOPLE)]
    people = [(Person(th, "ผู้ว่าฯ", aliases=(th[:5],) if n % 20 == 0 else ()), Person(en, "mayor")) for n, (th, en) in enumerate(names)]
    aliases = [(f"โครงการ{chance.choice(given)}{n}", f"{latin(1)} Project {n}") for n in range(ALIASES)]
    return Pool(cities, bodies, people, aliases)


def entries(folder: Path, count: int) -> list[Entry]:
    """`count` documents: each headline in Thai, every third also in English; some are dialogues in which somebody speaks."""
    chance = random.Random(5)
    news = list(headlines(folder))
    names = pool(chance, [title for title, _ in news])
    made: list[Entry] = []
    for subject in range(count):
        title, date = news[subject % len(news)]
        made += _subject(chance, names, len(made), made[-1].end_row if made else 0, subject, title, date)
        if len(made) >= count:
            return made[:count]
    return made


def _subject(chance: random.Random, names: Pool, number: int, row: int, subject: int, title: str, date: str) -> list[Entry]:
    kind: Kind = "dialogue" if subject % 10 == 0 else "case-study"
    themes = tuple(chance.sample(sorted(vocabulary.THEMES), chance.randint(1, 3)))
    chosen = {
        "cities": chance.sample(names.cities, chance.choice((0, 1, 1, 2))),
        "organisations": chance.sample(names.organisations, chance.choice((0, 1, 2))),
        "people": chance.sample(names.people, chance.choice((0, 0, 1, 2))),
        "participants": chance.sample(names.people, 2 if kind == "dialogue" else 0),
        "aliases": chance.sample(names.aliases, 1 if subject % 25 == 0 else 0),
    }
    found = []
    langs: tuple[Lang, ...] = ("th", "en") if subject % 3 == 0 else ("th",)
    for place, lang in enumerate(langs):
        text = title if lang == "th" else f"{chosen['cities'][0][1] if chosen['cities'] else 'Region'}: news {subject} on {themes[0]}"
        lists = {name: tuple(pair[place] for pair in pairs) for name, pairs in chosen.items()}
        day = PartialDate(*map(int, date.split("-")))
        path, digest = f"case-studies/news-{subject}.{lang}.md", sha256(f"{subject}{lang}".encode()).hexdigest()
        document = Document(
            f"case-studies/news-{subject}",
            lang,
            kind,
            text,
            path,
            "",
            "",
            1,
            digest,
            day,
            countries=("TH",),
            themes=themes,
            **lists,  # type: ignore[arg-type]
        )
        end = row + chance.randint(4, 2 * PASSAGES - 4)
        speakers = [(row + at, person.name) for at, person in enumerate(document.participants, start=1)]
        moment = datetime(day.year, day.month or 1, day.day or 1, tzinfo=UTC)
        found.append(Entry(number + place, document, row, end, speakers, Times(digest, moment, moment)))
        row = end
    return found
