"""Leave out of SSDLite what nobody asks it for: of its 90 classes the hub uses 18.

The class predictors are the dearest single layers of the network, and each class is a few columns
of their weights: without the others a look costs a tenth less and the scores left are the same.
"""

from collections.abc import Sequence

import numpy as np

from kit.tfjs import Array, Graph

_PREDICTORS = tuple(
    f"BoxPredictor_{number}/ClassPredictor/{part}"
    for number in range(6)
    for part in ("weights", "biases")
)
_COUNT = "BoxPredictor_0/stack_1/2"
"""How many classes the published graph has, with the background as class 0."""


def chosen(graph: Graph, classes: Sequence[int]) -> Graph:
    """Return the graph with scores for the background and ``classes`` (COCO ids), in that order."""
    count = int(graph.constants[_COUNT])
    columns = np.array([0, *classes])
    constants: dict[str, Array] = dict(graph.constants)
    for name in _PREDICTORS:
        published = graph.constants[name]
        by_class = published.reshape(*published.shape[:-1], -1, count)
        constants[name] = by_class[..., columns].reshape(*published.shape[:-1], -1)
    constants[_COUNT] = np.array(len(columns), graph.constants[_COUNT].dtype)
    return Graph(graph.nodes, constants)
