"""Ten straps in a process of their own, like BlueZ: sends each beat with its send time.

Run as a child by alert_latency, with the file descriptor of a socket.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

from talkpace.measurement.heart_rate_payload import Contact, encode

STRAPS = 10
ALERTS = 2_000
ORDINARY = 2
"""beats without an alert, of other straps, after each beat with one"""
SPACING_S = 0.004
"""between two beats: 25 times the rate of ten straps"""

PACKET = struct.Struct("<QB?")
"""send time (perf_counter_ns), number of the strap, whether an alert must follow; then the payload"""

CALM = encode(120, contact=Contact.YES, rr_ms=[500])
HARD = encode(150, contact=Contact.YES, rr_ms=[400])
EASY = encode(100, contact=Contact.YES, rr_ms=[600])


def main() -> None:
    """Each strap in turn exceeds its ceiling and falls below it, while the next ones stay calm."""
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        due = time.perf_counter()
        for number in range(ALERTS):
            strap = number // 2 % STRAPS
            beats = [(strap, EASY if number % 2 else HARD, True)]
            beats += [((strap + 1 + other) % STRAPS, CALM, False) for other in range(ORDINARY)]
            for sender, payload, alerts in beats:
                due += SPACING_S
                time.sleep(max(0.0, due - time.perf_counter()))
                channel.send(PACKET.pack(time.perf_counter_ns(), sender, alerts) + payload)


if __name__ == "__main__":
    main()
