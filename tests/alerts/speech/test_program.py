"""A program that renders, and what it may not do."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from talkpace.alerts.speech.errors import SpeechError
from talkpace.alerts.speech.program import run_program

from .wav_files import script


async def run(path: Path, body: str, text: str = "", *, timeout_s: float = 20) -> bytes:
    program = script(path / "program", body)
    return await run_program(
        [str(program)], text, remedy="mend it", timeout_s=timeout_s, most_bytes=1000, environ=os.environ
    )


async def test_the_text_is_a_line_of_its_input(tmp_path: Path) -> None:
    assert await run(tmp_path, "cat", "-f Grüße") == "-f Grüße\n".encode()


async def test_a_program_that_does_not_read_is_no_fault(tmp_path: Path) -> None:
    assert await run(tmp_path, "exec <&-; echo done", "x" * 1000) == b"done\n"


async def test_a_program_that_fails_is_reported_by_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="failed: no such voice") as error:
        await run(tmp_path, "echo hello >&2; echo no such voice >&2; exit 3")
    assert error.value.remedy == "mend it"


async def test_a_program_that_crashes_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="failed: exit status -11"):
        await run(tmp_path, "kill -SEGV $$")


async def test_a_program_that_is_not_there_is_reported() -> None:
    with pytest.raises(SpeechError, match=r"^no-such-program is not installed$"):
        await run_program(["no-such-program"], remedy="", timeout_s=20)


async def test_a_file_that_is_no_program_is_reported(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"x")
    with pytest.raises(SpeechError, match="cannot be started: Permission denied"):
        await run_program([str(tmp_path / "program")], remedy="", timeout_s=20)


async def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(SpeechError, match=r"took longer than 5 s"):
        await run(tmp_path, f"sleep 1000 & echo $! >{pids}; wait", timeout_s=5)
    child = int(pids.read_text(encoding="ascii"))
    async with asyncio.timeout(20):
        while is_running(child):  # noqa: ASYNC110 - until the kernel has ended it
            await asyncio.sleep(0)


def is_running(pid: int) -> bool:
    """A zombie, which its parent has not waited for, has no command line."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


async def test_a_program_that_writes_for_ever_is_killed(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="writes more than 1,000 bytes"):
        await run(tmp_path, "exec yes")


async def test_remarks_without_end_do_not_hold_up_a_program(tmp_path: Path) -> None:
    assert await run(tmp_path, "yes | head -c 1000000 >&2; echo done") == b"done\n"


async def test_a_program_gets_no_password_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKPACE_MQTT__PASSWORD", "secret")
    assert b"secret" not in await run(tmp_path, "env")


async def test_a_cancelled_run_leaves_no_process(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    task = asyncio.create_task(run(tmp_path, f"echo $$ >{pid}; exec sleep 1000"))
    while not pid.exists() or not pid.read_text(encoding="ascii"):  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text(encoding="ascii")), 0)
