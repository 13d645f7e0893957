"""The initialization segment: ftyp + moov, everything a player must know before the first fragment.

Sources: ISO/IEC 14496-12:2022 (moov, pasp), 14496-15:2019 (avc1, hvc1), 14496-14 (mp4a, esds),
"Encapsulation of Opus in ISO BMFF" 4.3.
"""

from collections.abc import Iterable

from consentry.fmp4.box import box, full_box, u16, u32
from consentry.fmp4.fragment import TRACK_ID
from consentry.model.errors import InputError
from consentry.model.media import AudioTrack, Init, TrackKind, VideoTrack

_IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_SAMPLE_ENTRY = bytes(6) + u16(1)  # reserved, data_reference_index
_TRACK_SHOWN = 7  # enabled, in movie, in preview
_UNDETERMINED = u16(0x55C4, 0)  # language "und"


def init_segment(init: Init, tracks: Iterable[TrackKind]) -> bytes:
    """Return ftyp + moov with the wanted tracks, video as track 1 and audio as track 2.

    A wanted audio track that ``init`` does not have is left out. InputError when nothing remains.
    """
    wanted = set(tracks)
    boxes: list[bytes] = []
    if TrackKind.VIDEO in wanted:
        boxes.append(_video_trak(init.video))
    if TrackKind.AUDIO in wanted and init.audio is not None:
        boxes.append(_audio_trak(init.audio))
    if not boxes:
        message = "There is no track to play."
        raise InputError(message)
    kinds = [kind for kind in TrackKind if kind in wanted][: len(boxes)]
    ftyp = box(b"ftyp", b"iso6", u32(0), b"iso6mp41")
    extends = [full_box(b"trex", 0, 0, u32(TRACK_ID[kind], 1, 0, 0, 0)) for kind in kinds]
    return ftyp + box(b"moov", _mvhd(), *boxes, box(b"mvex", *extends))


def _mvhd() -> bytes:
    times = u32(0, 0, 1000, 0)  # created, modified, timescale, duration (fragments tell)
    volume = u32(0x10000) + u16(0x100) + bytes(10)
    return full_box(b"mvhd", 0, 0, times, volume, _IDENTITY, bytes(24), u32(3))


def _video_trak(video: VideoTrack) -> bytes:
    pixel_width, pixel_height = video.sample_aspect
    shown = u32(round(video.width * pixel_width / pixel_height * 0x10000), video.height << 16)
    media_header = full_box(b"vmhd", 0, 1, bytes(8))
    handler = (b"vide", video.timescale, media_header)
    return _trak(TrackKind.VIDEO, shown, bytes(2), handler, _video_entry(video))


def _audio_trak(audio: AudioTrack) -> bytes:
    media_header = full_box(b"smhd", 0, 0, bytes(4))
    handler = (b"soun", audio.timescale, media_header)
    return _trak(TrackKind.AUDIO, u32(0, 0), u16(0x100), handler, _audio_entry(audio))


def _trak(
    kind: TrackKind, size: bytes, volume: bytes, handler: tuple[bytes, int, bytes], entry: bytes
) -> bytes:
    handler_type, timescale, media_header = handler
    tkhd = full_box(
        b"tkhd",
        0,
        _TRACK_SHOWN,
        u32(0, 0, TRACK_ID[kind], 0, 0, 0, 0),
        u16(0, 0),
        volume,
        bytes(2),
        _IDENTITY,
        size,
    )
    mdhd = full_box(b"mdhd", 0, 0, u32(0, 0, timescale, 0), _UNDETERMINED)
    hdlr = full_box(b"hdlr", 0, 0, u32(0), handler_type, bytes(12), b"Consentry\x00")
    dinf = box(b"dinf", full_box(b"dref", 0, 0, u32(1), full_box(b"url ", 0, 1)))
    stbl = box(
        b"stbl",
        full_box(b"stsd", 0, 0, u32(1), entry),
        full_box(b"stts", 0, 0, u32(0)),
        full_box(b"stsc", 0, 0, u32(0)),
        full_box(b"stsz", 0, 0, u32(0, 0)),
        full_box(b"stco", 0, 0, u32(0)),
    )
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", media_header, dinf, stbl)))


def _video_entry(video: VideoTrack) -> bytes:
    """Return avc1 or hvc1: parameter sets stand here only, never in samples."""
    match video.codec:
        case "h264":
            kind, record = b"avc1", box(b"avcC", video.extradata)
        case "hevc":
            kind, record = b"hvc1", box(b"hvcC", video.extradata)
        case _:
            message = f"{video.codec} video cannot be written to MP4."
            raise InputError(message)
    fields = bytes(16) + u16(video.width, video.height) + u32(0x480000, 0x480000, 0)
    fields += u16(1) + bytes(32) + u16(24, 0xFFFF)  # one frame, no name, 24 bit
    return box(kind, _SAMPLE_ENTRY, fields, record, box(b"pasp", u32(*video.sample_aspect)))


def _audio_entry(audio: AudioTrack) -> bytes:
    rate = audio.sample_rate << 16 if audio.sample_rate < 1 << 16 else 0
    fields = bytes(8) + u16(audio.channels, 16) + bytes(4) + u32(rate)
    match audio.codec:
        case "aac":
            return box(b"mp4a", _SAMPLE_ENTRY, fields, _esds(audio.extradata))
        case "opus":
            return box(b"Opus", _SAMPLE_ENTRY, fields, box(b"dOps", audio.extradata))
    message = f"{audio.codec} audio cannot be written to MP4."
    raise InputError(message)


def _esds(config: bytes) -> bytes:
    """Return the elementary stream descriptor of AAC (object type 0x40, audio stream)."""
    specific = _descriptor(0x05, config)
    decoder = _descriptor(0x04, bytes((0x40, 0x15)) + bytes(11), specific)
    return full_box(b"esds", 0, 0, _descriptor(0x03, bytes(3), decoder, _descriptor(0x06, b"\x02")))


def _descriptor(tag: int, *payload: bytes) -> bytes:
    """Return an MPEG-4 descriptor; ours all stay below the 128 bytes one length byte can say."""
    body = b"".join(payload)
    return bytes((tag, len(body))) + body
