"""What becomes of mistyped questions? Precision and recall of the repair, its false changes, its time, and what it saves in the ranking.

    KB_INDEX_DIR=.kb/index python bench/misspellings.py [--clean FILE ...]

Takes all questions of content/evaluation. Each is misspelt once, in every way that fits one of its words (of four letters and more), by
rules of real mistakes with a fixed seed; and typed on the other keyboard layout. A repair is right when the question is again as it was
before the mistake. Clean texts, in which nothing must change, are the questions, all titles and the glossary; --clean takes files of
further ones, a line each (they may hold real misspellings: the changes are printed).
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ir_measures
from ir_measures import nDCG

from kb.evaluation import EvalQuestion, read_questions
from kb.knowledge_base import KnowledgeBase
from kb.search.repair import Repair
from kb.text import keyboard, lexicon, thai
from kb.text.analyzer import Analyzer
from kb.text.normalise import normalise
from kb.text.word_counts import WordCounts

SETS = ("content/evaluation/questions.jsonl", "content/evaluation/held-out.jsonl")
SHORTEST = 4
TONES = "่้๊๋"
SOUNDS = ("ไใ", "รล", "ศษส", "ณน", "ญย", "ฎด", "ฏต", "พภ", "ทธ", "ขค", "ชซ", "บป")
LENGTHS = ("ะา", "ิี", "ึื", "ุู")
Slip = Callable[[str, random.Random], Iterator[str]]


def tone_missing(word: str, _: random.Random) -> Iterator[str]:
    yield from (word[:i] + word[i + 1 :] for i, c in enumerate(word) if c in TONES)


def tone_wrong(word: str, _: random.Random) -> Iterator[str]:
    yield from (word[:i] + ("้" if c == "่" else "่") + word[i + 1 :] for i, c in enumerate(word) if c in TONES)


def thanthakhat(word: str, _: random.Random) -> Iterator[str]:
    yield from (word[:i] + word[i + 1 :] for i, c in enumerate(word) if c in "์็")


def same_sound(word: str, _: random.Random) -> Iterator[str]:
    yield from _exchanged(word, SOUNDS)


def vowel_length(word: str, _: random.Random) -> Iterator[str]:
    yield from _exchanged(word, LENGTHS)


def _exchanged(word: str, groups: Sequence[str]) -> Iterator[str]:
    for i, c in enumerate(word):
        yield from (word[:i] + other + word[i + 1 :] for group in groups if c in group for other in group if other != c)


def missing(word: str, _: random.Random) -> Iterator[str]:
    yield from (word[:i] + word[i + 1 :] for i in range(1, len(word)))


def doubled(word: str, _: random.Random) -> Iterator[str]:
    yield from (word[: i + 1] + word[i:] for i in range(1, len(word)) if "ก" <= word[i] <= "ฮ" or word[i].isascii())


def exchanged(word: str, _: random.Random) -> Iterator[str]:
    yield from (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(1, len(word) - 1) if word[i] != word[i + 1])


def neighbour(word: str, rng: random.Random) -> Iterator[str]:
    for i, c in enumerate(word[1:], start=1):
        near = sorted(b for a, b in keyboard.NEIGHBOURS if a == c)
        if near:
            yield word[:i] + rng.choice(near) + word[i + 1 :]


def held_down(word: str, _: random.Random) -> Iterator[str]:
    yield word + word[-1] * 3


BOTH: dict[str, Slip] = {"letter missing": missing, "doubled": doubled, "exchanged": exchanged, "neighbouring key": neighbour}
SLIPS: dict[str, dict[str, Slip]] = {
    "en": {**BOTH, "held down": held_down},
    "th": {
        "tone missing": tone_missing,
        "tone wrong": tone_wrong,
        "์ or ็ missing": thanthakhat,
        "same sound": same_sound,
        "vowel length": vowel_length,
        **BOTH,
    },
}


@dataclass(frozen=True, slots=True)
class Case:
    slip: str
    question: EvalQuestion
    typed: str
    meant: str  # normalised


def words(question: EvalQuestion, analyzer: Analyzer) -> list[tuple[int, int]]:
    """Words of the question's own language that can be misspelt: letters only, no acronym."""
    spans = [(term.start, term.end) for term in analyzer.query_terms(question.text) if term.end - term.start >= SHORTEST]
    return [(a, b) for a, b in spans if _plain(question.text[a:b], question.lang)]


def _plain(word: str, lang: str) -> bool:
    if lang == "th":
        return re.fullmatch(f"[{thai.LETTERS}]+", word) is not None
    return word.isascii() and word.isalpha() and not word.isupper()


def cases(question: EvalQuestion, analyzer: Analyzer) -> list[Case]:
    """One for each kind of mistake that fits; a mistake that gives another word of the language is none that anyone could see."""
    rng = random.Random(question.id)
    found = []
    for name, slip in SLIPS[question.lang].items():
        options = [(a, b, wrong) for a, b in words(question, analyzer) for wrong in slip(question.text[a:b], rng) if _is_a_mistake(wrong)]
        clean = normalise(question.text).text
        options = [(a, b, w) for a, b, w in options if normalise(question.text[:a] + w + question.text[b:]).text != clean]
        if options:
            a, b, wrong = rng.choice(options)
            found.append(Case(name, question, question.text[:a] + wrong + question.text[b:], clean))
    return found


