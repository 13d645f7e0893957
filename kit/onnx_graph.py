"""Translate a TensorFlow graph to ONNX, operation by operation, with numpy and onnx only.

TensorFlow keeps channels last, ONNX convolutions want them first. A value that came out of a
convolution stays channels-first through the element-wise operations behind it and is turned back
only where an operation asks for TensorFlow's order, so SSDLite ends with 12 transposes, not 176.
Shapes are computed by ONNX nodes too; onnxruntime folds them when it loads the file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper, numpy_helper

from kit.tfjs import Array, Graph, Node

Attribute = int | float | str | Sequence[int]
_OPSET = 17
_IR_VERSION = 8
_TO_FIRST, _TO_LAST = (0, 3, 1, 2), (0, 2, 3, 1)
_IMAGE_RANK = 4


@dataclass(frozen=True, slots=True)
class Input:
    """What an input of the cut graph is called in the ONNX file, and its fixed shape."""

    name: str
    shape: tuple[int, ...]


def convert(graph: Graph, inputs: Mapping[str, Input], outputs: Mapping[str, str]) -> bytes:
    """Return the ONNX file of the part of ``graph`` between ``inputs`` and ``outputs``.

    ``outputs`` maps TensorFlow names to ONNX names. An output that a convolution made comes out
    channels-first. The bytes depend on the arguments alone.
    """
    translation = _Translation(graph)
    for name, given in inputs.items():
        translation.rename(name, given.name)
    for node in graph.between(inputs, outputs):
        _OPERATIONS[node.op](translation, node)
    for name, wanted in outputs.items():
        translation.emit("Identity", [translation.newest(name)], wanted)
    proto = helper.make_graph(
        translation.nodes,
        "consentry",
        [
            helper.make_tensor_value_info(i.name, onnx.TensorProto.FLOAT, i.shape)
            for i in inputs.values()
        ],
        [
            helper.make_tensor_value_info(wanted, onnx.TensorProto.FLOAT, None)
            for wanted in outputs.values()
        ],
        initializer=translation.initializers,
    )
    model = helper.make_model(
        proto,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="consentry-kit",
    )
    model = onnx.shape_inference.infer_shapes(model, data_prop=True)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString(deterministic=True)
    return data


class _Translation:
    """Collects ONNX nodes; knows for each TensorFlow value its ONNX name in either layout."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._last: dict[str, str] = {}  # TensorFlow value -> ONNX name, TensorFlow's layout
        self._first: dict[str, str] = {}  # the same for values that exist channels-first
        self._stored: dict[str, None] = {}

    def rename(self, value: str, name: str) -> None:
        self._last[value] = name

    def emit(self, op: str, inputs: Sequence[str], *outputs: str, **attributes: Attribute) -> None:
        node = helper.make_node(op, inputs, outputs, name=outputs[0])
        node.attribute.extend(helper.make_attribute(k, v) for k, v in attributes.items())
        self.nodes.append(node)

    def store(self, name: str, values: Array) -> str:
        """Keep a constant under ``name``, once. Integers become int64, ONNX's type for shapes."""
        if name not in self._stored:
            self._stored[name] = None
            wide = values.astype(np.int64) if values.dtype.kind == "i" else values
            self.initializers.append(numpy_helper.from_array(wide.copy(order="C"), name))
        return name

    def is_first(self, value: str) -> bool:
        return value in self._first

    def newest(self, value: str) -> str:
        """Return the value in the layout in which it was made."""
        return self._first.get(value) or self.last(value)

    def last(self, value: str) -> str:
        """Return the ONNX name of a value in TensorFlow's layout."""
        if value in self.graph.constants:
            return self.store(value, self.graph.constants[value])
        if value not in self._last:
            self._last[value] = f"{value}/last"
            self.emit("Transpose", [self._first[value]], self._last[value], perm=_TO_LAST)
        return self._last[value]

    def first(self, value: str) -> str:
        """Return the ONNX name of a value with channels first; constants are reshaped to fit."""
        if value in self.graph.constants:
            constant = self.graph.constants[value]
            shaped = constant.reshape(-1, 1, 1) if constant.ndim == 1 else constant
            if shaped.ndim == _IMAGE_RANK:
                shaped = shaped.transpose(_TO_FIRST)
            return self.store(f"{value}/first", shaped)
        if value not in self._first:
            self._first[value] = f"{value}/first"
            self.emit("Transpose", [self._last[value]], self._first[value], perm=_TO_FIRST)
        return self._first[value]

    def made(self, value: str, *, first: bool) -> str:
        """Announce a value that is about to be emitted, and return its ONNX name."""
        (self._first if first else self._last)[value] = value
        return value


def _simple(op: str) -> Callable[[_Translation, Node], None]:
    """Return the rule for an element-wise operation: it keeps the layout of what it gets."""

    def rule(t: _Translation, node: Node) -> None:
        first = any(t.is_first(value) for value in node.inputs)
        inputs = [t.first(value) if first else t.last(value) for value in node.inputs]
        t.emit(op, inputs, t.made(node.name, first=first))

    return rule


