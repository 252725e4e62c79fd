"""The export of a model made here: the graph computes what torch computes in floats, and the same inputs give the same bytes."""

from __future__ import annotations

import gzip
import json
import lzma
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizer

from kb.embedding import open_embedder
from kb.embedding.tokenizer import BilingualTokenizer
from training.export import SAMPLE, choose, count_words, export

DIM = 32
WORDS = ["ขยะ", "น้ำ", "เมือง", "ลด"]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "waste", "water", "city", "green", "##s"]
TEXTS = ["ลดขยะในเมือง", "green city", "wastes", "ขยะ water", "น้ำ " * 40, ""]


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with random weights."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("teacher")
    BertTokenizer(vocab={piece: i for i, piece in enumerate(PIECES)}).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=DIM,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=256,
        initializer_range=0.2,
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return np.random.default_rng(0).normal(scale=0.2, size=(len(WORDS), DIM)).astype(np.float32)


@pytest.fixture(scope="module")
def exported(teacher: Path, rows: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "model"
    export(rows, WORDS, teacher, folder)
    return folder


def in_floats(teacher: Path, rows: np.ndarray, ids: list[int]) -> np.ndarray:
    body = BertModel.from_pretrained(teacher, attn_implementation="eager").eval()
    words = torch.cat([body.embeddings.word_embeddings.weight, torch.from_numpy(rows)])
    with torch.no_grad():
        hidden = body(inputs_embeds=words[torch.tensor([ids])]).last_hidden_state
    return torch.nn.functional.normalize(hidden.mean(1))[0].numpy()


@pytest.mark.parametrize("text", TEXTS, ids=["Thai", "English", "pieces", "mixed", "long", "empty"])
def test_the_graph_computes_what_torch_computes(teacher: Path, rows: np.ndarray, exported: Path, text: str) -> None:
    ids = BilingualTokenizer(exported, 256).ids(text)
    ours = open_embedder(str(exported)).queries([text])[0]
    assert float(ours @ in_floats(teacher, rows, ids)) > 0.99
    assert abs(float(ours @ ours) - 1) < 1e-4


def test_vectors_of_different_texts_differ(exported: Path) -> None:
    vectors = open_embedder(str(exported)).passages(["ลดขยะ", "ขยะลด", "waste", "water"])
    assert (vectors @ vectors.T)[~np.eye(4, dtype=bool)].max() < 0.99


def test_the_same_inputs_give_the_same_bytes(teacher: Path, rows: np.ndarray, exported: Path, tmp_path: Path) -> None:
    export(rows, WORDS, teacher, tmp_path / "again")
    files = sorted(path.relative_to(exported) for path in exported.rglob("*") if path.is_file())
    assert len(files) >= 8
    assert [(tmp_path / "again" / name).read_bytes() for name in files] == [(exported / name).read_bytes() for name in files]


def test_other_rows_make_another_model(teacher: Path, rows: np.ndarray, exported: Path, tmp_path: Path) -> None:
    export(rows * 2, WORDS, teacher, tmp_path / "other")
    assert open_embedder(str(tmp_path / "other")).digest != open_embedder(str(exported)).digest


def test_words_have_ids_behind_the_pieces(exported: Path) -> None:
    tokenizer, first = BilingualTokenizer(exported, 256), len(PIECES)
    start, end = PIECES.index("[CLS]"), PIECES.index("[SEP]")
    assert tokenizer.ids("ลดขยะ") == [start, first + 3, first, end]
    assert tokenizer.ids("ขยะ WATER") == [start, first, PIECES.index("water"), end]
    assert tokenizer.ids("แมวขยะ") == [start, first, end], "letters that begin no known word are left out"


def test_words_are_counted_in_every_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("ขยะ\twaste\n", "utf-8")
    (tmp_path / "b.txt").write_text("ขยะ น้ำ\n", "utf-8")
    with gzip.open(tmp_path / "c.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("น้ำ\twater\n")
    with lzma.open(tmp_path / "d.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"body": "เมือง"}) + "\n" for _ in range(2 * SAMPLE))
    counts = count_words(sorted(tmp_path.iterdir()))
    assert {word: counts[word] for word in ("ขยะ", "น้ำ", "เมือง", "waste")} == {"ขยะ": 2, "น้ำ": 2, "เมือง": 2, "waste": 0}


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        pytest.param(1, [2], id="the most frequent"),
        pytest.param(2, [0, 2], id="in the order of the list"),
        pytest.param(3, [0, 1, 2], id="of unseen words the shortest"),
        pytest.param(9, [0, 1, 2, 3], id="all"),
    ],
)
def test_frequent_words_are_kept(keep: int, expected: list[int]) -> None:
    assert choose(["ขยะ", "น้ำ", "เมือง", "สิ่งแวดล้อม"], Counter({"ขยะ": 3, "เมือง": 5}), keep) == expected
