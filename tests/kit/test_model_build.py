"""The detector is what its published package says, converted without loss, the same every time."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest

from consentry.model.errors import InputError
from consentry.vision.detector import ObjectDetector, built_weights
from kit import numpy_graph, onnx_graph, tfjs
from kit.build import CACHE, TARGET, BuildError, Model, build, parity
from kit.chosen_classes import chosen
from kit.evaluate import upper_bound
from kit.fetch import FetchError, npm_package

MODEL = next(Model.all())


@pytest.fixture(scope="module")
def package() -> Path:
    """Return the unpacked package; `make setup` left it in the cache, so this fetches nothing."""
    build(TARGET, CACHE)
    return npm_package(MODEL.package, MODEL.version, MODEL.integrity, cache=CACHE)


def test_the_built_file_says_what_it_is_made_from(package: Path) -> None:
    """Beside the detector stand its licence, its notice and the pins that made it."""
    source = json.loads((TARGET / "SOURCE.json").read_text())
    assert source["integrity"] == MODEL.integrity
    assert source["sha256"] == hashlib.sha256(built_weights().read_bytes()).hexdigest()
    assert "Apache License" in (TARGET / "LICENSE").read_text()
    assert MODEL.package in (TARGET / "NOTICE").read_text()
    assert (package / MODEL.member / "model.json").is_file()


def test_two_builds_are_byte_identical(package: Path, tmp_path: Path) -> None:
    """Building again from the same package gives the very same bytes."""
    build(tmp_path, CACHE)
    assert package.is_dir()
    assert (tmp_path / MODEL.output).read_bytes() == built_weights().read_bytes()


def test_the_detector_agrees_with_numpy(package: Path) -> None:
    """The built file in onnxruntime and numpy on the published graph give the same numbers."""
    graph = tfjs.load(package / MODEL.member)
    assert parity(graph, built_weights().read_bytes(), MODEL) < 2e-5


def test_parity_notices_one_wrong_weight(package: Path) -> None:
    """A single changed bias of the whole model is found by the comparison."""
    graph = tfjs.load(package / MODEL.member)
    name = "BoxPredictor_0/ClassPredictor/biases"
    spoilt = dict(graph.constants)
    spike = (np.arange(len(graph.constants[name])) == 1).astype(np.float32)
    spoilt[name] = graph.constants[name] + spike
    other = onnx_graph.convert(
        chosen(tfjs.Graph(graph.nodes, spoilt), MODEL.classes), MODEL.inputs, MODEL.outputs
    )
    assert parity(graph, other, MODEL) > 1e-3


def test_weights_with_other_classes_are_refused(package: Path, tmp_path: Path) -> None:
    """A file with all the published classes is named, with what to do, instead of misread."""
    graph = tfjs.load(package / MODEL.member)
    every = tmp_path / "every.onnx"
    every.write_bytes(onnx_graph.convert(graph, MODEL.inputs, MODEL.outputs))
    with pytest.raises(InputError, match=r"every\.onnx.*another version.*kit\.build"):
        ObjectDetector(every)


def test_an_up_to_date_build_touches_nothing(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second build only says that all is up to date."""
    assert package.is_dir()
    before = built_weights().stat().st_mtime_ns
    build(TARGET, CACHE)
    assert built_weights().stat().st_mtime_ns == before
    assert "up to date" in capsys.readouterr().out


