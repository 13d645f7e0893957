"""Numbered steps from one schema to the next: ``MIGRATIONS[n - 1]`` turns version n into n + 1.

``schema.sql`` is always the newest version whole; tests/store/test_database.py proves that the
steps from version 1 arrive at the same schema. A step is never edited once released.
"""

MIGRATIONS: tuple[str, ...] = ()
