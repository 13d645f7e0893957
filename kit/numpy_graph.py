"""Evaluate a TensorFlow graph with numpy alone: the answer that the ONNX file must match.

Written from TensorFlow's definitions of the operations (NHWC, SAME padding), with nothing shared
with the converter, so that one mistake cannot hide in both. About 0.3 s for SSDLite.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from kit.tfjs import Array, Graph, Node, node_of


def evaluate(graph: Graph, inputs: Mapping[str, Array], outputs: Iterable[str]) -> list[Array]:
    """Return the values of ``outputs`` given those of ``inputs``."""
    values: dict[str, tuple[Array, ...]] = {name: (value,) for name, value in inputs.items()}

    def value(name: str) -> Array:
        node, _, index = name.partition(":")
        if node in graph.constants:
            return graph.constants[node]
        return values[node][int(index or 0)]

    for node in graph.between(inputs, outputs):
        result = _OPERATIONS[node.op](node, *(value(name) for name in node.inputs))
        values[node.name] = tuple(result) if isinstance(result, list) else (result,)
    return [value(node_of(name)) for name in outputs]


def _patches(node: Node, x: Array, kernel: tuple[int, int]) -> Array:
    """Return [batch, rows, columns, channels, kh, kw] windows of ``x`` under SAME padding."""
    strides = node.integers("strides")[1:3]
    pads = []
    for size, k, stride in zip(x.shape[1:3], kernel, strides, strict=True):
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        pads.append((total // 2, total - total // 2))
    padded = np.pad(x, ((0, 0), *pads, (0, 0)))
    return sliding_window_view(padded, kernel, axis=(1, 2))[:, :: strides[0], :: strides[1]]


def _conv(node: Node, x: Array, weights: Array) -> Array:
    patches = _patches(node, x, weights.shape[:2])
    result: Array = np.tensordot(patches, weights, axes=((4, 5, 3), (0, 1, 2)))
    return result


def _depthwise(node: Node, x: Array, weights: Array) -> Array:
    patches = _patches(node, x, weights.shape[:2])
    result: Array = np.einsum("nrcdkl,kldm->nrcdm", patches, weights)
    return result.reshape(*patches.shape[:3], -1)


def _batch_norm(node: Node, x: Array, *parameters: Array) -> Array:
    gamma, beta, mean, variance = parameters
    deviation: Array = np.sqrt(variance + np.float32(node.number("epsilon")))
    normal: Array = gamma * (x - mean) / deviation + beta
    return normal


def _strided_slice(node: Node, x: Array, begin: Array, _end: Array, _step: Array) -> Array:
    if node.integer("shrink_axis_mask") != 1 or x.ndim != 1:
        message = f"{node.name}: only picking one element of a shape is written."
        raise NotImplementedError(message)
    picked: Array = x[int(begin[0])]
    return picked


def _concat(_node: Node, *values: Array) -> Array:
    return np.concatenate(values[:-1], axis=int(values[-1]))


def _slice(_node: Node, x: Array, begin: Array, size: Array) -> Array:
    stop = np.where(size < 0, np.array(x.shape), begin + size)
    return x[tuple(slice(int(a), int(b)) for a, b in zip(begin, stop, strict=True))]


def _unpack(node: Node, x: Array) -> list[Array]:
    return list(np.moveaxis(x, node.integer("axis"), 0))


_OPERATIONS: dict[str, Callable[..., Array | list[Array]]] = {
    "Add": lambda _, a, b: a + b,
    "AddN": lambda _, *values: sum(values[1:], start=values[0]),
    "BiasAdd": lambda _, a, b: a + b,
    "ConcatV2": _concat,
    "Conv2D": _conv,
    "DepthwiseConv2dNative": _depthwise,
    "Exp": lambda _, a: np.exp(a),
    "FusedBatchNorm": _batch_norm,
    "Mul": lambda _, a, b: a * b,
    "Pack": lambda node, *values: np.stack(values, axis=node.integer("axis")),
    "Relu6": lambda _, a: np.clip(a, 0, 6),
    "Reshape": lambda _, a, shape: a.reshape(shape),
    "Shape": lambda _, a: np.array(a.shape, np.int32),
    "Sigmoid": lambda _, a: 1 / (1 + np.exp(-a)),
    "Slice": _slice,
    "Squeeze": lambda node, a: a.squeeze(axis=node.integers("squeeze_dims") or None),
    "StridedSlice": _strided_slice,
    "Sub": lambda _, a, b: a - b,
    "Tile": lambda _, a, times: np.tile(a, times),
    "Transpose": lambda _, a, order: a.transpose(order),
    "Unpack": _unpack,
}
