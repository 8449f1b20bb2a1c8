"""Send a notification in a process that ends, so that what it loads and what it waits for costs nobody."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio import subprocess

from .outcome import Outcome, Result

LIMIT_S = 30.0
"""for the process: 10 s for the server, the rest for a slow host to start Python"""
_PROGRAM = (sys.executable, "-m", "talkpace.notifications.program")
_LARGEST_OUTPUT = 4096
_KEEP = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""of the environment: no credential, and not the socket to systemd"""


async def send(address: str, title: str, text: str, *, limit_s: float = LIMIT_S) -> Outcome:
    """Send a text to an address; the process is ended after `limit_s`, or when this is cancelled."""
    request = json.dumps({"address": address, "title": title, "text": text})
    try:
        async with asyncio.timeout(limit_s):
            output = await _run(request.encode())
    except TimeoutError:
        return Outcome(Result.RETRY, f"it took longer than {limit_s:g} s")
    except OSError as error:
        return Outcome(Result.RETRY, f"no process can be started: {error.strerror}")
    try:
        answer = json.loads(output)
        return Outcome(Result(answer["result"]), str(answer["reason"]))
    except (ValueError, LookupError, TypeError):
        return Outcome(Result.RETRY, "the process that sends it has failed")


async def _run(request: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *_PROGRAM,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A traceback or a warning might have the address in it.
        stderr=subprocess.DEVNULL,
        env={key: value for key, value in os.environ.items() if key in _KEEP},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(request)
        process.stdin.close()
        output = await process.stdout.read(_LARGEST_OUTPUT)
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output
