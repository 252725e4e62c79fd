"""The results as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Result = Mapping[str, Any]
# Letters stay letters, and the same results give the same file.
matplotlib.rcParams.update(
    {"svg.fonttype": "none", "svg.hashsalt": "kb", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
)
COLOURS = {"builtin": "#1b6e53", "builtin-static": "#b3541e"}
BAR = "#1b6e53"


def draw(results: Sequence[Result], folder: Path) -> list[Path]:
    """Those plots for which there are results."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [latency(_of(results, "latency"), folder / "latency.svg")]
    found += [arms(each, folder / f"arms-{each['size']}-{each['model']}.svg") for each in _of(results, "latency")[-2:]]
    found += [peers(each, folder / f"peers-{each['size']}.svg") for each in _of(results, "peers")]
    return [path for path in found if path]


def _of(results: Iterable[Result], part: str) -> list[Result]:
    return sorted((each for each in results if each["part"] == part and each["size"] != "own"), key=lambda each: _passages(each["size"]))


def _passages(size: str) -> int:
    return int(size.removesuffix("k")) * 1000


def latency(results: Sequence[Result], path: Path) -> Path | None:
    """Hybrid over HTTP by the number of passages: median and 99% of each model."""
    if not results:
        return None
    figure, axes = _figure(6.4, 3.6)
    for model, colour in COLOURS.items():
        some = [each for each in results if each["model"] == model]
        sizes = [_passages(each["size"]) for each in some]
        for percentile, style in (("p50_ms", "-"), ("p99_ms", "--")) if some else ():
            values = [each["rows"]["hybrid"][percentile] for each in some]
            axes.plot(sizes, values, style, marker="o", markersize=4, color=colour, label=f"{model}, {percentile[:3]}")
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds", title="Hybrid question over HTTP, one connection")
    axes.legend(frameon=False)
    return _save(figure, path)


def arms(result: Result, path: Path) -> Path:
    """Medians and 99% of every kind of request at one size."""
    names = list(result["rows"])[::-1]
    figure, axes = _figure(6.4, 0.3 * len(names) + 1)
    for percentile, alpha in (("p99_ms", 0.35), ("p50_ms", 1.0)):
        axes.barh(
            names, [result["rows"][name][percentile] for name in names], color=COLOURS[result["model"]], alpha=alpha, label=percentile[:3]
        )
    axes.set(xlabel="milliseconds", title=f"Requests over HTTP, {result['size']} passages, {result['model']}")
    axes.legend(frameon=False)
    return _save(figure, path)


def peers(result: Result, path: Path) -> Path:
    """Question, indexing and memory beside each other, on scales of their own."""
    figure = Figure(figsize=(9, 0.35 * len(result["rows"]) + 1.2), layout="constrained")
    names = list(result["rows"])[::-1]
    panels = figure.subplots(1, 3, sharey=True)
    measured = (("p50_ms", "question, median ms"), ("index_s", "indexing, s"), ("memory", "resident, MB"))
    for axes, (key, label) in zip(panels, measured, strict=True):
        values = [result["rows"][name][key] for name in names]
        bars = axes.barh(names, [value["resident_mb"] if isinstance(value, Mapping) else value for value in values], color=BAR)
        axes.bar_label(bars, fmt="{:,.3g}", padding=2)
        axes.margins(x=0.25)
        axes.set_xlabel(label)
    figure.suptitle(f"{result['passages']:,} passages, {result['model']}, in the process")
    return _save(figure, path)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, metadata={"Date": None})
    return path
