"""The transformer as an ONNX graph, written node by node: int8 weights, float activations quantised on the fly.

    input_ids int64 (batch, length) -> sentence_embedding float32 (batch, dim), rows of length 1

All texts of a batch have the same length: there is no padding and no mask, because padding would change the scale with which
activations are quantised, and with it the vectors. Dynamic quantisation as in the ONNX operators DynamicQuantizeLinear and MatMulInteger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 9
LEVELS = 127  # of int8, the same on both sides of zero
# Matrices are stored as uint8 around this zero point: ONNX Runtime's kernels for u8·u8 never saturate, while those for u8·s8 do
# on processors without VNNI, and vectors would differ from machine to machine.
ZERO = 128


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT encoder."""

    dim: int
    layers: int
    heads: int
    positions: int  # longest text in tokens
    epsilon: float  # of layer normalisation


@dataclass
class _Graph:
    nodes: list[Any] = field(default_factory=list)
    tensors: dict[str, Any] = field(default_factory=dict)

    def constant(self, name: str, value: Any) -> str:
        self.tensors.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        names = [f"{operator}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names


def quantise(weight: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric int8 with one scale along `axis`: weight ≈ values · scale."""
    other = tuple(i for i in range(weight.ndim) if i != axis)
    scale = np.maximum(np.abs(weight).max(axis=other, keepdims=True), 1e-12) / LEVELS
    values = np.clip(np.rint(weight / scale), -LEVELS, LEVELS).astype(np.int8)
    return values, scale.astype(np.float32)


def build(shape: Shape, weights: Mapping[str, NDArray[np.float32]], words: NDArray[np.float32]) -> onnx.ModelProto:
    """weights: a BERT state dict (names as in transformers' BertModel); words: float32 (vocabulary, dim), its word embeddings."""
    graph = _Graph()
    hidden = _embeddings(graph, shape, weights, words)
    for layer in range(shape.layers):
        hidden = _layer(graph, shape, weights, f"encoder.layer.{layer}", hidden)
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


def _embeddings(graph: _Graph, shape: Shape, weights: Mapping[str, NDArray[np.float32]], words: NDArray[np.float32]) -> str:
    values, scale = quantise(words, axis=0)
    rows = graph.add("Cast", graph.add("Gather", graph.constant("words", values), "input_ids"), to=TensorProto.FLOAT)
    scaled = graph.add("Mul", rows, graph.add("Gather", graph.constant("words.scale", scale), "input_ids"))
    # Every text is of token type 0: its row is added to the positions once and for all.
    positions = weights["embeddings.position_embeddings.weight"][: shape.positions] + weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.add("Slice", graph.add("Shape", "input_ids"), _int(graph, 1), _int(graph, 2), _int(graph, 0))
    places = graph.add("Slice", graph.constant("positions", positions), _int(graph, 0), length, _int(graph, 0))
    return _normalised(graph, shape, weights, "embeddings.LayerNorm", graph.add("Add", scaled, places))


def _int(graph: _Graph, value: int) -> str:
    return graph.constant(f"int.{value}", np.array([value], np.int64))


def _normalised(graph: _Graph, shape: Shape, weights: Mapping[str, NDArray[np.float32]], name: str, x: str) -> str:
    scale = graph.constant(f"{name}.weight", weights[f"{name}.weight"])
    bias = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    return str(graph.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=shape.epsilon))


def _linear(graph: _Graph, weights: Mapping[str, NDArray[np.float32]], name: str, x: tuple[str, str, str]) -> str:
    """x: (values, scale, zero point) of the quantised input."""
    values, scale = quantise(weights[f"{name}.weight"].T, axis=1)
    matrix = graph.constant(f"{name}.weight", (values.astype(np.int16) + ZERO).astype(np.uint8))
    zero = graph.constant("zero", np.uint8(ZERO))
    product = graph.add("Cast", graph.add("MatMulInteger", x[0], matrix, x[2], zero), to=TensorProto.FLOAT)
    both = graph.add("Mul", x[1], graph.constant(f"{name}.scale", scale.reshape(-1)))
    return str(graph.add("Add", graph.add("Mul", product, both), graph.constant(f"{name}.bias", weights[f"{name}.bias"])))


def _quantised(graph: _Graph, x: str) -> tuple[str, str, str]:
    values, scale, zero = graph.add("DynamicQuantizeLinear", x, outputs=3)
    return values, scale, zero


def _layer(graph: _Graph, shape: Shape, weights: Mapping[str, NDArray[np.float32]], name: str, x: str) -> str:
    attended = _linear(graph, weights, f"{name}.attention.output.dense", _quantised(graph, _attention(graph, shape, weights, name, x)))
    x = _normalised(graph, shape, weights, f"{name}.attention.output.LayerNorm", graph.add("Add", attended, x))
    inner = _gelu(graph, _linear(graph, weights, f"{name}.intermediate.dense", _quantised(graph, x)))
    outer = _linear(graph, weights, f"{name}.output.dense", _quantised(graph, inner))
    return _normalised(graph, shape, weights, f"{name}.output.LayerNorm", graph.add("Add", outer, x))


def _attention(graph: _Graph, shape: Shape, weights: Mapping[str, NDArray[np.float32]], name: str, x: str) -> str:
    size = shape.dim // shape.heads
    split = graph.constant("split", np.array([0, 0, shape.heads, size], np.int64))
    quantised = _quantised(graph, x)

    def heads(part: str, order: list[int]) -> str:
        whole = graph.add("Reshape", _linear(graph, weights, f"{name}.attention.self.{part}", quantised), split)
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
