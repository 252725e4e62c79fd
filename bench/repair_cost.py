"""What does it take to make the repair of questions for a collection of many words?

    python -m bench.repair_cost [WORDS]

WORDS of each script, 60,000 unless told, made by chance. Prints JSON: milliseconds of processor time of each step, in the order in which
they come in a process that opens an index and is asked.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from kb.search import misspellings
from kb.search.repair import Repair
from kb.text import lexicon
from kb.text.analyzer import Analyzer
from kb.text.word_counts import MOST_WORDS, WordCounts

Result = TypeVar("Result")
THAI, ENGLISH = "กขคงจชซดตทนบปพมยรลวสหอาิีุูเแโ", "etaoinshrdlucm"


def main(words: int) -> None:
    chance = random.Random(1)
    counts = WordCounts(_words(THAI, words, chance), _words(ENGLISH, words, chance))
    analyzer = Analyzer([])
    analyzer.warm_up()
    taken: dict[str, float] = {}
    known = _timed(taken, "lexicon", lexicon.shipped)
    _timed(taken, "general vocabularies", misspellings.general)
    repair = _timed(taken, "Repair", lambda: Repair(counts, analyzer, known))
    _timed(taken, "first unknown word", lambda: repair.repair("wastxe manadgement xqz"))
    _timed(taken, "next unknown word", lambda: repair.repair("rivxer polllution zqx"))
    print(json.dumps(taken, indent=1))


def _words(letters: str, count: int, chance: random.Random) -> dict[str, int]:
    return {"".join(chance.choices(letters, k=chance.randint(3, 13))): chance.randint(1, 99) for _ in range(count)}


def _timed(taken: dict[str, float], step: str, run: Callable[[], Result]) -> Result:
    started = time.process_time()
    result = run()
    taken[step] = round(1000 * (time.process_time() - started), 1)
    return result


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MOST_WORDS)
