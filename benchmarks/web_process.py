"""The page's process: memory, and CPU time with open pages, its own and what the daemon takes for it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import page_readers
from daemon_process import SETTLE_S, running_daemon, wait_for_notification
from processes import NotMeasuredError, cpu_s, disk_folder, environment, progress, rss_mb

from talkpace.storage.paths import PAGE
from talkpace.web.access_admin import AccessAdmin
from talkpace.web.access_file import AccessFile
from talkpace.web.access_state import View

ATHLETES = ("anna", "ben", "cleo")
PAGES = (1, 10, 50)
SECONDS = 30.0
HOST = "127.0.0.1"
_LIMIT_S = 30.0


def measure() -> dict[str, float]:
    """Three athletes with one value a second; memory before the first page, then 1, 10 and 50 pages.

    `daemon_cpu_percent` is what the daemon takes more, with 50 pages, than without a web process.
    """
    with disk_folder() as folder:
        port = free_port()
        configuration = _configuration(folder, port)
        with running_daemon(folder, configuration) as (daemon, notifications):
            wait_for_notification(notifications, "READY=1")
            time.sleep(SETTLE_S)
            with running_web_process(folder, configuration, port) as web:
                time.sleep(SETTLE_S)
                figures = {"web_rss_mb": rss_mb(web)}
                for pages in PAGES:
                    with open_pages(folder, port, pages):
                        percent, of_daemon = _percent(web, daemon)
                    progress(f"{pages:2} pages: {percent:.2f} % of a core, the daemon {of_daemon:.2f} %")
                    figures[f"web_cpu_percent_{pages}"] = percent
            (alone,) = _percent(daemon)  # last, as a daemon that has just started takes more
            progress(f"the daemon without a web process: {alone:.2f} %")
            figures["daemon_cpu_percent"] = of_daemon - alone
    return figures


def _percent(*processes: int) -> list[float]:
    """CPU time of processes in the next seconds, in percent of a core."""
    before, start_s = [cpu_s(process) for process in processes], time.monotonic()
    time.sleep(SECONDS)
    elapsed_s = time.monotonic() - start_s
    return [
        (cpu_s(process) - used_s) / elapsed_s * 100 for process, used_s in zip(processes, before, strict=True)
    ]


def _configuration(folder: Path, port: int) -> Path:
    file = folder / "talkpace.toml"
    athletes = ", ".join(f'{{ id = "{athlete}", max_heart_rate = 190 }}' for athlete in ATHLETES)
    sources = ", ".join(
        f'{{ kind = "virtual", athlete = "{athlete}", workout = "intervals", repeat = true, seed = {seed} }}'
        for seed, athlete in enumerate(ATHLETES)
    )
    file.write_text(
        f"""
        athletes = [{athletes}]
        sources = [{sources}]
        store = {{ path = "{folder}/talkpace.db" }}
        bluetooth = {{ enabled = false }}
        web = {{ enabled = true, listen = "{HOST}:{port}" }}
        """,
        encoding="utf-8",
    )
    return file


@contextmanager
def running_web_process(folder: Path, configuration: Path, port: int) -> Iterator[int]:
    """Run `talkpace web run` as nice as its unit does; yield its process id as soon as it listens."""
    command = ["nice", "-n5", sys.executable, "-m", "talkpace", "web", "run", "--config", str(configuration)]
    with subprocess.Popen(command, env=environment(folder), stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for_port(process, port)
            yield process.pid
        finally:
            process.terminate()


def _wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    end_s = time.monotonic() + _LIMIT_S
    while process.poll() is None and time.monotonic() < end_s:
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NotMeasuredError("the web process did not start")


def _cookie(folder: Path, port: int, name: str) -> str:
    """Sign in with a new read-only link."""
    link = AccessAdmin(AccessFile(folder / PAGE)).make_link(name, View())
    request = urllib.request.Request(
        f"http://{HOST}:{port}/api/link",
        json.dumps({"link": link}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return str(answer.headers["Set-Cookie"]).partition(";")[0]


@contextmanager
def open_pages(folder: Path, port: int, pages: int) -> Iterator[None]:
    """Open so many streams in a process of their own, with the rights of a read-only link."""
    cookie = _cookie(folder, port, f"{pages} pages")
    command = [sys.executable, page_readers.__file__, HOST, str(port), cookie, str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise NotMeasuredError("the pages could not be opened")
            yield
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
