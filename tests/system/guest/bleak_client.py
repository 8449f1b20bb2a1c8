# Runs only in the guest, with the packages installed there.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
"""A plain bleak client: finds straps by address, receives 0x2A37 from all at once, prints them as JSON.

bleak_client.py COUNT ADDRESS...       exits after COUNT notifications from each strap
"""

import asyncio
import json
import sys
import time

from bleak import BleakClient, BleakScanner

HEART_RATE_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
HEART_RATE_MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb"
BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"


async def find(addresses):
    found = {}
    async with BleakScanner(service_uuids=[HEART_RATE_SERVICE]) as scanner:
        async for device, advertisement in scanner.advertisement_data():
            if device.address in addresses:
                found[device.address] = device, advertisement.local_name
            if len(found) == len(addresses):
                return found
    raise AssertionError("the scan ended unexpectedly")


async def receive(device, count, shared):
    got, complete = [], asyncio.Event()

    def on_beat(_, data):
        got.append((time.monotonic_ns(), bytes(data).hex()))
        if len(got) >= count:
            complete.set()

    async with shared["connecting"]:  # BlueZ allows one connection attempt at a time
        client = BleakClient(device)
        await client.connect()
    try:
        battery = (await client.read_gatt_char(BATTERY_LEVEL))[0]
        await client.start_notify(HEART_RATE_MEASUREMENT, on_beat)
        await complete.wait()
        await shared["barrier"].wait()  # stay connected until every strap has sent complete
    finally:
        await client.disconnect()
    return {"battery": battery, "got": got}


async def main(count, addresses):
    async with asyncio.timeout(240):
        found = await find(addresses)
        shared = {"connecting": asyncio.Lock(), "barrier": asyncio.Barrier(len(addresses))}
        async with asyncio.TaskGroup() as tasks:
            running = {
                address: tasks.create_task(receive(device, count, shared))
                for address, (device, _) in found.items()
            }
    return {address: {"name": found[address][1], **task.result()} for address, task in running.items()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))))  # noqa: T201
