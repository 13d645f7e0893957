"""What stays: sealed segment files, the encrypted database, and what reads or removes them.

Lifecycle of a recording: a recorder's ``SegmentWriter`` wants a key, the hub makes its row durable
(``segments.reserve``), units are appended to a file, the row is completed (``opened``, ``closed``).
``Footage`` reads back, ``export`` makes an MP4, ``retention`` and ``erase`` remove, ``recovery``
mends after a crash, ``check`` verifies the invariants of docs/design/invariants.md.
"""
