"""Read a TensorFlow.js graph model: ``model.json`` (a GraphDef in JSON) and its weight shards."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_DTYPES = {"float32": np.dtype("<f4"), "int32": np.dtype("<i4")}


@dataclass(frozen=True, slots=True)
class Node:
    """One operation. ``inputs`` are value names: ``node`` or ``node:2`` for a later output."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def integer(self, name: str, default: int = 0) -> int:
        """Return an integer attribute."""
        return int(self.attributes.get(name, {}).get("i", default))

    def integers(self, name: str) -> tuple[int, ...]:
        """Return a list-of-integers attribute, empty when absent."""
        return tuple(int(i) for i in self.attributes.get(name, {}).get("list", {}).get("i", ()))

    def number(self, name: str) -> float:
        """Return a float attribute."""
        return float(self.attributes[name]["f"])

    def text(self, name: str) -> str:
        """Return a string attribute: TF.js writes base64, or a list of byte values."""
        raw = self.attributes[name]["s"]
        return (base64.b64decode(raw) if isinstance(raw, str) else bytes(raw)).decode()


@dataclass(frozen=True, slots=True)
class Graph:
    """A model: its nodes by name and its constants by name."""

    nodes: Mapping[str, Node]
    constants: Mapping[str, Array]

    def between(self, inputs: Iterable[str], outputs: Iterable[str]) -> Iterator[Node]:
        """Yield the nodes needed to get from ``inputs`` to ``outputs``, each after what it needs.

        Constants are not yielded. The order follows the graph alone, so it is the same every time.
        """
        done = set(inputs)
        stack = [(name, False) for name in reversed(tuple(outputs))]
        while stack:
            name, ready = stack.pop()
            if name in done or name in self.constants:
                continue
            node = self.nodes[name]
            if ready:
                done.add(name)
                yield node
                continue
            stack.append((name, True))
            stack.extend((node_of(value), False) for value in reversed(node.inputs))


def node_of(value: str) -> str:
    """Return the node that makes a value: ``a/b:2`` is made by ``a/b``."""
    return value.partition(":")[0]


def load(folder: Path) -> Graph:
    """Read ``model.json`` and the shards it names."""
    model = json.loads((folder / "model.json").read_text())
    nodes = {
        item["name"]: Node(item["name"], item["op"], tuple(item["input"]), item.get("attr", {}))
        for item in model["modelTopology"]["node"]
    }
    constants: dict[str, Array] = {}
    for group in model["weightsManifest"]:
        data = b"".join((folder / shard).read_bytes() for shard in group["paths"])
        offset = 0
        for weight in group["weights"]:
            dtype = _DTYPES[weight["dtype"]]
            count = int(np.prod(weight["shape"], dtype=np.int64))
            values = np.frombuffer(data, dtype, count, offset)
            constants[weight["name"]] = values.reshape(weight["shape"])
            offset += values.nbytes
    return Graph(nodes, constants)
