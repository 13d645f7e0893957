"""What a film announces of itself: a session description (RFC 4566)."""

from base64 import b64encode

from consentry.simcam.film import Film, Track
from consentry.simcam.nal import nal_type
from consentry.simcam.rtp import payload_type

_TELEPHONE = {"pcm_alaw": "PCMA", "pcm_mulaw": "PCMU", "g726": "G726-32"}
_HEVC_NAMES = {32: "sprop-vps", 33: "sprop-sps", 34: "sprop-pps"}


def describe(film: Film, address: str) -> bytes:
    """Return the SDP; track controls are ``track0``, ``track1``, relative to the camera's URL."""
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {address}",
        "s=Simulated camera",
        f"c=IN IP4 {address}",
        "t=0 0",
        "a=control:*",
    ]
    for number, track in enumerate(film.tracks):
        kind = payload_type(track.codec)
        lines += [
            f"m={track.kind} 0 RTP/AVP {kind}",
            f"a=rtpmap:{kind} {_encoding(track)}",
            *(f"a=fmtp:{kind} {parameters}" for parameters in _parameters(track)),
            f"a=control:track{number}",
        ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _encoding(track: Track) -> str:
    match track.codec:
        case "h264":
            return f"H264/{track.clock}"
        case "hevc":
            return f"H265/{track.clock}"
        case "aac":
            return f"MPEG4-GENERIC/{track.clock}/{track.channels}"
        case "opus":
            return "opus/48000/2"  # always so announced (RFC 7587 4.1)
        case codec:
            return f"{_TELEPHONE[codec]}/{track.clock}"


def _parameters(track: Track) -> list[str]:
    """Return the ``fmtp`` parameters, none or one line."""
    match track.codec:
        case "h264":
            sets = ",".join(b64encode(nal).decode() for nal in track.parameter_sets)
            profile = track.parameter_sets[0][1:4].hex().upper()
            return [f"packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={sets}"]
        case "hevc":
            named = (
                f"{_HEVC_NAMES[nal_type('hevc', nal)]}={b64encode(nal).decode()}"
                for nal in track.parameter_sets
            )
            return [";".join(named)]
        case "aac":
            mode = "mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3"
            return [f"streamtype=5;profile-level-id=1;{mode};config={track.config.hex().upper()}"]
        case "opus":
            return ["sprop-stereo=0"]
        case _:
            return []
