"""The encoder as an ONNX graph, written node by node: int8 weights, float activations quantised on the fly.

    input_ids int64 (batch, length) -> sentence_embedding float32 (batch, dim), rows of length 1

All texts of a batch have the same length: there is no padding and no mask, because padding would change the scale with which
activations are quantised, and with it the vectors. Dynamic quantisation as in the ONNX operators DynamicQuantizeLinear and MatMulInteger.
A few channels of the activations are many times larger than the rest and would take most of the 256 levels; they are made smaller and the
matrix behind them larger by the same factors (SmoothQuant: Xiao et al., arXiv 2211.10438).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kb.embedding.torch_encoder import POINTS

OPSET = 17
IR_VERSION = 9
LEVELS = 127  # of int8, the same on both sides of zero
# Matrices are stored as uint8 around this zero point: ONNX Runtime's kernels for u8·u8 never saturate, while those for u8·s8 do
# on processors without VNNI, and vectors would differ from machine to machine.
ZERO = 128
ALPHA = 0.7  # how much of the difficulty moves from the activations to the matrices

Arrays = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT encoder."""

    dim: int
    layers: int
    heads: int
    positions: int  # longest text in tokens
    epsilon: float  # of layer normalisation
    english: int  # ids below are word pieces, from here on Thai words


