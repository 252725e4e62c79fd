"""Any sentence-transformers model, by name or folder (extra `models`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.embedding.tokenizer import without_surrogates
from kb.errors import Message, ModelError

BATCH = 32
DATA_ONLY = {"use_safetensors": True}  # weights as a pickle (pytorch_model.bin) are not opened
# The E5 family needs these, and most of its folders do not say so (Wang et al., arXiv 2402.05672).
E5 = re.compile(r"(^|[/_-])(multilingual-)?e5-", re.IGNORECASE)
E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class SentenceTransformerEmbedder:
    """See kb.embedding.Embedder. The prompts of the model for queries and documents are honoured."""

    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self._model = model
        self._prompts = _prompts(name, model)
        self.dim: int = int(model.get_embedding_dimension())
        self.max_tokens: int = int(model.max_seq_length or 512)
        self.digest = _digest(model, self._prompts)

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts, "query")

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts, "document")

    def count_tokens(self, text: str) -> int:
        tokenizer = self._model.tokenizer
        return len(tokenizer(self._prompts["document"] + without_surrogates(text), truncation=False, verbose=False)["input_ids"])

    def _embed(self, texts: Sequence[str], kind: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        encode = self._model.encode_query if kind == "query" else self._model.encode_document
        rows: NDArray[np.float32] = encode(
            [without_surrogates(text) for text in texts],
            prompt=self._prompts[kind],
            batch_size=BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        rows = np.asarray(rows, dtype=np.float32)
        if not np.isfinite(rows).all():
            raise _unusable(self.name, "gives vectors that are no numbers", "ให้เวกเตอร์ที่ไม่ใช่ตัวเลข")
        return rows


def load(name: str, threads: int) -> SentenceTransformerEmbedder:
    """Raises ModelError with the remedy: extra not installed, no such model, no network."""
    try:
        import sentence_transformers as library
        import torch
    except ImportError:
        raise ModelError(
            Message(
                f'{name}: this model needs the extra "models": pip install torch==2.13.0 "kb[models]". Or set KB_MODEL=builtin.',
                f'{name}: แบบจำลองนี้ต้องติดตั้งส่วนเสริม "models": pip install torch==2.13.0 "kb[models]" หรือตั้ง KB_MODEL=builtin',
            )
        ) from None
    torch.set_num_threads(threads)
    try:
        return SentenceTransformerEmbedder(name, _open(library, name))
    except Exception as fault:
        reason = str(fault).strip().splitlines()[0][:200] if str(fault).strip() else type(fault).__name__
        raise _unusable(name, f"cannot be loaded ({reason})", f"เปิดไม่ได้ ({reason})") from fault


def _open(library: Any, name: str) -> Any:
    """What is on this machine is taken without asking the network, which may be slow, absent, or hold another version."""
    try:
        return library.SentenceTransformer(name, device="cpu", local_files_only=True, model_kwargs=DATA_ONLY)
    except Exception:
        if Path(name).is_dir():
            raise
    return library.SentenceTransformer(name, device="cpu", model_kwargs=DATA_ONLY)


def _unusable(name: str, en: str, th: str) -> ModelError:
    return ModelError(
        Message(
            f"{name}: the model {en}. Check the name or folder; without internet the model must be on this machine already.",
            f"{name}: แบบจำลองนี้{th} โปรดตรวจชื่อหรือโฟลเดอร์ หากไม่มีอินเทอร์เน็ตต้องมีแบบจำลองอยู่ในเครื่องแล้ว",
        )
    )


def _prompts(name: str, model: Any) -> dict[str, str]:
    """The model's own prompts; models name the one for texts "document", "passage" or "corpus"."""
    own = {key: value for key, value in (model.prompts or {}).items() if value}
    if not own and E5.search(name):
        return E5_PROMPTS
    documents = (own[key] for key in ("document", "passage", "corpus") if key in own)
    return {"query": own.get("query", ""), "document": next(documents, "")}


def _digest(model: Any, prompts: dict[str, str]) -> str:
    """Weights, vocabulary, prompts and window: whatever the folder is called."""
    digest = hashlib.sha256(repr((sorted(prompts.items()), model.max_seq_length)).encode())
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key}{tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    vocabulary: dict[str, int] = getattr(model.tokenizer, "get_vocab", dict)()
    digest.update(repr(sorted(vocabulary.items())).encode())
    return digest.hexdigest()
