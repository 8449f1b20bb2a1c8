# Runs in the guest alone, with what is installed there.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, ANN204
"""Runs commands for the test on the host, over a virtio port.

A frame, either way, is two 32-bit lengths (big endian), a JSON object and a body:
    request   {"id", "argv", "limit_s"}                  body: standard input
    answer    {"id", "exit" or null, "stdout": length}   body: standard output, then standard error
or, to set the clock (which no program started for it would do in time):
    request   {"id", "clock_s", "synchronised"}          answer    {"id", "exit": 0, "stdout": 0}
`exit` is null where the time limit ended the command, with all that it had started. Requests run at the same
time; answers come as they are done.
"""

import ctypes
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time

LENGTHS = struct.Struct("!II")


class Port:
    """A virtio port, where end of file means that nobody is there yet."""

    def __init__(self, path):
        self._fd = os.open(path, os.O_RDWR)
        self._writing = threading.Lock()

    def read(self, count):
        data = bytearray()
        while len(data) < count:
            part = os.read(self._fd, min(count - len(data), 1 << 16))
            if not part:
                time.sleep(0.02)
            data += part
        return bytes(data)

    def send(self, header, body):
        head = json.dumps(header).encode()
        data = memoryview(LENGTHS.pack(len(head), len(body)) + head + body)
        with self._writing:
            while data:
                data = data[os.write(self._fd, data) :]


def run(argv, stdin, limit_s):
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            cwd="/",
        )
    except OSError as error:
        return 127, b"", f"{argv[0]}: {error.strerror}\n".encode()
    try:
        stdout, stderr = process.communicate(stdin, timeout=limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        return None, stdout, stderr
    return process.returncode, stdout, stderr


class Timex(ctypes.Structure):
    """struct timex of <sys/timex.h>, as far as it is used here."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def set_clock(clock_s, synchronised):
    """Sets the clock, and what adjtimex (so timedatectl) says of it: a time service's step, without one."""
    time.clock_settime(time.CLOCK_REALTIME, clock_s)  # from here the kernel calls it unsynchronised
    if synchronised:
        max_error, est_error, status = 0x0004, 0x0008, 0x0010
        ctypes.CDLL(None).adjtimex(ctypes.byref(Timex(modes=max_error | est_error | status)))


def answer(port, request, stdin):
    if "clock_s" in request:
        set_clock(request["clock_s"], request["synchronised"])
        port.send({"id": request["id"], "exit": 0, "stdout": 0}, b"")
        return
    code, stdout, stderr = run(request["argv"], stdin, request["limit_s"])
    port.send({"id": request["id"], "exit": code, "stdout": len(stdout)}, stdout + stderr)


def main(path):
    port = Port(path)
    while True:
        head, body = LENGTHS.unpack(port.read(LENGTHS.size))
        request = json.loads(port.read(head))
        stdin = port.read(body)
        threading.Thread(target=answer, args=(port, request, stdin), daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1])
