"""The composition root: starts the processes, owns the stores, offers the ``Hub``."""
