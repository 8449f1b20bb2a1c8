# Runs only in the guest, with the packages installed there.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN003, ANN201, ANN204
"""Virtual Bluetooth adapters for the kernel (/dev/vhci), and virtual straps within their range.

    virtual_straps.py SOCKET [ADAPTER-ADDRESS...]

A request is a JSON object on one line of the Unix socket with the command in "do"; the response is a JSON
object on one line, with "error" if the command failed. Commands are the methods named `do_...`; those for one
strap take its label in "strap".
"""

import asyncio
import json
import os
import signal
import socket
import sys
import time

from bumble import hci
from bumble.transport import open_transport
from controllers import Adapter, Air
from virtual_strap import Strap


class VirtualRadio:
    """All adapters by address and straps by label."""

    def __init__(self):
        self.air = Air()
        self.adapters = {}
        self.straps = {}

    async def do_add(self, strap, **settings):
        if strap in self.straps:
            raise ValueError(f"strap {strap!r} already exists")
        self.straps[strap] = Strap(strap, self.air, **settings)
        await self.straps[strap].start()
        return self.straps[strap].status()

    async def do_remove(self, strap):
        await self.straps.pop(strap).remove()

    async def do_adapter_add(self, adapter):
        if adapter in self.adapters:
            raise ValueError(f"adapter {adapter} already exists")
        transport = await open_transport("vhci")
        address = hci.Address(adapter, hci.Address.PUBLIC_DEVICE_ADDRESS)
        controller = Adapter(adapter, transport.source, transport.sink, self.air, address)
        self.adapters[adapter] = transport, controller

    async def do_adapter_remove(self, adapter):
        transport, controller = self.adapters.pop(adapter)
        controller.host = None
        controller.leave()
        self.air.remove_controller(controller)
        await transport.close()

    async def do_status(self):
        straps = {label: strap.status() for label, strap in self.straps.items()}
        return {"adapters": list(self.adapters), "straps": straps, "monotonic_ns": time.monotonic_ns()}

    async def do_wait(self, strap, within_s, **wanted):
        """Wait for a status of the strap; `connected` and `sent` are minimum numbers."""

        def reached():
            status = self.straps[strap].status()
            status["connected"] = len(status["connected"])
            return all(
                status[key] >= value if key in ("connected", "sent") and value else status[key] == value
                for key, value in wanted.items()
            )

        end = time.monotonic() + within_s
        while not reached():
            if time.monotonic() > end:
                raise TimeoutError(
                    f"{strap} is {self.straps[strap].status()} after {within_s} s, not {wanted}"
                )
            await asyncio.sleep(0.05)
        return self.straps[strap].status()

    async def do_set(self, strap, **values):
        for key, value in values.items():
            if key not in ("heart_rate", "rr_ms", "contact", "interval_s", "hangs"):
                raise ValueError(f"a strap has no {key}")
            setattr(self.straps[strap], key, value)

    async def do_refuse(self, strap, on):
        self.straps[strap].controller.refuses = on

    async def do_battery(self, strap, percent):
        await self.straps[strap].set_battery(percent)

    async def do_advertise(self, strap, on):
        await self.straps[strap].advertise(on=on)

    async def do_leave(self, strap):
        await self.straps[strap].leave()

    async def do_close(self, strap):
        await self.straps[strap].close()

    async def do_readdress(self, strap, address=None):
        await self.straps[strap].readdress(address)
        return self.straps[strap].status()

    async def do_unbond(self, strap):
        await self.straps[strap].unbond()

    async def do_send(self, strap, data):
        await self.straps[strap].send(bytes.fromhex(data))

    async def do_play(self, strap, file, speed):
        self.straps[strap].play(file, speed)

    async def do_stop(self, strap):
        self.straps[strap].stop()

    async def do_sent(self, strap, after):
        return {"sent": list(self.straps[strap].sent)[after:]}

    async def answer(self, line):
        try:
            arguments = json.loads(line)
            return await getattr(self, f"do_{arguments.pop('do')}")(**arguments) or {}
        except Exception as error:  # noqa: BLE001  a failed command must not end the program
            return {"error": f"{type(error).__name__}: {error}"}

    async def serve(self, reader, writer):
        while line := await reader.readline():
            writer.write(json.dumps(await self.answer(line)).encode() + b"\n")
            await writer.drain()
        writer.close()


def notify_ready():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])


async def main(path, adapters):
    radio = VirtualRadio()
    for adapter in adapters:
        await radio.do_adapter_add(adapter)
    server = await asyncio.start_unix_server(radio.serve, path)
    if "NOTIFY_SOCKET" in os.environ:
        notify_ready()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    server.close()
    for adapter in list(radio.adapters):
        await radio.do_adapter_remove(adapter)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
