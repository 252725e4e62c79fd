"""Memory of a process with all it has started, from /proc (Linux)."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.scale.results import ROOT

EVERY = 0.1  # seconds between two looks at a running process
FIELDS = {"RssAnon": "anonymous_mb", "RssFile": "file_mb", "RssShmem": "shared_mb"}


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes (10^6 bytes) that are resident. Files are those mapped into memory: the system takes them back when it needs room."""

    anonymous_mb: float = 0.0
    file_mb: float = 0.0
    shared_mb: float = 0.0

    @property
    def resident_mb(self) -> float:
        return round(self.anonymous_mb + self.file_mb + self.shared_mb, 1)

    def __add__(self, other: Memory) -> Memory:
        values = zip(asdict(self).values(), asdict(other).values(), strict=True)
        return Memory(*(round(one + another, 1) for one, another in values))

    def to_json(self) -> dict[str, float]:
        return asdict(self) | {"resident_mb": self.resident_mb}


def memory(pid: int) -> Memory:
    """Of a process and its descendants, file pages that they share counted for each; nothing for those that have ended."""
    return sum((_own(each) for each in tree(pid)), Memory())


def tree(pid: int) -> list[int]:
    """The process and its descendants."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(found for child in children for found in tree(child))]


def _own(pid: int) -> Memory:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return Memory()
    named = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
    return Memory(**{field: int(named[name].split()[0]) * 1024 / 1e6 for name, field in FIELDS.items() if name in named})


@dataclass(frozen=True, slots=True)
class Ran:
    seconds: float
    peak: Memory  # as it was when most was resident
    output: str


def run(command: Sequence[str], environment: Mapping[str, str], accepted: tuple[int, ...] = (0,)) -> Ran:
    """To its end, watched. Raises RuntimeError for another exit code than the accepted ones."""
    began, peak = time.perf_counter(), Memory()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:  # a pipe that nobody reads would hold it up
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=printed)
        while process.poll() is None:
            peak = max(peak, memory(process.pid), key=lambda each: each.resident_mb)
            time.sleep(EVERY)
        seconds = time.perf_counter() - began
        if process.returncode not in accepted:
            raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
        printed.seek(0)
        return Ran(seconds, peak, printed.read())
