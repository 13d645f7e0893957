"""A hub that something keeps from ending: ``python -m tests.cli.stuck_hub FOLDER loop|thread``."""

import asyncio
import sys
import time
from pathlib import Path

from consentry.cli.run import run_hub
from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work

FOR_EVER_S = 3600


def hang() -> None:
    """Never return."""
    sys.stdout.write("stuck\n")
    sys.stdout.flush()
    time.sleep(FOR_EVER_S)


async def stuck_loop(_hub: Hub) -> None:
    """Block the event loop, as a bug would."""
    hang()


async def stuck_thread(_hub: Hub) -> None:
    """Wait for a thread that waits for ever, as for a disk that does not answer."""
    await asyncio.to_thread(hang)


if __name__ == "__main__":
    hub = Hub(Config(data=Path(sys.argv[1]), port=0), work=Work.NOTHING)
    run_hub(hub, prepare={"loop": stuck_loop, "thread": stuck_thread}[sys.argv[2]])
