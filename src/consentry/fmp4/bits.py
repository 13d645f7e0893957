"""Reading an RBSP bit by bit: ITU-T H.264 (08/2021) and H.265 (08/2021), clause 7.2 and 9.1/9.2."""

from consentry.model.errors import InputError

_LONGEST_GOLOMB = 32  # leading zero bits of the largest ue(v) either standard allows


class BitReader:
    """Bits of one NAL unit's payload, most significant first; InputError past the end."""

    def __init__(self, payload: bytes) -> None:
        """Take a payload as it came; emulation prevention (00 00 03 -> 00 00) is undone here."""
        rbsp = payload.replace(b"\x00\x00\x03", b"\x00\x00")
        self._value = int.from_bytes(rbsp, "big")
        self._left = 8 * len(rbsp)

    def bits(self, count: int) -> int:
        """Read u(count)."""
        self._left -= count
        if self._left < 0:
            message = "A parameter set of the video stream ends too early."
            raise InputError(message)
        return (self._value >> self._left) & ((1 << count) - 1)

    def flag(self) -> bool:
        """Read u(1)."""
        return self.bits(1) == 1

    def ue(self) -> int:
        """Read an unsigned Exp-Golomb code."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > _LONGEST_GOLOMB:
                message = "A parameter set of the video stream holds an impossible number."
                raise InputError(message)
        return (1 << zeros) - 1 + self.bits(zeros)

    def se(self) -> int:
        """Read a signed Exp-Golomb code."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)