def test_other_bytes_are_refused(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package whose bytes are not the pinned ones is thrown away and named."""
    monkeypatch.setenv("npm_config_offline", "true")
    assert package.is_dir()
    archive = CACHE / f"{MODEL.package}-{MODEL.version}.tgz"
    copy = tmp_path / archive.name
    copy.write_bytes(archive.read_bytes())
    wrong = "sha512-" + "A" * 86 + "=="
    with pytest.raises(FetchError, match=r"npm could not fetch|not what kit/models\.toml pins"):
        npm_package(MODEL.package, MODEL.version, wrong, cache=tmp_path)
    assert not copy.exists()


def node(name: str, op: str, *inputs: str, **attributes: object) -> dict[str, Any]:
    """Return a GraphDef node as TensorFlow.js writes it."""
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


def listed(*values: int) -> dict[str, Any]:
    """Return a list-of-integers attribute."""
    return {"list": {"i": [str(v) for v in values]}}


def little_model(folder: Path, stride: int, size: int) -> None:
    """Write a model of every kind of layer the detector has: 2 channels in, 3 numbers out."""
    random = np.random.default_rng(stride * 100 + size)
    weights: Mapping[str, np.ndarray[Any, Any]] = {
        "kernel": random.normal(size=(3, 3, 2, 4)).astype("<f4"),
        "bias": random.normal(size=4).astype("<f4"),
        "depth": random.normal(size=(3, 3, 4, 1)).astype("<f4"),
        "gamma": random.uniform(0.5, 2, 4).astype("<f4"),
        "beta": random.normal(size=4).astype("<f4"),
        "mean": random.normal(size=4).astype("<f4"),
        "variance": random.uniform(0.5, 2, 4).astype("<f4"),
        "shape": np.array([1, -1], "<i4"),
        "axis": np.array(1, "<i4"),
        "begin": np.array([0, 1], "<i4"),
        "length": np.array([-1, 3], "<i4"),
    }
    same = {"padding": {"s": [83, 65, 77, 69]}, "strides": listed(1, stride, stride, 1)}
    nodes = [
        *(node(name, "Const") for name in weights),
        node("x", "Placeholder"),
        node("conv", "Conv2D", "x", "kernel", **same),
        node("biased", "BiasAdd", "conv", "bias"),
        node("relu", "Relu6", "biased"),
        node("depthwise", "DepthwiseConv2dNative", "relu", "depth", **same),
        node(
            "normal",
            "FusedBatchNorm",
            "depthwise",
            "gamma",
            "beta",
            "mean",
            "variance",
            epsilon={"f": 0.001},
        ),
        node("twice", "AddN", "normal", "normal"),
        node("flat", "Reshape", "twice", "shape"),
        node("soft", "Sigmoid", "flat"),
        node("both", "ConcatV2", "flat", "soft", "axis"),
        node("y", "Slice", "both", "begin", "length"),
    ]
    manifest = [
        {
            "name": name,
            "shape": list(w.shape),
            "dtype": "int32" if w.dtype.kind == "i" else "float32",
        }
        for name, w in weights.items()
    ]
    model = {
        "modelTopology": {"node": nodes},
        "weightsManifest": [{"paths": ["a.bin"], "weights": manifest}],
    }
    (folder / "model.json").write_text(json.dumps(model))
    (folder / "a.bin").write_bytes(b"".join(w.tobytes() for w in weights.values()))


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", [7, 8, 19])
def test_converter_and_numpy_agree_on_any_size(tmp_path: Path, stride: int, size: int) -> None:
    """Odd and even sizes, strides 1 and 2: padding falls on the same side in both."""
    little_model(tmp_path, stride, size)
    graph = tfjs.load(tmp_path)
    data = onnx_graph.convert(
        graph, {"x": onnx_graph.Input("in", (1, size, size, 2))}, {"y": "out"}
    )
    x = np.random.default_rng(1).normal(size=(1, size, size, 2)).astype(np.float32)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (ours,) = session.run(["out"], {"in": x})
    (theirs,) = numpy_graph.evaluate(graph, {"x": x}, ["y"])
    assert ours.shape == theirs.shape == (1, 3)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_an_unknown_operation_stops_the_build(tmp_path: Path) -> None:
    """An operation nobody wrote is an error, never a silent guess."""
    little_model(tmp_path, 1, 8)
    graph = tfjs.load(tmp_path)
    nodes = {**graph.nodes, "relu": tfjs.Node("relu", "Selu", ("biased",), {})}
    with pytest.raises(KeyError, match="Selu"):
        onnx_graph.convert(
            tfjs.Graph(nodes, graph.constants),
            {"x": onnx_graph.Input("in", (1, 8, 8, 2))},
            {"y": "out"},
        )


def test_a_build_that_cannot_fetch_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without network and cache the build ends with one sentence that names the package."""
    monkeypatch.setenv("npm_config_offline", "true")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    with pytest.raises(BuildError, match=f"npm could not fetch {MODEL.package}"):
        build(tmp_path / "weights", tmp_path / "cache")


@pytest.mark.parametrize(
    ("count", "hours", "rate"), [(0, 1.0, 3.0), (0, 0.126, 23.8), (1, 1, 4.74)]
)
def test_the_bound_on_false_alarms(count: int, hours: float, rate: float) -> None:
    """No alarm in an hour still allows three an hour; one allows 4.7 (Poisson, 95 %)."""
    assert upper_bound(count, hours) == pytest.approx(rate, rel=0.01)
