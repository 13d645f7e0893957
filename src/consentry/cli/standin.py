"""Stands in for a hub that does not run: serves its data folder from within the command."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from consentry import config as settings_file
from consentry.cli.command import CONTROL_SOCKET
from consentry.cli.passphrase import database_key_of
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.secret import Secret
from consentry.web.server import bind_control, serve


@asynccontextmanager
async def served(data: Path, passphrase: Secret | None) -> AsyncIterator[None]:
    """Serve the data folder on its control socket from within this process."""
    key = database_key_of(data, passphrase)
    async with Hub(settings_file.load(data), work=Work.NOTHING, database_key=key) as hub:
        with closing(bind_control(data / CONTROL_SOCKET)) as control:
            control.listen()
            serving = asyncio.create_task(serve(hub, sockets=[control]))
            try:
                yield
            finally:
                serving.cancel()
                await asyncio.wait((serving,))
                (data / CONTROL_SOCKET).unlink(missing_ok=True)
