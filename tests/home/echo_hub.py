"""A hub for tests that only runs one echo child and prints its process id."""

import asyncio
import sys

from tests.home.echo import IMPATIENT, Echo, started


async def main() -> None:
    """Run until killed."""
    role = Echo()
    async with asyncio.TaskGroup() as tasks:
        child = await started(role, tasks, patience=IMPATIENT)
        sys.stdout.write(f"{child.pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
