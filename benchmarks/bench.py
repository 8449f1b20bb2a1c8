"""What talkpace costs: a table, or with --json one document. Run by `scripts/bench`.

Every figure is measured on the real program: its pipeline, its store on this disk, a real mosquitto.
Aims: 50,000 measurements a second in replay without the store; alert p99 within 5 ms; ready within
1 s; under 70 MB resident; CPU within 3 times the bare minimum.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable

import alerting
import beating
import comparing
import replaying
import running
import years
from measuring import NotMeasuredError

AIMS = {
    "replay_per_s": ">= 50000",
    "replay_stored_per_s": "",
    "alert_p50_ms": "",
    "alert_p99_ms": "<= 5",
    "ready_s": "<= 1",
    "rss_mb": "<= 70",
    "rss_growth_mb": "",
    "written_mb_per_hour": "",
    "cpu_ratio_to_bare": "<= 3",
    "rr_percent_of_a_core": "< 1",
    "rr_worst_ms": "",
    "rr_end_ms": "",
    "rr_growth_mb": "",
    "import_1000_s": "<= 300",
    "import_cpu_ms": "",
}

PARTS: dict[str, Callable[[], dict[str, float]]] = {
    "replay": replaying.measure,
    "alert": alerting.measure,
    "run": running.measure,
    "day": running.measure_a_day,
    "disk": running.measure_an_hour_on_disk,
    "cpu": comparing.measure,
    "rr": beating.measure,
    "import": years.measure,
}


def main() -> None:
    """Measure one part after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these of: {', '.join(PARTS)}")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(unknown)}")
    # So that what was started is stopped, and what was written removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    figures: dict[str, float] = {}
    for name in options.parts or PARTS:
        print(f"measuring: {name}", file=sys.stderr)
        try:
            figures |= PARTS[name]()
        except NotMeasuredError as error:
            sys.exit(f"{name} cannot be measured: {error}")
    if options.json:
        print(json.dumps({key: round(value, 4) for key, value in figures.items()}))
        return
    for key, value in figures.items():
        print(f"{key:24} {value:12,.3f}   {AIMS.get(key, '')}".rstrip())


if __name__ == "__main__":
    main()
