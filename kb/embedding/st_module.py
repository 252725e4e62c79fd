"""The built-in model for sentence-transformers: the same folder, the same tokenizer, run by torch (extra `models`).

    SentenceTransformer("kb/models/builtin", trust_remote_code=True)

sentence-transformers asks for that consent because the module is not its own; what it runs is this file of the installed package,
nothing out of the folder.
The weights are read out of model.onnx and turned back into floats, so there is one file of weights for both run times.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from sentence_transformers.base.modules.input_module import InputModule

from kb.embedding.builtin import GRAPH, MANIFEST, read_manifest
from kb.embedding.tokenizer import BilingualTokenizer
from kb.embedding.torch_encoder import POINTS, Encoder


class BilingualTransformer(InputModule):  # type: ignore[misc]
    """Token embeddings of the built-in model; pooling and normalisation follow as modules of their own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        manifest = read_manifest(folder)
        self.folder = folder
        self.max_seq_length = int(manifest["max_tokens"])
        self.tokenizer = BilingualTokenizer(folder, self.max_seq_length)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.body = Encoder(config, config["thai_words"], config["correction_rank"])
        self.body.load_state_dict(_weights(folder / GRAPH, self.body.english))
        self.body.eval()

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        rows = [self.tokenizer.ids((prompt or "") + text) for text in inputs]
        longest = max(map(len, rows))
        padded = [row + [0] * (longest - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
        return {"input_ids": torch.tensor(padded), "attention_mask": torch.tensor(mask)}

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        return {**features, "token_embeddings": self.body.tokens(features["input_ids"], features["attention_mask"])}

    def get_embedding_dimension(self) -> int:
        return self.body.dim

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Copy the folder. Raises ValueError after training: int8 would round it away unseen, and `training.export` is the way."""
        if any(not torch.equal(value, self.body.state_dict()[name]) for name, value in self._kept().items()):
            raise ValueError("The weights were changed: write the folder with training.export")
        for name in (MANIFEST, "config.json", *read_manifest(self.folder)["files"]):
            shutil.copyfile(self.folder / name, Path(output_path) / name)

    def _kept(self) -> dict[str, torch.Tensor]:
        return _weights(self.folder / GRAPH, self.body.english)

    @classmethod
    def load(cls, model_name_or_path: str, **_: Any) -> BilingualTransformer:
        return cls(Path(model_name_or_path))


def _weights(path: Path, english: int) -> dict[str, torch.Tensor]:
    """Encoder's state dict from the graph's tensors. english: number of word pieces; the rows behind are Thai words."""
    tensors = {each.name: onnx.numpy_helper.to_array(each) for each in onnx.load(str(path)).graph.initializer}
    kept = (".bias", "norm.weight", ".down", ".up", "positions")
    weights: dict[str, Any] = {name: tensors[name].astype(np.float32) for name in tensors if name.endswith(kept)}
    for point, readers in POINTS.items():
        for name in (name for name in tensors if name.endswith(f".{point}.smooth")):
            layer = name.removesuffix(f".{point}.smooth")
            weights |= {
                f"{layer}.matrices.{reader}.weight": _matrix(tensors, f"{layer}.matrices.{reader}", tensors[name]) for reader in readers
            }
    rows = tensors["words"].astype(np.float32) * tensors["words.scale"]
    weights |= {"pieces.weight": rows[:english], "thai.weight": rows[english:]}
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in weights.items()}


def _matrix(tensors: dict[str, Any], name: str, smooth: Any) -> Any:
    """(outputs, inputs). The graph makes the activations smaller before it quantises them, and the matrix larger by as much."""
    return ((tensors[f"{name}.weight"].astype(np.float32) - tensors["zero"]) * tensors[f"{name}.scale"] * smooth[:, None]).T
