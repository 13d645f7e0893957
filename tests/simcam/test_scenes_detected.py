"""The demo's scenes through the hub's own detection: the visitors alert, nothing else does."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from consentry.cli.analyze import analyze
from consentry.simcam.garden import garden
from consentry.simcam.parlour import parlour
from consentry.simcam.scene import Happening, Scene
from consentry.vision.detector import ObjectDetector

FPS = 10


@pytest.fixture(scope="module")
def detector() -> ObjectDetector:
    """Load the detector once."""
    return ObjectDetector()


def filmed(scene: Scene, happenings: list[Happening], path: Path) -> Path:
    """Write what a scene's sub stream shows to a file."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.bit_rate = 400_000
        stream.options = {"preset": "ultrafast"}
        for happening in happenings:
            for number in range(happening.seconds * FPS):
                picture = Image.fromarray(scene.picture(happening, number / FPS)).reduce(2)
                frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("scene", "label"), [(garden, "person"), (parlour, "animal")], ids=["garden", "parlour"]
)
def test_the_visitor_and_only_the_visitor_alerts(
    scene: object, label: str, detector: ObjectDetector, tmp_path: Path
) -> None:
    """Plants, cloud and flicker raise nothing; who walks past is one alert of the right kind."""
    assert callable(scene)
    happenings = [
        Happening.CALM,
        Happening.CALM,
        Happening.CLOUD,
        Happening.FLICKER,
        Happening.CALM,
        Happening.VISIT,
        Happening.CALM,
    ]
    analysis = analyze(filmed(scene(), happenings, tmp_path / "scene.mp4"), detector)
    found = [(incident.label, incident.alert) for incident in analysis.incidents]
    assert found == [(label, True)]
    begins = sum(h.seconds for h in happenings[:5])
    assert begins <= analysis.incidents[0].start / 1e6 <= begins + Happening.VISIT.seconds / 2
