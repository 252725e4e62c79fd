"""A disk that refuses at every step of writing and reading in turn, while others read.

    python -m bench.refusals --out bench/results/refusals.json

Each run of the indexer is told "no space left on device", or "input/output error", at one step (ENOSPC@n+: at all behind it as well). It
must end with one message that names a file, or mend what it could not read; the index must answer as before or as after; the next run must
finish and leave no litter.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tqdm import tqdm

from bench.faults import answers, collection, readers, runs
from bench.faults.runs import LAYOUTS, Layout

FAULTS = ("ENOSPC@{}+", "ENOSPC@{}", "EIO@{}", "EIO@{}:read")


@dataclass(slots=True)
class Tally:
    refused: dict[str, int] = field(default_factory=dict)  # fault -> runs that ended with a message
    mended: dict[str, int] = field(default_factory=dict)  # fault -> runs that did their work all the same
    answered: dict[str, int] = field(default_factory=dict)  # "before", "after"
    faults: list[str] = field(default_factory=list)
    reader_answers: int = 0
    reader_faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def refuse(root: Path, layout: Layout, every: int, tally: Tally) -> None:
    """All faults at every n-th step of runs in one layout."""
    contents = collection.write(root)
    index_dir = root / f"index-{layout}"
    states = {}
    for state in collection.STATES:
        runs.build(contents[state], root / f"made-{state}", "whole")
        states[state] = answers.opened(root / f"made-{state}")
    at, other = collection.STATES
    runs.run(contents[at], index_dir, layout)
    with readers.reading(index_dir, set(states.values()), root / layout) as read:
        for fault in FAULTS:
            step = 1
            while True:
                where = f"{layout}, {fault.format(step)}"
                ended = runs.run(contents[other], index_dir, layout, failpoint=fault.format(step))
                seen = answers.opened(index_dir)
                _note(tally, fault, ended, index_dir, where)
                if seen not in (states[at], states[other]):
                    tally.faults.append(f"{where}: answers neither as before nor as after")
                _count(tally.answered, "after" if seen == states[other] else "before")
                mended = runs.run(contents[other], index_dir, layout if layout != "rebuild" else "whole")
                if mended.said or answers.opened(index_dir) != states[other] or answers.litter(index_dir):
                    tally.faults.append(f"{where}: the next run: {mended.said} {answers.litter(index_dir)}")
                at, other = other, at
                if not ended.said and ended.steps < step:
                    break  # that was behind the last one
                step += every
    tally.reader_answers += read.answers
    tally.reader_faults += read.faults


def _note(tally: Tally, fault: str, ended: runs.Ended, index_dir: Path, where: str) -> None:
    if ended.said:
        _count(tally.refused, fault)
        if str(index_dir) not in ended.said:
            tally.faults.append(f"{where}: names no file: {ended.said}")
    elif "read" in fault:
        _count(tally.mended, fault)


def _count(numbers: dict[str, int], name: str) -> None:
    numbers[name] = numbers.get(name, 0) + 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="steps from one refusal to the next")
    parser.add_argument("--out", type=Path, help="JSON")
    given = parser.parse_args()
    tally, began = Tally(), time.monotonic()
    for layout in tqdm(LAYOUTS, desc="layouts", file=sys.stderr):
        with tempfile.TemporaryDirectory(prefix="kb-refusals-") as folder:
            refuse(Path(folder), layout, given.every, tally)
    tally.seconds = round(time.monotonic() - began, 1)
    told = json.dumps({"every": given.every, **asdict(tally)}, ensure_ascii=False, indent=1)
    if given.out:
        given.out.write_text(told + "\n", "utf-8")
    print(told)
    return 1 if tally.faults or tally.reader_faults else 0


if __name__ == "__main__":
    sys.exit(main())
