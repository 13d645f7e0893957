"""Our fragmented MP4: init segments and one-access-unit fragments. Pure bytes in, bytes out.

FFmpeg's muxer holds a picture back until every announced track has spoken (measured: 10 s with a
silent audio track) and cannot write one access unit at a time; so this one is ours.
"""

from consentry.fmp4.audio import (
    AAC_FRAME,
    OPUS_RATE,
    aac_codec_string,
    aac_track,
    build_asc,
    opus_track,
    parse_asc,
)
from consentry.fmp4.avc import avc_codec_string, has_recovery_point
from consentry.fmp4.fragment import SAMPLE_OFFSET, fragment, fragment_head, retimed
from consentry.fmp4.hevc import broken_link, hevc_codec_string, leans_on_group_before
from consentry.fmp4.initial import init_segment
from consentry.fmp4.nal import annex_b, length_prefixed, nal_units, split_length_prefixed
from consentry.fmp4.video import (
    CODECS,
    ParameterSets,
    VideoCodec,
    hidden_border,
    parameter_sets,
    read_extradata,
    reorder_depth,
    video_codec,
    video_track,
)

__all__ = [
    "AAC_FRAME",
    "CODECS",
    "OPUS_RATE",
    "SAMPLE_OFFSET",
    "ParameterSets",
    "VideoCodec",
    "aac_codec_string",
    "aac_track",
    "annex_b",
    "avc_codec_string",
    "broken_link",
    "build_asc",
    "fragment",
    "fragment_head",
    "has_recovery_point",
    "hevc_codec_string",
    "hidden_border",
    "init_segment",
    "leans_on_group_before",
    "length_prefixed",
    "nal_units",
    "opus_track",
    "parameter_sets",
    "parse_asc",
    "read_extradata",
    "reorder_depth",
    "retimed",
    "split_length_prefixed",
    "video_codec",
    "video_track",
]
