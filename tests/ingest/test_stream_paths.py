"""From a main stream's address to where makers put the sub stream."""

import pytest

from consentry.ingest.stream_paths import sub_guesses


@pytest.mark.parametrize(
    ("main", "sub"),
    [
        ("rtsp://h/Streaming/Channels/101", "rtsp://h/Streaming/Channels/102"),
        ("rtsp://h:554/Streaming/channels/1601?x=1", "rtsp://h:554/Streaming/channels/1602?x=1"),
        (
            "rtsp://h/cam/realmonitor?channel=2&subtype=0",
            "rtsp://h/cam/realmonitor?channel=2&subtype=1",
        ),
        ("rtsp://h/h264Preview_01_main", "rtsp://h/h264Preview_01_sub"),
        ("rtsps://h:322/stream1", "rtsps://h:322/stream2"),
        ("rtsp://h/axis-media/media.amp", "rtsp://h/axis-media/media.amp?resolution=640x360"),
        ("rtsp://h/videoMain", "rtsp://h/videoSub"),
        ("rtsp://h/unicast/c1/s0/live", "rtsp://h/unicast/c1/s1/live"),
        ("rtsp://h/11", "rtsp://h/12"),
    ],
)
def test_each_maker_has_its_pattern(main: str, sub: str) -> None:
    """The likeliest guess is the maker's own."""
    assert sub_guesses(main)[0] == sub


def test_an_unknown_path_gives_no_guess() -> None:
    """Nothing is made up for a path that fits no pattern; the host name is never touched."""
    assert sub_guesses("rtsp://main.example:8554/garden") == ()
