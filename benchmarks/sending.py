"""Ten straps as another process, as BlueZ is one: each beat with the instant at which it was sent.

Run by `alerting`, with the number of an open socket.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

from talkpace.measurement.payload import Contact, encode

STRAPS = 10
ALERTS = 2_000
ORDINARY = 2
"""beats of other straps between two alerts"""
SPACING_S = 0.004
"""between two beats: 25 times what ten straps send"""

PACKET = struct.Struct("<QB?")
"""perf_counter_ns as the beat was sent, whose it is, whether an alert must follow; then its bytes"""

CALM = encode(120, contact=Contact.YES, rr_ms=[500])
HARD = encode(150, contact=Contact.YES, rr_ms=[400])
EASY = encode(100, contact=Contact.YES, rr_ms=[600])


def main() -> None:
    """Every strap in turn goes over its ceiling and back, and the next ones beat calmly meanwhile."""
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        due = time.perf_counter()
        for number in range(ALERTS):
            strap = number // 2 % STRAPS
            beats = [(strap, EASY if number % 2 else HARD, True)]
            beats += [((strap + 1 + other) % STRAPS, CALM, False) for other in range(ORDINARY)]
            for whose, payload, alerts in beats:
                due += SPACING_S
                time.sleep(max(0.0, due - time.perf_counter()))
                channel.send(PACKET.pack(time.perf_counter_ns(), whose, alerts) + payload)


if __name__ == "__main__":
    main()
