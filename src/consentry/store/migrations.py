"""Numbered steps from one schema to the next: ``MIGRATIONS[n - 1]`` turns version n into n + 1.

``schema.sql`` is always the newest version whole. A step is never edited once released; whoever
adds the first keeps schema.sql of version 1 beside the tests and proves that both ways arrive at
the same schema.
"""

MIGRATIONS: tuple[str, ...] = ()
