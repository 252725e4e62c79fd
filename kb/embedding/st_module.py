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
from transformers import BertConfig, BertModel

from kb.embedding.builtin import GRAPH, MANIFEST, read_manifest
from kb.embedding.tokenizer import BilingualTokenizer


class BilingualTransformer(InputModule):  # type: ignore[misc]
    """Token embeddings of the built-in model; pooling and normalisation follow as modules of their own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        manifest = read_manifest(folder)
        self.folder = folder
        self.max_seq_length = int(manifest["max_tokens"])
        self.tokenizer = BilingualTokenizer(folder, self.max_seq_length)
        config = BertConfig(**json.loads((folder / "config.json").read_text("utf-8")))
        self.body = BertModel(config, add_pooling_layer=False)
        self.body.load_state_dict(_weights(folder / GRAPH), strict=False)
        self.body.eval()

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        rows = [self.tokenizer.ids((prompt or "") + text) for text in inputs]
        longest = max(map(len, rows))
        padded = [row + [0] * (longest - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
        return {"input_ids": torch.tensor(padded), "attention_mask": torch.tensor(mask)}

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        hidden = self.body(input_ids=features["input_ids"], attention_mask=features["attention_mask"])
        return {**features, "token_embeddings": hidden.last_hidden_state}

    def get_embedding_dimension(self) -> int:
        return int(self.body.config.hidden_size)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Copy the folder. Raises ValueError after training: int8 would round it away unseen, and `training.export` is the way."""
        if any(not torch.equal(value, self.body.state_dict()[name]) for name, value in _weights(self.folder / GRAPH).items()):
            raise ValueError("The weights were changed: write the folder with training.export")
        for name in (MANIFEST, "config.json", *read_manifest(self.folder)["files"]):
            shutil.copyfile(self.folder / name, Path(output_path) / name)

    @classmethod
    def load(cls, model_name_or_path: str, **_: Any) -> BilingualTransformer:
        return cls(Path(model_name_or_path))


def _weights(path: Path) -> dict[str, torch.Tensor]:
    """BertModel's state dict from the graph's int8 tensors and their scales."""
    tensors = {each.name: onnx.numpy_helper.to_array(each) for each in onnx.load(str(path)).graph.initializer}
    weights: dict[str, Any] = {name: tensors[name] for name in tensors if name.endswith((".bias", "LayerNorm.weight"))}
    for name in tensors:
        if name.startswith("encoder.") and name.endswith(".scale"):
            dense = name.removesuffix(".scale") + ".weight"
            weights[dense] = ((tensors[dense].astype(np.float32) - tensors["zero"]) * tensors[name]).T
    weights["embeddings.word_embeddings.weight"] = tensors["words"].astype(np.float32) * tensors["words.scale"]
    weights["embeddings.position_embeddings.weight"] = tensors["positions"]
    # The token type's row is already part of the positions.
    weights["embeddings.token_type_embeddings.weight"] = np.zeros((2, tensors["positions"].shape[1]), np.float32)
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in weights.items()}
