"""AAC and Opus as they are described in MP4: AudioSpecificConfig and dOps.

Sources: ISO/IEC 14496-3 1.6.2.1; "Encapsulation of Opus in ISO BMFF" 0.6.8, 4.3.2; RFC 6381.
"""

from dataclasses import dataclass

from consentry.fmp4.bits import BitReader
from consentry.model.errors import InputError
from consentry.model.media import AudioTrack

AAC_FRAME = 1024
"""Samples in one frame of AAC-LC."""

OPUS_RATE = 48000
"""Opus counts time at 48 kHz whatever was recorded."""

_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8)
_ESCAPE_TYPE = 31
_ESCAPE_RATE = 15


@dataclass(frozen=True, slots=True)
class AacConfig:
    """What an AudioSpecificConfig says; frames are counted at ``sample_rate``, the core's."""

    object_type: int
    sample_rate: int
    channels: int


def parse_asc(config: bytes) -> AacConfig:
    """Read an AudioSpecificConfig; InputError when it is cut short or names no rate."""
    reader = BitReader(config)
    object_type = reader.bits(5)
    if object_type == _ESCAPE_TYPE:
        object_type = 32 + reader.bits(6)
    index = reader.bits(4)
    rate = reader.bits(24) if index == _ESCAPE_RATE else _rate(index)
    layout = reader.bits(4)
    if layout >= len(_CHANNELS):
        message = "The audio stream names a channel layout that AAC does not have."
        raise InputError(message)
    return AacConfig(object_type, rate, _CHANNELS[layout] or 2)


def _rate(index: int) -> int:
    if index >= len(_RATES):
        message = "The audio stream names a sample rate that AAC does not have."
        raise InputError(message)
    return _RATES[index]


def build_asc(sample_rate: int, channels: int) -> bytes:
    """Return the two-byte AudioSpecificConfig of AAC-LC."""
    return ((2 << 11) | (_RATES.index(sample_rate) << 7) | (channels << 3)).to_bytes(2, "big")


def aac_codec_string(config: bytes) -> str:
    """Return RFC 6381's name, such as ``mp4a.40.2``."""
    return f"mp4a.40.{parse_asc(config).object_type}"


def aac_track(config: bytes) -> AudioTrack:
    """Describe an AAC track from its AudioSpecificConfig; the timescale is the sample rate."""
    parsed = parse_asc(config)
    rate = parsed.sample_rate
    return AudioTrack("aac", aac_codec_string(config), rate, config, rate, parsed.channels)


def opus_track(channels: int, *, pre_skip: int = 0, input_rate: int = OPUS_RATE) -> AudioTrack:
    """Describe an Opus track of one or two channels (mapping family 0); the timescale is 48000."""
    body = bytes((0, channels)) + pre_skip.to_bytes(2, "big") + input_rate.to_bytes(4, "big")
    body += b"\x00\x00\x00"  # output gain 0 dB, mapping family 0
    return AudioTrack("opus", "opus", OPUS_RATE, body, OPUS_RATE, channels)
