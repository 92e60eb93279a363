"""A program that starts a server which heeds nothing and starts another program, tells of both, and waits."""

import asyncio
import os
import sys

from glmdesk.desktop.guarded_child import guarded_child

SERVER = "trap '' TERM HUP INT; sleep 600 & echo $$ $!; wait; sleep 600"


async def main() -> None:
    async with guarded_child(["/bin/sh", "-c", SERVER], os.environ, line=lambda _line: None) as child:
        sys.stdout.write((await child.read()).decode())
        sys.stdout.flush()
        await asyncio.Event().wait()


asyncio.run(main())
