"""All results as one: bench/results/summary.json, docs/performance/measured.md and the plots beside it.

python -m bench.scale.report
"""

from __future__ import annotations

import json

from bench.scale import plots, results, summary, tables
from bench.scale.results import RESULTS, ROOT

DOCS = ROOT / "docs/performance"


def main() -> None:
    found = results.read_all()
    kept = summary.kept({(each["part"], each["size"], each["model"]): each for each in found})
    (RESULTS / "summary.json").write_text(json.dumps(summary.to_json(kept), indent=1, ensure_ascii=False) + "\n", "utf-8")
    drawn = plots.draw(found, DOCS)
    page = tables.page(kept, found) + "\n" + "".join(f"![{path.stem}]({path.name})\n" for path in drawn)
    (DOCS / "measured.md").write_text(page, "utf-8")
    for name, each in kept.items():
        print(f"{name} {each.value:g} ({each.promise.sense} {each.promise.target:g}: {'met' if each.met else 'missed'})")


if __name__ == "__main__":
    main()
