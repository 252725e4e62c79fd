"""A result: what one command measured, in a JSON file of its own under bench/results/, with all it takes to judge it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench/results"
LIBRARIES = ("numpy", "faiss-cpu", "tantivy", "onnxruntime", "tokenizers", "pythainlp", "fastapi", "uvicorn")


def path_of(part: str, size: str, model: str) -> Path:
    return RESULTS / f"{part}-{size}-{model}.json"


def save(part: str, size: str, model: str, measured: Mapping[str, Any], libraries: tuple[str, ...] = ()) -> Path:
    """Written whole or not at all; a result of the same part, size and model is replaced."""
    path = path_of(part, size, model)
    path.parent.mkdir(parents=True, exist_ok=True)
    result = {
        "part": part,
        "size": size,
        "model": model,
        "command": command(),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "versions": versions((*LIBRARIES, *libraries)),
        **measured,
    }
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    beside.replace(path)
    print(f"{path.relative_to(ROOT)}", file=sys.stderr)
    return path


def read_all() -> list[dict[str, Any]]:
    """Of the parts of bench.scale, in order of their names; other benches keep results beside them."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("*.json"))]
    return [each for each in found if "part" in each]


def command() -> str:
    """As it was typed; folders by their last name, as they lie elsewhere on another machine."""
    spec = sys.modules["__main__"].__spec__
    module = spec.name.removesuffix(".__main__") if spec else sys.argv[0]
    return " ".join(["python -m", module, *(Path(word).name if "/" in word else word for word in sys.argv[1:])])


def commit() -> str:
    """Short hash, with "+" where files that are tracked differ from it."""
    asked = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    found = subprocess.run(asked, check=False, cwd=ROOT, capture_output=True, text=True)
    return found.stdout.strip() or "unknown"


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load_average": [round(each, 2) for each in os.getloadavg()],  # when the measuring ended: others may use the machine
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def versions(names: tuple[str, ...]) -> dict[str, str]:
    """Of those that are installed."""
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
