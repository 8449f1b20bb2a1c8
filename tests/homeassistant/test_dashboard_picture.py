"""The shipped dashboard in a browser: no card shows an error.

docs/dashboard.png is updated by

    apt-get install chromium
    export TALKPACE_PICTURE=docs/dashboard.png
    .venv/bin/python -m pytest tests/homeassistant/test_dashboard_picture.py

It takes half an hour, the duration of the sessions. Only the minutes of the two weeks before are invented,
and imported into Home Assistant as statistics.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ..broker import HOST
from .browser import Browser, chromium
from .daemon_node import TALKING, DaemonNode
from .home_assistant import HomeAssistant

# A start of Home Assistant is slow on a busy machine; a picture takes as long as its sessions.
pytestmark = pytest.mark.timeout(3000 if "TALKPACE_PICTURE" in os.environ else 900)

TRAINED_S, TRAINED_AGAIN_S = 25 * 60, 4 * 60
DESKTOP, PHONE = (1200, 1260), (400, 2400)

# All elements, including those in shadow roots.
_EVERYTHING = """
(() => {
    const all = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll('*')) {
            all.push(element);
            if (element.shadowRoot) walk(element.shadowRoot);
        }
    };
    walk(document);
    return all;
})()
"""
_ERROR_CARDS = f"""
{_EVERYTHING}.filter((each) => ['HUI-ERROR-CARD', 'HUI-WARNING', 'HUI-ERROR-BADGE'].includes(each.tagName))
    .map((each) => each.tagName + ': ' + each.innerText)
"""
_IS_RENDERED = f"""
new Promise((resolve) => {{
    const look = () => {{
        const all = {_EVERYTHING};
        const tiles = all.filter((each) => each.tagName === 'HUI-TILE-CARD');
        const gauge = all.some((each) => each.tagName === 'HA-GAUGE');
        const drawn = all.filter((each) => each.tagName === 'CANVAS').length;
        if (tiles.length > 10 && gauge && drawn >= 1) setTimeout(() => resolve(true), 3000);
        else setTimeout(look, 300);
    }};
    look();
}})
"""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    one = Browser(chromium(), tmp_path / "browser")
    yield one
    one.close()


def test_the_dashboard_shows_every_card_without_an_error(
    browser: Browser, home: HomeAssistant, node: DaemonNode, tmp_path: Path
) -> None:
    picture = os.environ.get("TALKPACE_PICTURE")
    node.start([TALKING] * 3600 if picture is None else list(_workout()))
    home.until_states(binary_sensor__anna_session="on", binary_sensor__anna_strap="on")
    if picture is not None:
        _train(home)
    address = f"http://{HOST}:{home.port}/talkpace-training/anna"
    desktop = tmp_path / "desktop.png" if picture is None else Path(picture)
    for file, size in ((desktop, DESKTOP), (tmp_path / "phone.png", PHONE)):
        browser.open_as_owner(address, home.token, *size)
        assert browser.run(_IS_RENDERED)
        assert browser.run(_ERROR_CARDS) == []
        file.write_bytes(browser.screenshot())


def _workout() -> Iterator[int]:
    """A warm-up, talking pace with some waves, two climbs over the ceiling."""
    rate = 70.0
    for second in range(3600):
        aim = 92 if second < 180 else 116 + 6 * math.sin(second / 90)
        if 700 < second < 790 or 1230 < second < 1330:
            aim = 138
        rate += (aim - rate) / 30
        yield round(rate + 1.2 * math.sin(second / 7))


def _train(home: HomeAssistant) -> None:
    """Finish one session, so that there is a last one, and start the next."""
    waiting = Event()
    waiting.wait(TRAINED_S)
    home.call("button.press", "button.anna_end_session")
    home.until_states(binary_sensor__anna_session="off")
    home.call("button.press", "button.anna_start_session")
    home.until_states(binary_sensor__anna_session="on")
    home.request("recorder/import_statistics", metadata=_METADATA, stats=_two_weeks())
    waiting.wait(TRAINED_AGAIN_S)


_METADATA = {
    "has_mean": True,
    "has_sum": False,
    "name": None,
    "source": "recorder",
    "statistic_id": "sensor.anna_in_the_band_today",
    "unit_of_measurement": "min",
}


def _two_weeks() -> list[dict[str, Any]]:
    now = datetime.fromtimestamp(time.time()).astimezone()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = [32, 0, 41, 0, 0, 35, 12, 0, 38, 0, 30, 0, 44]
    return [
        {"start": (midnight - timedelta(days=days)).isoformat(), "min": 0, "mean": most / 2, "max": most}
        for days, most in enumerate(minutes, start=1)
    ]
