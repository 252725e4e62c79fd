"""Any sentence-transformers model: a small one made here, with prompts of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import HashEmbedder, silent

from indexer.pipeline import build
from kb.embedding import open_embedder
from kb.errors import IndexMismatch, ModelError
from kb.knowledge_base import KnowledgeBase


def make_model(folder: Path, prompts: dict[str, str], seed: int = 0) -> str:
    """A tiny BERT with random weights over a vocabulary of letters, saved as a sentence-transformers folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(seed)
    letters = [chr(code) for code in [*range(33, 127), *range(0x0E01, 0x0E5C)]]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + letter for letter in letters)]
    base = folder / "base"
    base.mkdir(parents=True)
    BertTokenizer(vocab={token: i for i, token in enumerate(vocabulary)}, strip_accents=False).save_pretrained(base)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(base)
    transformer = Transformer(str(base))
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    model = SentenceTransformer(modules=[transformer, pooling], prompts=prompts, device="cpu")
    model.save(str(folder / "model"))
    return str(folder / "model")


def test_prompts_are_honoured(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    path = make_model(tmp_path, {"query": "ask: ", "passage": "text: "})
    embedder = open_embedder(path)
    plain = SentenceTransformer(path, device="cpu")
    expected = {
        "query": plain.encode(["ask: น้ำ"], normalize_embeddings=True)[0],
        "passage": plain.encode(["text: น้ำ"], normalize_embeddings=True)[0],
    }
    query, passage = embedder.queries(["น้ำ"])[0], embedder.passages(["น้ำ"])[0]
    np.testing.assert_allclose(query, expected["query"], atol=1e-5)
    np.testing.assert_allclose(passage, expected["passage"], atol=1e-5)
    assert float(query @ passage) < 0.999
    assert (embedder.dim, query.dtype) == (32, np.float32)
    assert embedder.count_tokens("abc") == len("text:") + len("abc") + 2


def test_the_e5_family_gets_its_prompts(tmp_path: Path) -> None:
    path = make_model(tmp_path / "multilingual-e5-tiny", {})
    embedder = open_embedder(path)
    assert float(embedder.queries(["น้ำ"])[0] @ embedder.passages(["น้ำ"])[0]) < 0.999


def test_other_weights_or_prompts_are_another_model(tmp_path: Path) -> None:
    first = open_embedder(make_model(tmp_path / "a", {"query": "q: "}))
    digests = {
        first.digest,
        open_embedder(make_model(tmp_path / "b", {"query": "q: "}, seed=1)).digest,
        open_embedder(make_model(tmp_path / "c", {"query": "other: "})).digest,
    }
    assert len(digests) == 3
    assert open_embedder(make_model(tmp_path / "d", {"query": "q: "})).digest == first.digest


def test_an_index_of_another_model_is_refused_with_the_command(tmp_path: Path, small_content: Path) -> None:
    path = make_model(tmp_path / "m", {})
    embedder = open_embedder(path)
    build(small_content, tmp_path / "index", embedder, silent)
    assert KnowledgeBase.open(tmp_path / "index", model=path).search("น้ำเสีย").total > 0
    assert KnowledgeBase.open(tmp_path / "index").manifest.model.name == path
    with pytest.raises(IndexMismatch, match=r"builtin.*kb index --rebuild"):
        KnowledgeBase.open(tmp_path / "index", model="builtin")
    with pytest.raises(IndexMismatch):
        KnowledgeBase.open(tmp_path / "index", embedder=HashEmbedder())


def test_the_command_works_with_any_model_and_refuses_to_mix(
    run_kb: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, small_content: Path
) -> None:
    where = {"content_dir": small_content, "index_dir": tmp_path / "index"}
    path = make_model(tmp_path / "m", {})
    assert run_kb("index", **where).returncode == 0
    refused = run_kb("search", "น้ำ", model=path, **where)
    assert refused.returncode == 3 and "kb index --rebuild" in refused.stderr
    made = json.loads(run_kb("index", "--json", model=path, **where).stdout)
    assert (made["reason"], made["reused"]) == ("model", 0)
    assert run_kb("search", "น้ำ", model=path, **where).returncode == 0
    assert run_kb("search", "น้ำ", **where).returncode == 3


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=str(tmp_path)):
        open_embedder(str(tmp_path))
    with pytest.raises(ModelError, match="nowhere"):
        open_embedder("/nowhere/model")


def test_weights_that_are_a_pickle_are_not_opened(tmp_path: Path) -> None:
    """Whatever a library thinks of them: to open one may run what is in it."""
    import torch

    path = Path(make_model(tmp_path, {}))
    (path / "model.safetensors").unlink()
    torch.save({}, path / "pytorch_model.bin")
    with pytest.raises(ModelError, match="safetensors"):
        open_embedder(str(path))
