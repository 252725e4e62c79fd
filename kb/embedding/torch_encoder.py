"""The built-in model as a torch module, for training and for sentence-transformers (extra `models`).

A BERT encoder whose body and English rows are those of the English teacher, frozen. New are one row a Thai word and low-rank corrections
of every matrix (LoRA: Hu et al., arXiv 2106.09685), which act on texts that hold a Thai word and on no others: English text keeps the
teacher's vectors, and the English side of a training pair can be computed once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

# A layer's matrices, named as in transformers' BertModel, with (input, output) sizes: the width of the model or of the inner layer.
MATRICES = {
    "attention.self.query": ("dim", "dim"),
    "attention.self.key": ("dim", "dim"),
    "attention.self.value": ("dim", "dim"),
    "attention.output.dense": ("dim", "dim"),
    "intermediate.dense": ("dim", "inner"),
    "output.dense": ("inner", "dim"),
}

# Where a layer's activations are quantised, and the matrices that read them there.
POINTS = {
    "attention_in": ("attention_self_query", "attention_self_key", "attention_self_value"),
    "attention_out": ("attention_output_dense",),
    "inner_in": ("intermediate_dense",),
    "inner_out": ("output_dense",),
}
SIZES = (
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_attention_heads",
    "num_hidden_layers",
    "max_position_embeddings",
    "layer_norm_eps",
)


class Corrected(nn.Module):  # type: ignore[misc]
    """y = x·Wᵀ + b + gate · (x·A)·B; W and b frozen, B starts at zero."""

    def __init__(self, inputs: int, outputs: int, rank: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(outputs), requires_grad=False)
        self.down = nn.Parameter(torch.randn(inputs, rank) * inputs**-0.5) if rank else None
        self.up = nn.Parameter(torch.zeros(rank, outputs)) if rank else None

    def forward(self, x: Tensor, gate: Tensor) -> Tensor:
        y = functional.linear(x, self.weight, self.bias)
        return y if self.down is None or self.up is None else y + (gate * (x @ self.down)) @ self.up


class Layer(nn.Module):  # type: ignore[misc]
    """A BERT layer, post-normalised (Devlin et al., arXiv 1810.04805)."""

    def __init__(self, config: dict[str, Any], rank: int) -> None:
        super().__init__()
        sizes = {"dim": config["hidden_size"], "inner": config["intermediate_size"]}
        self.heads = config["num_attention_heads"]
        self.matrices = nn.ModuleDict({_key(name): Corrected(sizes[a], sizes[b], rank) for name, (a, b) in MATRICES.items()})
        self.attention_norm = nn.LayerNorm(sizes["dim"], config["layer_norm_eps"])
        self.output_norm = nn.LayerNorm(sizes["dim"], config["layer_norm_eps"])

    def forward(self, x: Tensor, mask: Tensor | None, gate: Tensor) -> Tensor:
        def dense(name: str, value: Tensor) -> Tensor:
            return self.matrices[_key(name)](value, gate)

        query, key, value = (
            dense(f"attention.self.{part}", x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).flatten(2)
        x = self.attention_norm(x + dense("attention.output.dense", mixed))
        return self.output_norm(x + dense("output.dense", functional.gelu(dense("intermediate.dense", x))))


class Encoder(nn.Module):  # type: ignore[misc]
    """ids (batch, length), mask (batch, length) -> (batch, dim), rows of length 1: the mean of the last layer's tokens."""

    def __init__(self, config: dict[str, Any], thai_words: int, rank: int) -> None:
        super().__init__()
        kept = {name: config[name] for name in SIZES}
        self.config = {"model_type": "bert", **kept, "thai_words": thai_words, "correction_rank": rank}
        self.dim = int(config["hidden_size"])
        self.english = int(config["vocab_size"])  # ids below are word pieces, from here on Thai words
        self.pieces = nn.Embedding(self.english, self.dim)
        self.thai = nn.Embedding(thai_words, self.dim, sparse=True) if thai_words else None
        self.positions = nn.Parameter(torch.zeros(config["max_position_embeddings"], self.dim), requires_grad=False)
        self.norm = nn.LayerNorm(self.dim, config["layer_norm_eps"])
        self.layers = nn.ModuleList(Layer(config, rank) for _ in range(config["num_hidden_layers"]))
        for parameter in (*self.pieces.parameters(), *self.norm.parameters()):
            parameter.requires_grad = False
        for layer in self.layers:
            for parameter in (*layer.attention_norm.parameters(), *layer.output_norm.parameters()):
                parameter.requires_grad = False

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.tokens(ids, mask)
        weights = mask[:, :, None].to(x.dtype)
        return functional.normalize((x * weights).sum(1) / weights.sum(1), dim=-1)

    def tokens(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The last layer, (batch, length, dim)."""
        x, gate = self.embed(ids)
        x = self.norm(x + self.positions[: x.shape[1]].to(x.dtype))
        allowed = mask[:, None, None, :].bool()
        for layer in self.layers:
            x = layer(x, allowed, gate)
        return x

    def embed(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Rows of the tokens (batch, length, dim), and 1 where a text holds a Thai word (batch, 1, 1)."""
        thai = ids >= self.english
        x = self.pieces(ids.masked_fill(thai, 0))
        if self.thai is not None:
            places = thai.nonzero(as_tuple=True)
            x = x.index_put(places, self.thai(ids[places] - self.english).to(x.dtype))
        return x, thai.any(dim=1)[:, None, None].to(x.dtype)

    @classmethod
    def from_teacher(cls, folder: Path, thai_words: int = 0, rank: int = 0) -> Encoder:
        """folder: a BERT as transformers saves it (config.json, model.safetensors)."""
        config = json.loads((folder / "config.json").read_text("utf-8"))
        model = cls(config, thai_words, rank)
        weights = {name.removeprefix("bert."): value.float() for name, value in load_file(folder / "model.safetensors").items()}
        model.load_state_dict(_renamed(weights, len(model.layers)), strict=False)
        return model


def _key(name: str) -> str:
    return name.replace(".", "_")


def _renamed(weights: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    """A BertModel's state dict under this module's names."""
    named = {
        "pieces.weight": weights["embeddings.word_embeddings.weight"],
        # Every text is of token type 0: its row is part of the positions.
        "positions": weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0],
    }
    norms = {"norm": "embeddings.LayerNorm"}
    for layer in range(layers):
        norms[f"layers.{layer}.attention_norm"] = f"encoder.layer.{layer}.attention.output.LayerNorm"
        norms[f"layers.{layer}.output_norm"] = f"encoder.layer.{layer}.output.LayerNorm"
        for name in MATRICES:
            norms[f"layers.{layer}.matrices.{_key(name)}"] = f"encoder.layer.{layer}.{name}"
    return named | {f"{own}.{part}": weights[f"{theirs}.{part}"] for own, theirs in norms.items() for part in ("weight", "bias")}
