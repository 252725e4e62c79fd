"""kill -9 of the indexer, at every step of writing in turn and at moments drawn by chance, while others read.

    python -m bench.kills --times 1000 --out bench/results/kills.json

Goes to and fro between two states of a small collection. After each kill the index is opened, with every checksum compared, and must answer
as before or as after; the next run must finish what was begun and leave no litter. `--resume` goes on with the numbers of a file.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tqdm import tqdm

from bench.faults import answers, collection, readers, runs
from bench.faults.answers import Answers
from bench.faults.runs import LAYOUTS, Layout

SEED = 7


@dataclass(slots=True)
class Tally:
    kills: int = 0
    runs_that_ended: int = 0  # before the kill came
    at_steps: dict[str, int] = field(default_factory=dict)  # layout -> kills at a step of writing
    at_moments: dict[str, int] = field(default_factory=dict)  # layout -> kills at a moment
    steps: dict[str, int] = field(default_factory=dict)  # layout -> steps of writing of a run that nobody disturbs
    killed_at: dict[str, list[int]] = field(default_factory=dict)  # layout -> steps at which a run was killed
    answered: dict[str, int] = field(default_factory=dict)  # "before", "after": what the index said when the writer was dead
    faults: list[str] = field(default_factory=list)
    reader_answers: int = 0
    reader_changes: int = 0
    reader_faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Soak:
    """One index that is written to and fro in one layout."""

    def __init__(self, root: Path, layout: Layout, tally: Tally, chance: random.Random) -> None:
        self.layout, self.tally, self.chance = layout, tally, chance
        self.index_dir = root / f"index-{layout}"
        self.contents = collection.write(root)
        self.states = {state: self._made(root / f"made-{state}", state) for state in collection.STATES}
        runs.run(self.contents["before"], self.index_dir, layout)
        self.at = "before"
        self.lasts = self._undisturbed()

    def _made(self, folder: Path, state: str) -> Answers:
        # In this process: what it loads, every fork of it has.
        runs.build(self.contents[state], folder, "whole")
        return answers.opened(folder)

    def _undisturbed(self) -> float:
        """Seconds of a run nobody disturbs."""
        ended = runs.run(self.contents["after"], self.index_dir, self.layout)
        self.at = "after"
        self.tally.steps[self.layout] = max(ended.steps, self.tally.steps.get(self.layout, 0))
        return ended.seconds

    def _next_step(self) -> int:
        """One at which no run was killed yet, while there is one."""
        steps = range(1, self.tally.steps[self.layout] + 1)
        return self.chance.choice([each for each in steps if each not in self.tally.killed_at.get(self.layout, ())] or list(steps))

    def once(self, at_step: bool) -> None:
        """One run that is to be killed, and one that mends."""
        target = next(state for state in collection.STATES if state != self.at)
        step = self._next_step() if at_step else 0
        if at_step:
            ended = runs.run(self.contents[target], self.index_dir, self.layout, failpoint=f"kill@{step}")
        else:
            ended = runs.run(self.contents[target], self.index_dir, self.layout, after=self.chance.uniform(0, self.lasts))
        self._judge(target, ended, step)

    def _judge(self, target: str, ended: runs.Ended, step: int) -> None:
        where = f"{self.layout}, {f'step {step}' if step else 'a moment'}"
        if ended.said:
            self.tally.faults.append(f"{where}: {ended.said}")
        self._note(ended, step)
        seen = answers.opened(self.index_dir)
        state = next((name for name in (self.at, target) if self.states[name] == seen), None)
        if state is None or (not ended.killed and state != target):
            self.tally.faults.append(f"{where}: answers neither as before nor as after: {seen}")
        if ended.killed:
            _count(self.tally.answered, "after" if state == target else "before")
        mended = runs.run(self.contents[target], self.index_dir, self.layout if self.layout != "rebuild" else "whole")
        if mended.said or answers.opened(self.index_dir) != self.states[target]:
            self.tally.faults.append(f"{where}: the next run did not finish: {mended.said}")
        if left := answers.litter(self.index_dir):
            self.tally.faults.append(f"{where}: left behind: {left}")
        self.at = target

    def _note(self, ended: runs.Ended, step: int) -> None:
        if not ended.killed:
            self.tally.runs_that_ended += 1
            return
        self.tally.kills += 1
        _count(self.tally.at_steps if step else self.tally.at_moments, self.layout)
        if step:
            self.tally.killed_at.setdefault(self.layout, []).append(step)


def _count(numbers: dict[str, int], name: str) -> None:
    numbers[name] = numbers.get(name, 0) + 1


def soak(times: int, tally: Tally, seed: int = SEED) -> Tally:
    """Until `times` runs were killed. Three kills in four are at a step, the fourth is at a moment; the layouts take turns."""
    began, first = time.monotonic(), tally.kills
    with tempfile.TemporaryDirectory(prefix="kb-kills-") as folder:
        bar = tqdm(total=times, initial=first, desc="kill -9", file=sys.stderr, mininterval=1)
        for place, layout in enumerate(LAYOUTS):
            goal = first + (times - first) * (place + 1) // len(LAYOUTS)
            if tally.kills >= goal:
                continue
            soaked = Soak(Path(folder), layout, tally, random.Random(seed + first + place))
            with readers.reading(soaked.index_dir, set(soaked.states.values()), Path(folder) / layout) as read:
                turn = 0
                while tally.kills < goal:
                    soaked.once(at_step=turn % 4 != 3)
                    turn += 1
                    bar.update(tally.kills - bar.n)
            tally.reader_answers += read.answers
            tally.reader_changes += read.changes
            tally.reader_faults += read.faults
        bar.close()
    tally.seconds = round(tally.seconds + time.monotonic() - began, 1)
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=1000, help="runs that are killed")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, help="JSON")
    parser.add_argument("--resume", action="store_true", help="go on with the numbers that --out holds")
    given = parser.parse_args()
    tally = read(given.out) if given.resume and given.out and given.out.exists() else Tally()
    while tally.kills < given.times:
        soak(min(given.times, tally.kills + 150), tally, given.seed)
        if given.out:
            given.out.write_text(json.dumps(asdict(tally), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(asdict(tally), ensure_ascii=False, indent=1))
    return 1 if tally.faults or tally.reader_faults else 0


def read(path: Path) -> Tally:
    """What an earlier soak wrote."""
    return Tally(**json.loads(path.read_bytes()))


if __name__ == "__main__":
    sys.exit(main())
