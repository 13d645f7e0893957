"""Pictures that carry their number through the encoder."""

import av

from consentry.bench.coded import PICTURES, coded_film


def test_numbers_survive_the_encoder() -> None:
    """Every picture's number is read back from its blocks."""
    track = coded_film(key_frame_s=2).tracks[0]
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    numbers = []
    for unit in (*track.units, None):
        data = b"".join(b"\0\0\0\1" + chunk for chunk in unit.chunks) if unit else None
        for frame in decoder.decode(av.Packet(data) if data else None):
            luma = frame.to_ndarray(format="gray")
            bits = [luma[16, 32 * place + 16] > 128 for place in range(16)]
            assert all(a != b for a, b in zip(bits[:8], bits[8:], strict=True))
            numbers.append(sum(bit << place for place, bit in enumerate(bits[:8])))
    assert numbers == list(range(PICTURES))