def _is_a_mistake(word: str) -> bool:
    return normalise(word).text not in thai.dictionary()


def by_slip(repair: Repair, found: Sequence[Case]) -> None:
    print("\n| language | mistake | questions | recall | changed, but wrongly |\n|---|---|---|---|---|")
    for lang in ("th", "en"):
        mine = [case for case in found if case.question.lang == lang]
        for name in [*SLIPS[lang], "all"]:
            these = [case for case in mine if name in (case.slip, "all")]
            done = [(case, normalise(repair.repair(case.typed).text).text) for case in these]
            right = sum(text == case.meant for case, text in done)
            wrong = sum(text not in (case.meant, normalise(case.typed).text) for case, text in done)
            if these:
                precision = f" (precision {right / (right + wrong):.3f})" if name == "all" and right else ""
                print(f"| {lang} | {name} | {len(these)} | {right / len(these):.3f} | {wrong}{precision} |")


def missed(repair: Repair, found: Sequence[Case], limit: int) -> None:
    for case in found:
        text = normalise(repair.repair(case.typed).text).text
        if text != case.meant and limit:
            limit -= 1
            print(f"  {case.slip}: {case.typed} -> {text}")


def layouts(repair: Repair, questions: Sequence[EvalQuestion]) -> None:
    print("\n| question | typed on the other layout | read aright |\n|---|---|---|")
    for lang in ("th", "en"):
        mine = [q for q in questions if q.lang == lang]
        other = keyboard.on_english if lang == "th" else keyboard.on_thai
        right = [normalise(repair.repair(other(q.text)).text).text == normalise(q.text).text for q in mine]
        print(f"| {lang} | {len(mine)} | {sum(right) / len(mine):.3f} |")


def false_changes(repair: Repair, name: str, texts: Sequence[str]) -> None:
    changed = [(text, found.changes) for text in texts if (found := repair.repair(text)).changes]
    print(f"{name}: {len(changed)} of {len(texts)} changed")
    for text, changes in changed:
        print("  ", "; ".join(f"{c.kind}: {c.before} -> {c.after}" for c in changes), "|", text[:80])


def times(repair: Repair, name: str, texts: Sequence[str]) -> None:
    taken = []
    for text in texts:
        start = time.perf_counter()
        repair.repair(text)
        taken.append((time.perf_counter() - start) * 1000)
    at = statistics.quantiles(taken, n=100)
    print(f"{name}: {at[49]:.2f} ms median, {at[94]:.2f} ms in 95 of 100, {max(taken):.2f} ms at most ({len(texts)} questions)")


def ranking(kb: KnowledgeBase, found: Sequence[Case], sample: int) -> None:
    """nDCG@10 over both languages of documents: as meant, mistyped and repaired, mistyped and taken as written."""
    rng = random.Random(1)
    chosen = rng.sample(list(found), min(sample, len(found)))
    numbered = [replace(case.question, id=str(at)) for at, case in enumerate(chosen)]
    ways: dict[str, Callable[[Case], list[str]]] = {
        "as meant": lambda case: _ids(kb, case.question.text, True),
        "one mistake, repaired": lambda case: _ids(kb, case.typed, False),
        "one mistake, as written": lambda case: _ids(kb, case.typed, True),
    }
    print(f"\n| {len(chosen)} questions | nDCG@10 |\n|---|---|")
    for name, ids in ways.items():
        run = {q.id: {key: 1 / rank for rank, key in enumerate(ids(case), start=1)} for q, case in zip(numbered, chosen, strict=True)}
        value = ir_measures.calc_aggregate([nDCG @ 10], {q.id: dict(q.relevant) for q in numbered}, run)[nDCG @ 10]
        print(f"| {name} | {value:.4f} |")


def _ids(kb: KnowledgeBase, text: str, as_written: bool) -> list[str]:
    found = kb.search(text, limit=10, passages=0, as_written=("spelling",) if as_written else ())
    return [hit.document.id for hit in found.hits]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clean", type=Path, nargs="*", default=[])
    parser.add_argument("--missed", type=int, default=0, help="print so many cases that were not repaired")
    parser.add_argument("--ranked", type=int, default=400, help="questions for the ranking; 0: none")
    arguments = parser.parse_args()
    kb = KnowledgeBase.open(os.environ.get("KB_INDEX_DIR", ".kb/index"))
    index = kb._index
    analyzer, counts = Analyzer(index.resource("domain_words")), WordCounts.from_json(index.resource("word_counts"))
    start = time.perf_counter()
    repair = Repair(counts, analyzer, lexicon.shipped())
    print(f"opened in {time.perf_counter() - start:.2f} s; the collection has {len(counts.thai):,} + {len(counts.english):,} words")
    questions = [question for path in SETS for question in read_questions(Path(path))]
    names = [name for _, name in kb._glossary.terms()]
    clean = [*(q.text for q in questions), *names, *kb.catalogue.columns.title]
    false_changes(repair, "questions, glossary, titles", clean)
    for path in arguments.clean:
        false_changes(repair, path.name, path.read_text("utf-8").splitlines())
    found = [case for question in questions for case in cases(question, analyzer)]
    by_slip(repair, found)
    missed(repair, found, arguments.missed)
    layouts(repair, questions)
    times(repair, "clean", clean)
    times(repair, "mistyped", [case.typed for case in found])
    ranking(kb, found, arguments.ranked)


if __name__ == "__main__":
    main()
