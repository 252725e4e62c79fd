"""The export of a model made here: the graph computes what torch computes in floats, and the same inputs give the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizer

from kb.embedding import open_embedder, tokenizer
from kb.embedding.tokenizer import BilingualTokenizer
from kb.embedding.torch_encoder import Encoder
from training.export import export

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
def vocabulary(teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vocabulary")
    shutil.copyfile(teacher / "tokenizer.json", folder / tokenizer.PIECES)
    (folder / tokenizer.WORDS).write_text("\n".join(WORDS) + "\n", "utf-8")
    return folder


def trained(teacher: Path, seed: int) -> Encoder:
    """The teacher with random Thai rows and corrections that change something."""
    torch.manual_seed(seed)
    model = Encoder.from_teacher(teacher, len(WORDS), rank=4).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.copy_(0.2 * torch.randn_like(parameter))
    return model


@pytest.fixture(scope="module")
def model(teacher: Path) -> Encoder:
    return trained(teacher, 1)


CALIBRATION = [[2, 5, 6, 3], [2, 10, 11, 13, 3], [2, 8, 7, 12, 11, 3]]


@pytest.fixture(scope="module")
def exported(model: Encoder, vocabulary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "model"
    export(model, vocabulary, CALIBRATION, folder)
    return folder


def in_floats(model: Encoder, ids: list[int]) -> np.ndarray:
    with torch.no_grad():
        return model(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.int64))[0].numpy()


def test_the_encoder_computes_what_transformers_computes(teacher: Path, model: Encoder) -> None:
    body, ids = BertModel.from_pretrained(teacher, attn_implementation="eager").eval(), [2, 5, 6, 8, 3]
    with torch.no_grad():
        theirs = torch.nn.functional.normalize(body(torch.tensor([ids])).last_hidden_state.mean(1))[0].numpy()
    np.testing.assert_allclose(in_floats(model, ids), theirs, atol=1e-5)


def test_corrections_act_on_texts_with_a_thai_word_alone(teacher: Path, model: Encoder) -> None:
    plain = Encoder.from_teacher(teacher, len(WORDS), rank=0).eval()
    with torch.no_grad():
        plain.thai.weight.copy_(model.thai.weight)  # type: ignore[union-attr]
    english, thai = [2, 5, 6, 3], [2, 5, len(PIECES), 3]
    np.testing.assert_allclose(in_floats(model, english), in_floats(plain, english), atol=1e-6)
    assert float(in_floats(model, thai) @ in_floats(plain, thai)) < 0.99


@pytest.mark.parametrize("text", TEXTS, ids=["Thai", "English", "pieces", "mixed", "long", "empty"])
def test_the_graph_computes_what_torch_computes(model: Encoder, exported: Path, text: str) -> None:
    ids = BilingualTokenizer(exported, 256).ids(text)
    ours = open_embedder(str(exported)).queries([text])[0]
    assert float(ours @ in_floats(model, ids)) > 0.99
    assert abs(float(ours @ ours) - 1) < 1e-4


def test_vectors_of_different_texts_differ(exported: Path) -> None:
    vectors = open_embedder(str(exported)).passages(["ลดขยะ", "ขยะลด", "waste", "water"])
    assert (vectors @ vectors.T)[~np.eye(4, dtype=bool)].max() < 0.99


def test_the_same_inputs_give_the_same_bytes(model: Encoder, vocabulary: Path, exported: Path, tmp_path: Path) -> None:
    export(model, vocabulary, CALIBRATION, tmp_path / "again")
    files = sorted(path.relative_to(exported) for path in exported.rglob("*") if path.is_file())
    assert len(files) >= 8
    assert [(tmp_path / "again" / name).read_bytes() for name in files] == [(exported / name).read_bytes() for name in files]


def test_other_weights_make_another_model(teacher: Path, vocabulary: Path, exported: Path, tmp_path: Path) -> None:
    export(trained(teacher, 2), vocabulary, CALIBRATION, tmp_path / "other")
    assert open_embedder(str(tmp_path / "other")).digest != open_embedder(str(exported)).digest


def test_words_have_ids_behind_the_pieces(exported: Path) -> None:
    ids, first = BilingualTokenizer(exported, 256).ids, len(PIECES)
    start, end = PIECES.index("[CLS]"), PIECES.index("[SEP]")
    assert ids("ลดขยะ") == [start, first + 3, first, end]
    assert ids("ขยะ WATER") == [start, first, PIECES.index("water"), end]
    assert ids("แมวขยะ") == [start, first, end], "letters that begin no known word are left out"
