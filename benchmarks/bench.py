"""What talkpace costs: a table, or one JSON document with --json. Run by `scripts/bench`.

Every figure is measured on the real program: its pipeline, a store on this disk, a real mosquitto.
The targets are for the environment that a Raspberry Pi gets (scripts/locks/run.txt).
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable

import alert_latency
import command_time
import cpu_ratio
import daemon_process
import hrv_cost
import import_cost
import replay_rate
import web_process
from processes import NotMeasuredError

TARGETS = {
    "replay_per_s": ">= 50000",
    "replay_stored_per_s": "",
    "alert_p50_ms": "",
    "alert_p99_ms": "<= 5",
    "alert_clients_p99_ratio": "about 1",
    "alert_speaker_p99_ratio": "about 1",
    "ready_s": "<= 0.5",
    "rss_mb": "<= 42",
    "rss_growth_mb": "",
    "written_mb_per_hour": "",
    "cpu_ratio_to_bare": "<= 3",
    "cpu_ratio_alone": "",
    "wakes_per_s": "<= 10",
    "cpu_ms_per_s": "<= 2.5",
    "rr_percent_of_a_core": "< 1",
    "rr_worst_ms": "",
    "rr_end_ms": "",
    "rr_growth_mb": "",
    "import_1000_s": "<= 300",
    "import_cpu_ms": "",
    "web_rss_mb": "<= 30",
    "web_cpu_percent_1": "",
    "web_cpu_percent_10": "",
    "web_cpu_percent_50": "<= 1",
    "daemon_cpu_percent": "<= 0.1",
    "command_s": "<= 0.25",
    "command_ratio": "",
}

PARTS: dict[str, Callable[[], dict[str, float]]] = {
    "replay": replay_rate.measure,
    "alert": alert_latency.measure,
    "run": daemon_process.measure,
    "day": daemon_process.measure_a_day,
    "disk": daemon_process.measure_an_hour_on_disk,
    "cpu": cpu_ratio.measure,
    "strap": daemon_process.measure_one_strap,
    "rr": hrv_cost.measure,
    "import": import_cost.measure,
    "command": command_time.measure,
    "web": web_process.measure,
}


def main() -> None:
    """Measure the parts one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these of: {', '.join(PARTS)}")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    # Exit normally, so that child processes are stopped and temporary folders removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    figures: dict[str, float] = {}
    for name in options.parts or PARTS:
        print(f"measuring: {name}", file=sys.stderr)
        try:
            figures |= PARTS[name]()
        except NotMeasuredError as error:
            sys.exit(f"{name} could not be measured: {error}")
    if options.json:
        print(json.dumps({key: round(value, 4) for key, value in figures.items()}))
        return
    for key, value in figures.items():
        print(f"{key:24} {value:12,.3f}   {TARGETS.get(key, '')}".rstrip())


if __name__ == "__main__":
    main()
