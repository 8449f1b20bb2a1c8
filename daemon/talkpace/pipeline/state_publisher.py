"""One athlete's retained states and live values, as MQTT payloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from ..mqtt.payloads import LivePayload, SessionPayload, StrapPayload
from ..sources.events import StrapInfo
from ..training.athlete_training import LiveValues, Training
from ..training.effort_zones import Zone
from .active_session import ActiveSession
from .sinks import PublishSink
from .timeline import Timeline

REFRESH_MS = 5_000
"""live values are sent at least this often while there are measurements"""


class StatePublisher:
    """Builds the payloads of one athlete; does nothing where `publish` is None."""

    def __init__(self, athlete: str, timeline: Timeline, publish: PublishSink | None) -> None:
        self.enabled = publish is not None
        self._athlete = athlete
        self._timeline = timeline
        self._publish = publish
        self._last_live: tuple[object, ...] | None = None
        self._last_live_ms = 0

    def session(
        self, session: ActiveSession | None, training: Training, muted_until: datetime | None
    ) -> None:
        """Publish the session's state, with activity and ceiling of this session or the next."""
        if self._publish is None:
            return
        ceiling, ceiling_bpm = training.ceiling()
        payload = SessionPayload(
            state="active" if session else "idle",
            session=session.id if session else None,
            start=session.start if session else None,
            activity=training.activity,
            ceiling=round(float(ceiling), 4),
            ceiling_heart_rate=ceiling_bpm,
            muted_until=muted_until,
            zones_from={zone: float(effort) for zone, effort in training.zone_bounds().begin.items()},
        )
        self._publish.state(f"{self._athlete}/session", payload)

    def strap(
        self, straps: Mapping[str, StrapInfo], selected: str | None, battery: Mapping[str, int]
    ) -> None:
        """Publish the selected strap, else the first that is connected."""
        if self._publish is None:
            return
        strap = straps.get(selected or "") or next(iter(straps.values()), None)
        payload = StrapPayload(
            connected=strap is not None,
            name=strap.name if strap else None,
            address=strap.address if strap else None,
            battery_percent=battery.get(strap.address) if strap else None,
            signal=strap.signal_dbm if strap else None,
        )
        self._publish.state(f"{self._athlete}/strap", payload)

    def live(
        self,
        now_ms: int,
        live: LiveValues,
        session: ActiveSession | None,
        zones_ms: Callable[[], Mapping[Zone, int] | None],
        *,
        measured: bool,
    ) -> None:
        """Publish live values when one has changed, and every 5 s while there are measurements.

        The elapsed time alone is no change, so that a database behind the broker is not written every
        second; the refresh keeps a subscriber from taking an unchanged value for stale.
        """
        if self._publish is None:
            return
        values = (
            live.heart_rate,
            live.effort,
            live.zone,
            live.warning,
            live.contact,
            live.hrv,
            session and session.id,
        )
        due = measured and now_ms - self._last_live_ms >= REFRESH_MS
        if values == self._last_live and not due:
            return
        self._last_live, self._last_live_ms = values, now_ms
        zones = zones_ms()
        self._publish.live(
            self._athlete,
            LivePayload(
                time=self._timeline.wall(now_ms),
                heart_rate=live.heart_rate,
                effort=live.effort,
                zone=live.zone,
                warning=live.warning,
                contact=live.contact.value,
                session=session.id if session else None,
                elapsed_s=None if live.elapsed_ms is None else round(live.elapsed_ms / 1000, 1),
                zones_s=None if zones is None else {zone: round(ms / 1000, 1) for zone, ms in zones.items()},
                rmssd_ms=None if live.hrv.rmssd_ms is None else round(live.hrv.rmssd_ms, 1),
                dfa_alpha1=None if live.hrv.dfa_alpha1 is None else round(live.hrv.dfa_alpha1, 2),
                hrv_reason=live.hrv_reason,
            ),
        )