@dataclass
class _Graph:
    shape: Shape
    weights: Arrays
    largest: Arrays  # see build
    nodes: list[Any] = field(default_factory=list)
    tensors: dict[str, Any] = field(default_factory=dict)
    gate: str = ""

    def constant(self, name: str, value: Any) -> str:
        self.tensors.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        names = [f"{operator}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def integer(self, value: int) -> str:
        return self.constant(f"int.{value}", np.array([value], np.int64))


def quantise(weight: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric int8 with one scale along `axis`: weight ≈ values · scale."""
    other = tuple(i for i in range(weight.ndim) if i != axis)
    scale = np.maximum(np.abs(weight).max(axis=other, keepdims=True), 1e-12) / LEVELS
    values = np.clip(np.rint(weight / scale), -LEVELS, LEVELS).astype(np.int8)
    return values, scale.astype(np.float32)


def build(shape: Shape, weights: Arrays, largest: Arrays) -> onnx.ModelProto:
    """weights: the state dict of kb.embedding.torch_encoder.Encoder; largest: for each "layers.<n>.<point>" the largest absolute value
    that each channel has on usual texts, (width,)."""
    graph = _Graph(shape, weights, largest)
    hidden = _embeddings(graph)
    for layer in range(shape.layers):
        hidden = _layer(graph, f"layers.{layer}", hidden)
    pooled = graph.add("ReduceMean", hidden, axes=[1], keepdims=0)
    norm = graph.add("ReduceL2", pooled, axes=[1], keepdims=1)
    floor = graph.constant("tiny", np.float32(1e-12))
    graph.nodes.append(helper.make_node("Div", [pooled, graph.add("Max", norm, floor)], ["sentence_embedding"]))
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "length"])
    out = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", shape.dim])
    body = helper.make_graph(graph.nodes, "bilingual", [ids], [out], list(graph.tensors.values()))
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="kb")
    onnx.checker.check_model(model)
    return model


def _embeddings(graph: _Graph) -> str:
    shape, weights = graph.shape, graph.weights
    values, scale = quantise(np.concatenate([weights["pieces.weight"], weights["thai.weight"]]), axis=0)
    rows = graph.add("Cast", graph.add("Gather", graph.constant("words", values), "input_ids"), to=TensorProto.FLOAT)
    scaled = graph.add("Mul", rows, graph.add("Gather", graph.constant("words.scale", scale), "input_ids"))
    positions = weights["positions"][: shape.positions]
    length = graph.add("Slice", graph.add("Shape", "input_ids"), graph.integer(1), graph.integer(2), graph.integer(0))
    places = graph.add("Slice", graph.constant("positions", positions), graph.integer(0), length, graph.integer(0))
    graph.gate = _gate(graph)
    return _normalised(graph, "norm", graph.add("Add", scaled, places))


def _gate(graph: _Graph) -> str:
    """1 for each text that holds a Thai word, (batch, 1, 1)."""
    thai = graph.add("GreaterOrEqual", "input_ids", graph.integer(graph.shape.english))
    found = graph.add("ReduceMax", graph.add("Cast", thai, to=TensorProto.FLOAT), axes=[1], keepdims=1)
    return str(graph.add("Unsqueeze", found, graph.integer(2)))


def _normalised(graph: _Graph, name: str, x: str) -> str:
    scale, bias = (graph.constant(f"{name}.{part}", graph.weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return str(graph.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=graph.shape.epsilon))


@dataclass(frozen=True, slots=True)
class _Quantised:
    """Activations as floats, and their smoothed uint8 form."""

    floats: str
    smooth: NDArray[np.float32]  # (width,) by which the activations were multiplied
    values: str
    scale: str
    zero: str


def _quantised(graph: _Graph, layer: str, point: str, x: str) -> _Quantised:
    matrices = np.concatenate([np.abs(graph.weights[f"{layer}.matrices.{name}.weight"]) for name in POINTS[point]])
    activations = np.maximum(graph.largest[f"{layer}.{point}"], 1e-6)
    factor = np.maximum(matrices.max(axis=0), 1e-6) ** (1 - ALPHA) / activations**ALPHA
    smooth = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
    smaller = graph.add("Mul", x, graph.constant(f"{layer}.{point}.smooth", smooth))
    return _Quantised(x, smooth, *graph.add("DynamicQuantizeLinear", smaller, outputs=3))


def _linear(graph: _Graph, layer: str, name: str, x: _Quantised) -> str:
    name = f"{layer}.matrices.{name}"
    values, scale = quantise(graph.weights[f"{name}.weight"].T / x.smooth[:, None], axis=1)
    matrix = graph.constant(f"{name}.weight", (values.astype(np.int16) + ZERO).astype(np.uint8))
    zero = graph.constant("zero", np.uint8(ZERO))
    product = graph.add("Cast", graph.add("MatMulInteger", x.values, matrix, x.zero, zero), to=TensorProto.FLOAT)
    both = graph.add("Mul", x.scale, graph.constant(f"{name}.scale", scale.reshape(-1)))
    y = graph.add("Add", graph.add("Mul", product, both), graph.constant(f"{name}.bias", graph.weights[f"{name}.bias"]))
    return str(graph.add("Add", y, _correction(graph, name, x.floats))) if f"{name}.down" in graph.weights else str(y)


def _correction(graph: _Graph, name: str, x: str) -> str:
    """gate · (x·down)·up in half-precision weights, which ONNX Runtime turns into floats once, when it loads them."""
    down, up = (
        graph.add("Cast", graph.constant(f"{name}.{part}", graph.weights[f"{name}.{part}"].astype(np.float16)), to=TensorProto.FLOAT)
        for part in ("down", "up")
    )
    return str(graph.add("MatMul", graph.add("Mul", graph.add("MatMul", x, down), graph.gate), up))


def _layer(graph: _Graph, layer: str, x: str) -> str:
    mixed = _quantised(graph, layer, "attention_out", _attention(graph, layer, x))
    x = _normalised(graph, f"{layer}.attention_norm", graph.add("Add", _linear(graph, layer, "attention_output_dense", mixed), x))
    inner = _gelu(graph, _linear(graph, layer, "intermediate_dense", _quantised(graph, layer, "inner_in", x)))
    outer = _linear(graph, layer, "output_dense", _quantised(graph, layer, "inner_out", inner))
    return _normalised(graph, f"{layer}.output_norm", graph.add("Add", outer, x))


def _attention(graph: _Graph, layer: str, x: str) -> str:
    shape = graph.shape
    size = shape.dim // shape.heads
    split = graph.constant("split", np.array([0, 0, shape.heads, size], np.int64))
    quantised = _quantised(graph, layer, "attention_in", x)

    def heads(part: str, order: list[int]) -> str:
        whole = graph.add("Reshape", _linear(graph, layer, f"attention_self_{part}", quantised), split)
        return str(graph.add("Transpose", whole, perm=order))

    query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
    scale = graph.constant("attention.scale", np.float32(size**-0.5))
    scores = graph.add("Softmax", graph.add("Mul", graph.add("MatMul", query, key), scale), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", scores, value), perm=[0, 2, 1, 3])
    return str(graph.add("Reshape", mixed, graph.constant("merge", np.array([0, 0, shape.dim], np.int64))))


def _gelu(graph: _Graph, x: str) -> str:
    root = graph.constant("sqrt2", np.float32(2**0.5))
    erf = graph.add("Add", graph.add("Erf", graph.add("Div", x, root)), graph.constant("one", np.float32(1)))
    return str(graph.add("Mul", graph.add("Mul", x, erf), graph.constant("half", np.float32(0.5))))
