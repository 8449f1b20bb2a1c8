"""A daemon in the test's process, asked over its control socket, and a radio with one strap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from talkpace.alerts.fake import FakeOutputs
from talkpace.clock import FastClock
from talkpace.config.layers import read_layers
from talkpace.config.load import validate_usable
from talkpace.control.client import ControlClient
from talkpace.service.app import Daemon
from talkpace.sources.bluetooth.radio import Device

from ..sources.bluetooth.fake_radio import FakeRadio

STRAP = "A0:9E:1A:00:00:01"


def household(folder: Path, *more: str, bluetooth: bool = False) -> Path:
    path = folder / "talkpace.toml"
    lines = [
        'node = { id = "gym" }',
        f"bluetooth = {{ enabled = {str(bluetooth).lower()} }}",
        f'store = {{ path = "{folder}/talkpace.db" }}',
        *more,
    ]
    path.write_text("\n".join(lines))
    return path


ANNA = 'athletes = [{ id = "anna", max_heart_rate = 180 }]'


@asynccontextmanager
async def daemon(configuration: Path) -> AsyncIterator[Callable[..., Any]]:
    """A daemon in this process; yields a function that calls a method in a thread."""
    folder = configuration.parent
    layers = read_layers(configuration, {}).with_settings(folder / "settings.toml")
    usable = validate_usable(layers)
    stop, ready, clock = asyncio.Event(), asyncio.Event(), FastClock(20)
    process = Daemon(
        usable.configuration,
        clock=clock,
        environ={},
        outputs=FakeOutputs(clock.monotonic_ms),
        layers=layers,
        problems=usable.problems,
    )
    task = asyncio.create_task(process.run(stop, ready))
    await ready.wait()

    def call(method: str, **params: Any) -> Any:
        with ControlClient.connect([folder / "control"], folder / "talkpace.db") as client:
            return client.call(method, **params)

    async def call_in_thread(method: str, **params: object) -> Any:
        while not (folder / "control").is_socket():  # noqa: ASYNC110 - it is made by a task
            await asyncio.sleep(0)
        return await asyncio.to_thread(call, method, **params)

    try:
        yield call_in_thread
    finally:
        stop.set()
        await task


async def until(call: Callable[..., Any], method: str, holds: Callable[[Any], Any]) -> Any:
    """Call a method until its result is as the test says."""
    while not holds(result := await call(method)):  # noqa: ASYNC110 - the daemon is asked again
        await asyncio.sleep(0)
    return result


class Air(FakeRadio):
    """A radio with one strap, which advertises in every scan and beats once it is subscribed to."""

    async def scan(self, on_advertisement: Any) -> Any:
        scan = await super().scan(on_advertisement)
        loop = asyncio.get_running_loop()
        loop.call_soon(self.advertise, STRAP, "Polar H10 12345678")
        return scan

    async def connect(self, device: Device) -> Any:
        link = await super().connect(device)
        subscribe = link.subscribe

        async def subscribe_and_beat(on_payload: Callable[[bytes], None], *, bonding: bool = False) -> None:
            await subscribe(on_payload, bonding=bonding)
            asyncio.get_running_loop().call_soon(link.beat, b"\x00\x50")

        link.subscribe = subscribe_and_beat  # type: ignore[method-assign]
        return link
