"""Log an unforeseen exception of a library without its text, which may quote a secret."""

import logging
import traceback


def log_bug(log: logging.Logger, what: str, error: Exception) -> None:
    """Log the exception's kind and where it came from; never its message or its cause's."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s at\n%s", what, type(error).__name__, where)
