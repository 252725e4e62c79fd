"""The model cards: card.md and card_static.md with what was measured and what was read filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

import numpy as np

from training import data, development, wordnet
from training.corpus import Ragged
from training.data import Pair

TEMPLATE = Path(__file__).with_name("card.md")
STATIC_TEMPLATE = Path(__file__).with_name("card_static.md")
FAILURES = 5  # of each direction between the languages
EXCERPT = 90  # characters of a paragraph


def write(
    out: Path,
    work: Path,
    raw: Path,
    glossary: Path,
    princeton: Path,
    steps: int,
    quality: Mapping[str, Mapping[str, float]],
    embed: development.Embed,
) -> None:
    """Write out/README.md. raw: the folder of the inputs; embed: the exported model."""
    pairs = data.pairs(raw, glossary)
    values = {
        "dim": embed(["a"]).shape[1],
        "megabytes": _megabytes(out),
        "words": f"{len((work / 'vocabulary/thai_words.txt').read_text('utf-8').splitlines()):,}",
        "steps": f"{steps:,}",
        "pairs": f"{len(pairs):,}",
        "synsets": f"{len(wordnet.synsets(princeton)):,}",
        "news": f"{len(Ragged.load(work / 'titles.npz')):,}",
        "questions": f"{len(Ragged.load(work / 'questions.npz')):,}",
        "sources": "\n".join(_sources(pairs, raw)),
        "quality": "\n".join(
            f"| {name} | {_figure(quality['float32'].get(name))} | {_figure(value)} |" for name, value in quality["int8"].items()
        ),
        "failures": "\n".join(failures(embed)),
    }
    (out / "README.md").write_text(Template(TEMPLATE.read_text("utf-8")).substitute(values), "utf-8")


def write_static(out: Path, dim: int, pieces: int, steps: int, quality: Mapping[str, float]) -> None:
    """Write out/README.md of the static model."""
    values = {"dim": dim, "pieces": f"{pieces:,}", "steps": f"{steps:,}", "megabytes": _megabytes(out)}
    values["quality"] = "\n".join(f"| {name} | {_figure(value)} |" for name, value in quality.items())
    (out / "README.md").write_text(Template(STATIC_TEMPLATE.read_text("utf-8")).substitute(values), "utf-8")


def _megabytes(out: Path) -> str:
    """Of the folder without its card."""
    return f"{sum(path.stat().st_size for path in out.rglob('*') if path.is_file() and path.name != 'README.md') / 1e6:.1f}"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _sources(pairs: Sequence[Pair], raw: Path) -> list[str]:
    licences = _licences(raw / "parallel/LICENCES.tsv")
    counts = Counter(pair.source for pair in pairs)
    return [f"| {source} | {count:,} | {_licence(source, licences)} |" for source, count in sorted(counts.items())]


def _licences(path: Path) -> dict[str, str]:
    """Name of a source, or how it begins -> licence. Lines: names apart by spaces, a tab, the licence."""
    if not path.is_file():
        return {}
    rows = (line.split("\t", 1) for line in path.read_text("utf-8").splitlines()[1:] if "\t" in line)
    return {name.split("*")[0]: licence for names, licence in rows for name in names.split() if not name.startswith("(")}


def _licence(source: str, licences: Mapping[str, str]) -> str:
    if source == "glossary":
        return "this project's own"
    best = max((name for name in licences if source.startswith(name)), key=len, default="")
    return licences.get(best, "not stated")


def failures(embed: development.Embed) -> list[str]:
    """Rows of a table: the questions that miss their paragraph in the other language by most."""
    paragraphs, questions, right = development.paragraph_set()
    found = []
    for one, other in (("th", "en"), ("en", "th")):
        scores = embed([row[one] for row in questions]) @ embed([row[other] for row in paragraphs]).T
        missed_by = scores.max(axis=1) - scores[np.arange(len(right)), right]
        for row in np.argsort(-missed_by, kind="stable")[:FAILURES]:
            texts = (paragraphs[i][other][:EXCERPT].replace("|", " ") + "…" for i in (int(scores[row].argmax()), int(right[row])))
            found.append(f"| {questions[row][one]} | {' | '.join(texts)} |")
    return found
