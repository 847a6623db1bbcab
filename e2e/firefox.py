"""Starts Firefox for Playwright, which speaks WebDriver BiDi to it.

Playwright asks for more than the Firefox of a distribution knows yet: it wants to emulate media features before the
first page. What this Firefox does not know is answered here as done, and everything else is passed on; so the tests of
the signup, which need none of it, run in the Firefox that people have.
"""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import sys
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

LISTENS = re.compile(r"WebDriver BiDi listening on (ws://[^/\s]+)")


def wrapped(firefox: str, folder: Path) -> Path:
    """A program in ``folder`` that Playwright can start as if it were ``firefox``."""
    program = folder / "firefox"
    command = shlex.join([sys.executable, "-m", "e2e.firefox", firefox])
    program.write_text(f'#!/bin/sh\ncd {shlex.quote(str(Path(__file__).parent.parent))} && exec {command} "$@"\n')
    program.chmod(0o700)
    return program


async def _pass_on(here: ServerConnection, firefox: str) -> None:
    """Stand between Playwright and Firefox until one of them leaves."""
    async with connect(firefox, max_size=None, compression=None) as there:

        async def answers() -> None:
            async for message in there:
                said = json.loads(message)
                if said.get("error") == "unknown command":
                    message = json.dumps({"type": "success", "id": said["id"], "result": {}})
                await here.send(message)

        answering = asyncio.create_task(answers())
        try:
            async for message in here:
                await there.send(message)
        finally:
            answering.cancel()


async def run(command: list[str]) -> int:
    """Run Firefox, and let it say that it listens where the commands are passed on."""
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr
    address = ""

    async def meet(here: ServerConnection) -> None:
        assert here.request
        try:
            await _pass_on(here, address + here.request.path)
        except ConnectionClosed:
            return

    async with serve(meet, "127.0.0.1", 0, max_size=None, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        while line := (await firefox.stderr.readline()).decode(errors="replace"):
            if listens := LISTENS.search(line):
                address = listens[1]
                line = line.replace(address, f"ws://127.0.0.1:{port}")
            sys.stderr.write(line)
            sys.stderr.flush()
        return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1:])))
