"""Write the built-in model's folder: words, encoder and tokenizer in one ONNX file and a few small ones.

The same model gives the same bytes: no date, path or random number enters the files.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kb.embedding import builtin, manifest, tokenizer
from kb.embedding.torch_encoder import POINTS, Encoder
from training import graph

POSITIONS = 256  # tokens; the teacher was trained on texts of at most 256
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "kb.embedding.st_module.BilingualTransformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]
ABSENT = -1.0  # no text of the calibration reached a channel


def export(model: Encoder, vocabulary: Path, texts: Sequence[Sequence[int]], out: Path) -> None:
    """vocabulary: folder of the tokenizer's files; texts: token ids of usual texts in both languages, on which activations are measured."""
    weights = {name: value.detach().float().cpu().numpy() for name, value in model.state_dict().items()}
    shape = graph.Shape(model.dim, len(model.layers), model.layers[0].heads, POSITIONS, model.norm.eps, model.english)
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(graph.build(shape, weights, largest_activations(model, texts)), str(out / builtin.GRAPH))
    for name in (tokenizer.PIECES, tokenizer.WORDS):
        shutil.copyfile(vocabulary / name, out / name)
    _write_json(out / "config.json", {**model.config, "max_position_embeddings": POSITIONS})
    _write_json(out / "modules.json", MODULES)
    _write_json(out / "config_sentence_transformers.json", {"prompts": {"query": "", "document": ""}, "similarity_fn_name": "cosine"})
    _write_json(out / "1_Pooling/config.json", {"word_embedding_dimension": shape.dim, "pooling_mode_mean_tokens": True})
    _write_json(out / "2_Normalize/config.json", {})
    manifest.write(out, builtin.LAYOUT, shape.dim, POSITIONS)


@torch.inference_mode()  # type: ignore[untyped-decorator]
def largest_activations(model: Encoder, texts: Sequence[Sequence[int]]) -> dict[str, NDArray[np.float32]]:
    """For each place where the graph quantises activations: the largest absolute value of every channel, float32 (width,)."""
    found: dict[str, Tensor] = defaultdict(lambda: torch.tensor(ABSENT))
    hooks = []
    for number, layer in enumerate(model.layers):
        for point, readers in POINTS.items():
            hooks.append(layer.matrices[readers[0]].register_forward_pre_hook(_recorder(found, f"layers.{number}.{point}")))
    for ids in texts:
        row = torch.tensor([list(ids)[:POSITIONS]])
        model(row, torch.ones_like(row))
    for hook in hooks:
        hook.remove()
    return {name: value.numpy() for name, value in found.items()}


def _recorder(found: dict[str, Tensor], name: str) -> Callable[[nn.Module, Any], None]:
    def record(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        found[name] = torch.maximum(found[name], inputs[0].abs().amax(dim=(0, 1)))

    return record


def _write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
