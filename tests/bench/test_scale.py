"""The harness of bench/scale: questions that do not repeat, promises judged rightly, tables of what there is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from bench.scale import floor, measures, period, processes, questions, summary, tables
from bench.scale.collection import Collection

CONTENT = ROOT / "content"
MACHINE = {"cores": 2, "processor": "any", "load_average": [0.1, 0.2, 0.3]}


def result(part: str, size: str, model: str, **measured: Any) -> dict[str, Any]:
    told = {"command": "python -m bench", "when": "2026-01-01T00:00:00+00:00", "commit": "abc", "machine": MACHINE, "versions": {}}
    return {"part": part, "size": size, "model": model, **told, **measured}


def by_key(*found: Mapping[str, Any]) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    return {(each["part"], each["size"], each["model"]): each for each in found}


@pytest.mark.parametrize("choose", [questions.mixed, questions.thai, questions.english])
def test_no_question_comes_twice_and_their_kinds_are_counted(choose: Any) -> None:
    mix = choose(CONTENT, 120)
    assert len(mix.questions) == len(set(mix.questions)) == 120
    assert sum(mix.counts.values()) == 120


def test_questions_are_the_same_in_every_run() -> None:
    assert questions.mixed(CONTENT, 50) == questions.mixed(CONTENT, 50)


def test_more_titles_than_documents_are_not_invented() -> None:
    number = len(list(CONTENT.glob("*/**/*.th.md")))
    assert 0 < len(questions.titles(CONTENT, 10_000)) <= number


def test_of_a_title_of_the_news_publisher_and_rubric_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "news/2020").mkdir(parents=True)
    (tmp_path / "news/2020/a.th.md").write_text("---\ntitle: รัฐบาลไทย-ข่าว-ขยะ-พลาสติก\n---\n\nก\n", "utf-8")
    assert list(questions.titled(tmp_path, 5)) == [("news/2020/a", "ขยะ-พลาสติก")]


def test_the_filter_takes_the_middle_third_of_the_dates(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    for month in range(1, 10):
        (tmp_path / f"news/{month}.th.md").write_text(f"---\ntitle: ก\ndate: 2021-0{month}-15\n---\n\nก\n", "utf-8")
    found = period.middle(tmp_path)
    (tmp_path / "news/0.th.md").write_text("---\ntitle: ก\ndate: 2546\n---\n\nก\n", "utf-8")
    assert (found.parameter, found.share) == ("&year=2021-04..2021-07", 0.44)
    assert period.middle(tmp_path).first == "2021-03"


@pytest.mark.parametrize(
    ("part", "size", "measured", "name", "met"),
    [
        ("change", "470k", {"visible_s": 1.0}, "change_visible_470k_s", True),
        ("change", "470k", {"visible_s": 1.1}, "change_visible_470k_s", False),
        ("throughput", "470k", {"passages_per_s": 2500.0}, "index_static_passages_per_s", True),
        ("throughput", "470k", {"passages_per_s": 2499.0}, "index_static_passages_per_s", False),
        ("load", "10k", {"rows": {"2 workers": {"requests_per_s": 401.0}}}, "http_rps_10k_2workers", True),
        ("peers", "10k", {"ratios": {"txtai": {"index": 2.9}}}, "txtai_index_ratio", False),
    ],
)
def test_a_promise_is_kept_or_not(part: str, size: str, measured: dict[str, Any], name: str, met: bool) -> None:
    kept = summary.kept(by_key(result(part, size, summary.STATIC, **measured)))
    assert kept[name].met is met
    told = summary.to_json(kept)
    assert told[name] == kept[name].value and told["how"][name]["met"] is met


def test_the_largest_collection_counts_where_a_promise_names_none() -> None:
    small, large = (
        result("peers", size, summary.STATIC, ratios={"txtai": {"index": value}}) for size, value in (("10k", 9.0), ("100k", 4.0))
    )
    assert summary.kept(by_key(small, large))["txtai_index_ratio"].value == 4.0


def test_what_was_not_measured_is_said() -> None:
    page = tables.page({}, [])
    assert page.count("not measured") == len(summary.PROMISES)
    assert summary.kept({}) == {} and json.dumps(summary.to_json({}))


def test_a_row_of_a_result_stands_in_the_page() -> None:
    row = {"p50_ms": 1.5, "p95_ms": 2.5, "p99_ms": 3.5, "count": 10, "memory": {"resident_mb": 99.0}}
    page = tables.page({}, [result("latency", "1k", "builtin", filter="year=2021", filter_share=0.5, rows={"hybrid": row})])
    assert "| hybrid | 1.5 | 2.5 | 3.5 | 10 | 99.0 |" in page and "python -m bench" in page


def test_percentiles_are_milliseconds() -> None:
    assert measures.milliseconds([0.001] * 99 + [1.0]) == {"p50_ms": 1.0, "p95_ms": 1.0, "p99_ms": 10.99, "count": 100}


def test_the_whole_is_compared_with_the_parts_that_must_be() -> None:
    times = {"search": [0.006, 0.006], "encode": [0.001, 0.001], "faiss": [0.001, 0.001], "bm25": [0.001, 0.001], "cut": [0.003, 0.003]}
    found = floor.compared(times)
    assert (found["over_floor"], found["over_floor_and_cutting"]) == (2.0, 1.0)


def test_a_process_that_prints_much_is_read_to_its_end(tmp_path: Path) -> None:
    environment = Collection("own", "builtin-static", CONTENT, tmp_path / "index").environment()
    ran = processes.run(["python3", "-c", "print('x' * 300_000)"], environment)
    assert len(ran.output.strip()) == 300_000
    with pytest.raises(RuntimeError, match="exit code 7"):
        processes.run(["python3", "-c", "raise SystemExit(7)"], environment)


def test_settings_of_the_shell_are_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KB_PORT", "1")
    environment = Collection("own", "builtin-static", CONTENT, tmp_path / "index").environment(KB_INDEX_DIR="other")
    assert "KB_PORT" not in environment
    assert environment["KB_INDEX_DIR"] == "other" and environment["KB_MODEL"] == "builtin-static"
