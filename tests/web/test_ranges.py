"""Byte ranges of files that are made as they are sent."""

from hypothesis import given
from hypothesis import strategies as st

from consentry.web.ranges import ByteRange, byte_range, sliced


def test_ranges_as_browsers_send_them() -> None:
    """First-last, first-, and the last so many bytes are understood."""
    assert byte_range("bytes=0-1", size=100) == ByteRange(0, 1)
    assert byte_range("bytes=10-", size=100) == ByteRange(10, 99)
    assert byte_range("bytes=-10", size=100) == ByteRange(90, 99)
    assert byte_range("bytes=90-500", size=100) == ByteRange(90, 99)


def test_other_ranges_get_the_whole_file() -> None:
    """Several ranges, other units, nonsense and ranges beyond the end are not honoured."""
    for header in (None, "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=5-2", "bytes=100-", ""):
        assert byte_range(header, size=100) is None


@given(
    chunks=st.lists(st.binary(max_size=20), max_size=10),
    first=st.integers(0, 100),
    last=st.integers(0, 100),
)
def test_a_slice_is_exactly_its_bytes(chunks: list[bytes], first: int, last: int) -> None:
    """Wherever the chunks are cut, the slice holds the bytes from first to last."""
    whole = b"".join(chunks)
    assert b"".join(sliced(iter(chunks), ByteRange(first, last))) == whole[first : last + 1]
