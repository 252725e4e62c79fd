"""A model trained on a slice: the loss falls, a stopped run ends where an uninterrupted one does, the export computes what was trained."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from raw_slice import data, teacher, wordnet

from kb.embedding import open_embedder
from training import build, development, examples, prepare, train
from training import data as raw
from training import wordnet as princeton
from training.alignment import ibm1
from training.batches import Batch, Batches, Mix, Targets
from training.teacher import encode
from training.vocabulary import choose

STEPS = 60
MIX = Mix(STEPS, tokens=512)
PLAN = train.Plan(STEPS, rows_rate=1e-2, body_rate=2e-3, checkpoint_every=10, measure_every=1000)
TEXTS = ["ลดขยะและน้ำ", "reduce waste and water", "แม่น้ำ city", "ป่า"]


@pytest.fixture(scope="module")
def work(data: Path, teacher: Path, wordnet: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    prepare.run(prepare.Inputs(data, data / "none.tsv", folder, teacher, words=200, workers=1, wordnet=wordnet))
    return folder


def begin(work: Path, teacher: Path) -> train.State:
    torch.manual_seed(3)
    return train.begin(build.start_model(work, teacher), PLAN, "cpu")


@pytest.fixture(scope="module")
def uninterrupted(work: Path, teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[train.State, Path]:
    folder = tmp_path_factory.mktemp("run")
    state = begin(work, teacher)
    train.run(state, Batches(work, MIX, 1), PLAN, folder, "cpu")
    return state, folder


def test_the_loss_falls(uninterrupted: tuple[train.State, Path], work: Path, teacher: Path) -> None:
    batch = Batches(work, MIX, 1).at(0)
    assert isinstance(batch, Targets)
    before, after = (float(train.targets_loss(state, batch, "cpu").detach()) for state in (begin(work, teacher), uninterrupted[0]))
    assert after < 0.9 * before


def test_the_log_tells_of_every_kind_of_batch(uninterrupted: tuple[train.State, Path]) -> None:
    lines = [json.loads(line) for line in (uninterrupted[1] / "log.jsonl").read_text("utf-8").splitlines()]
    assert {"loss targets", "loss news", "loss questions", "tokens/s", "to go"} <= set().union(*lines)


class Stopped(Exception):
    pass


class StoppingBatches(Batches):
    def at(self, step: int) -> Batch:
        if step == 37:
            raise Stopped
        return super().at(step)


def test_a_stopped_run_ends_where_an_uninterrupted_one_does(
    uninterrupted: tuple[train.State, Path], work: Path, teacher: Path, tmp_path: Path
) -> None:
    with pytest.raises(Stopped):
        train.run(begin(work, teacher), StoppingBatches(work, MIX, 1), PLAN, tmp_path, "cpu")
    torch.manual_seed(99)
    again = train.begin(build.start_model(work, teacher), PLAN, "cpu")
    train.run(again, Batches(work, MIX, 1), PLAN, tmp_path, "cpu")
    assert again.step == STEPS
    for name, value in train.trained(uninterrupted[0].model).items():
        torch.testing.assert_close(train.trained(again.model)[name], value, atol=1e-4, rtol=1e-3)


def test_english_text_keeps_the_vectors_of_the_teacher(uninterrupted: tuple[train.State, Path], work: Path, teacher: Path) -> None:
    ids = [[2, 5, 6, 3], [2, 7, 3]]
    ours = encode(uninterrupted[0].model, ids)
    np.testing.assert_allclose(ours, encode(build.start_model(work, teacher), ids), atol=1e-6)


def test_one_command_goes_from_raw_inputs_to_a_folder_that_embeds(data: Path, teacher: Path, wordnet: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    inputs = ["--data", data, "--teacher", teacher, "--wordnet", wordnet, "--glossary", tmp_path / "none.tsv"]
    inputs += ["--work", tmp_path / "work", "--out", out, "--words", 200, "--steps", 8, "--threads", 1, "--device", "cpu"]
    build.main([str(each) for each in inputs])
    trained = build.start_model(tmp_path / "work", teacher)
    state = train.begin(trained, PLAN, "cpu")
    state.restore(tmp_path / "work/run/checkpoint.pt")
    floats = build.embedder(trained, tmp_path / "work", 256, "cpu")(TEXTS)
    assert ((open_embedder(str(out)).passages(TEXTS) * floats).sum(axis=1) > 0.98).all()
    quality = json.loads((tmp_path / "work/quality.json").read_text("utf-8"))
    assert quality["float32"].keys() == {name for name in quality["int8"] if name != "news"}
    assert {name.split()[0] for name in quality["int8"]} == set(development.SETS)


def test_batches_depend_on_the_step_and_the_seed_alone(work: Path) -> None:
    one, other = Batches(work, MIX, 1), Batches(work, MIX, 1)
    for step in (0, 5, STEPS - 1):
        a, b = one.at(step), other.at(step)
        assert a.kind == b.kind
        first, second = (x.ids if isinstance(x, Targets) else x.passages for x in (a, b))
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(one.at(0).ids, one.at(1).ids)  # type: ignore[union-attr]


def test_a_loss_that_is_no_number_stops_the_run(work: Path, teacher: Path) -> None:
    state = begin(work, teacher)
    with torch.no_grad():
        state.model.thai.weight.fill_(float("nan"))  # type: ignore[union-attr]
    with pytest.raises(FloatingPointError, match="step 0"):
        train.step(state, Batches(work, MIX, 1).at(0), PLAN, "cpu")


def test_words_that_always_go_together_are_each_others_translation() -> None:
    found = ibm1([([0, 1], [10, 11]), ([0, 2], [10, 12]), ([1, 2], [11, 12])], iterations=20)
    best = {int(s): int(t) for s, t, p in zip(found.sources, found.targets, found.probabilities, strict=True) if p > 0.9}
    assert best == {0: 10, 1: 11, 2: 12}


def test_sources_kept_apart_and_dev_items_are_left_out(data: Path) -> None:
    assert {pair.source for pair in raw.pairs(data)} == {"md-lessons"}
    ids = [item.id for item in raw.news(data)]
    assert len(ids) == 22 and not {"gov-3", "gov-4"} & set(ids)
    assert next(raw.news(data)).title.startswith("เทศบาล")


def test_the_thai_wordnet_is_joined_by_offset(wordnet: Path) -> None:
    found = {synset.english: synset for synset in princeton.synsets(wordnet)}
    assert found["water", "H2O"].thai.count("น้ำ") == 1
    assert found["water", "H2O"].definition == "a clear liquid"
    assert found["water", "H2O"].examples == ("they see clean water and build a road",)
    assert "สะอาด" in found["clean",].thai


def test_switched_examples_take_the_word_of_their_own_synset() -> None:
    synset = wordnet_synset()
    made = list(examples.switched([synset], {"see": [("เห็น", 0.9)], "clean": [("สะอาด", 0.8)]}, np.random.default_rng(0)))
    assert [each.thai for each in made] == ["เห็น สะอาด น้ำ"]


def wordnet_synset() -> princeton.Synset:
    return princeton.Synset(("น้ำ",), ("water",), "a liquid that is drunk", ("see the clean waters",))


def test_a_vocabulary_holds_all_letters_and_no_more_words_than_asked() -> None:
    counts = {"ขยะ": 9, "น้ำ": 8, "มูลฝอย": 7, "เมือง": 3, "ป่า": 1}
    words = choose(counts, 25)  # type: ignore[arg-type]
    assert {"ขยะ", "น้ำ"} <= set(words) and len(words) <= 25
    assert all(letter in words for word in counts for letter in word)


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="parallel"):
        raw.pairs(tmp_path)
