"""Logging of every process: one line on stderr, and no secret in it."""

import logging

from consentry.model.secret import redact


class _Redacting(logging.Formatter):
    """Formats a record, tracebacks included, and takes credentials out of it."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def set_up_logging(level: int = logging.INFO) -> None:
    """Send everything from ``level`` up to stderr (under systemd: the journal)."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("libav").setLevel(logging.CRITICAL)
    for chatty in ("uvicorn", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