def _relu6(t: _Translation, node: Node) -> None:
    (value,) = node.inputs
    limits = [t.store(f"relu6/{v}", np.array(v, np.float32)) for v in (0, 6)]
    t.emit("Clip", [t.first(value), *limits], t.made(node.name, first=True))


def _conv(t: _Translation, node: Node) -> None:
    value, weights = node.inputs
    kernel = t.graph.constants[weights]  # [rows, columns, in, out]
    _emit_conv(t, node, value, kernel.transpose(3, 2, 0, 1), group=1)


def _depthwise(t: _Translation, node: Node) -> None:
    value, weights = node.inputs
    kernel = t.graph.constants[weights]  # [rows, columns, in, multiplier]
    rows, columns, channels, multiplier = kernel.shape
    shaped = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, rows, columns)
    _emit_conv(t, node, value, shaped, group=channels)


def _emit_conv(t: _Translation, node: Node, value: str, kernel: Array, *, group: int) -> None:
    if node.text("padding") != "SAME" or set(node.integers("dilations")) - {1}:
        message = f"{node.name}: only SAME padding without dilation is written."
        raise NotImplementedError(message)
    t.emit(
        "Conv",
        [t.first(value), t.store(f"{node.name}/kernel", kernel)],
        t.made(node.name, first=True),
        auto_pad="SAME_UPPER",
        strides=node.integers("strides")[1:3],
        kernel_shape=kernel.shape[2:],
        group=group,
    )


def _batch_norm(t: _Translation, node: Node) -> None:
    value, *parameters = node.inputs
    t.emit(
        "BatchNormalization",
        [t.first(value), *(t.last(p) for p in parameters)],
        t.made(node.name, first=True),
        epsilon=node.number("epsilon"),
    )


def _pack(t: _Translation, node: Node) -> None:
    axis = t.store(f"axis/{node.integer('axis')}", np.array([node.integer("axis")]))
    parts = []
    for index, value in enumerate(node.inputs):
        parts.append(f"{node.name}/part{index}")
        t.emit("Unsqueeze", [t.last(value), axis], parts[-1])
    t.emit("Concat", parts, t.made(node.name, first=False), axis=node.integer("axis"))


def _unpack(t: _Translation, node: Node) -> None:
    count, axis = node.integer("num"), node.integer("axis")
    names = [node.name if i == 0 else f"{node.name}:{i}" for i in range(count)]
    for index, name in enumerate(names):
        at = t.store(f"index/{index}", np.array(index))
        t.emit("Gather", [t.last(node.inputs[0]), at], t.made(name, first=False), axis=axis)


def _strided_slice(t: _Translation, node: Node) -> None:
    value, begin, *_ = node.inputs
    at = t.store(f"{node.name}/at", t.graph.constants[begin].reshape(()))
    t.emit("Gather", [t.last(value), at], t.made(node.name, first=False), axis=0)


def _concat(t: _Translation, node: Node) -> None:
    *values, axis = node.inputs
    inputs = [t.last(value) for value in values]
    t.emit("Concat", inputs, t.made(node.name, first=False), axis=int(t.graph.constants[axis]))


def _slice(t: _Translation, node: Node) -> None:
    value, begin, size = node.inputs
    start, length = (t.graph.constants[limit].astype(np.int64) for limit in (begin, size))
    stop = np.where(length < 0, np.iinfo(np.int64).max, start + length)
    limits = [t.store(f"{node.name}/start", start), t.store(f"{node.name}/stop", stop)]
    t.emit("Slice", [t.last(value), *limits], t.made(node.name, first=False))


def _squeeze(t: _Translation, node: Node) -> None:
    axes = t.store(f"{node.name}/axes", np.array(node.integers("squeeze_dims")))
    t.emit("Squeeze", [t.last(node.inputs[0]), axes], t.made(node.name, first=False))


def _transpose(t: _Translation, node: Node) -> None:
    value, order = node.inputs
    perm = [int(i) for i in t.graph.constants[order]]
    t.emit("Transpose", [t.last(value)], t.made(node.name, first=False), perm=perm)


def _in_last(op: str) -> Callable[[_Translation, Node], None]:
    """Return the rule for an operation that ONNX has too and that wants TensorFlow's layout."""

    def rule(t: _Translation, node: Node) -> None:
        inputs = [t.last(value) for value in node.inputs]
        t.emit(op, inputs, t.made(node.name, first=False))

    return rule


_OPERATIONS: dict[str, Callable[[_Translation, Node], None]] = {
    "Add": _simple("Add"),
    "AddN": _simple("Sum"),
    "BiasAdd": _simple("Add"),
    "ConcatV2": _concat,
    "Conv2D": _conv,
    "DepthwiseConv2dNative": _depthwise,
    "Exp": _simple("Exp"),
    "FusedBatchNorm": _batch_norm,
    "Mul": _simple("Mul"),
    "Pack": _pack,
    "Relu6": _relu6,
    "Reshape": _in_last("Reshape"),
    "Shape": _in_last("Shape"),
    "Sigmoid": _simple("Sigmoid"),
    "Slice": _slice,
    "Squeeze": _squeeze,
    "StridedSlice": _strided_slice,
    "Sub": _simple("Sub"),
    "Tile": _in_last("Tile"),
    "Transpose": _transpose,
    "Unpack": _unpack,
}
