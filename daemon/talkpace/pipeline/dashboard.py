"""One athlete's lasting and live states, as payloads for the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from ..effort.training import Live, Training
from ..effort.zones import Zone
from ..publish.payloads import LivePayload, SessionPayload, StrapPayload
from ..strap.door import StrapInfo
from .kept import KeptSession
from .sinks import PublishSink
from .timeline import Timeline

REFRESH_MS = 5_000


class Dashboard:
    """Publishes what is so now; with no sink it does nothing."""

    def __init__(self, athlete: str, timeline: Timeline, publish: PublishSink | None) -> None:
        self.watched = publish is not None
        self._athlete = athlete
        self._timeline = timeline
        self._publish = publish
        self._shown: tuple[object, ...] | None = None
        self._shown_ms = 0

    def session(self, kept: KeptSession | None, training: Training, muted_until: datetime | None) -> None:
        """Whether a session is under way; activity and ceiling of it or of the next one."""
        if self._publish is None:
            return
        ceiling, ceiling_bpm = training.ceiling()
        payload = SessionPayload(
            state="active" if kept else "idle",
            session=kept.id if kept else None,
            start=kept.start if kept else None,
            activity=training.activity,
            ceiling=round(float(ceiling), 4),
            ceiling_heart_rate=ceiling_bpm,
            muted_until=muted_until,
        )
        self._publish.state(f"{self._athlete}/session", payload)

    def strap(self, straps: Mapping[str, StrapInfo], chosen: str | None, battery: Mapping[str, int]) -> None:
        """The strap that is listened to, of those connected."""
        if self._publish is None:
            return
        strap = straps.get(chosen or "") or next(iter(straps.values()), None)
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
        live: Live,
        kept: KeptSession | None,
        zones_ms: Callable[[], Mapping[Zone, int] | None],
        *,
        measured: bool,
    ) -> None:
        """The state of this instant, where something has changed; and every 5 s while it is measured.

        Time that passes is no change: who stores what is published need not store it every second.
        Whoever holds a value for old after some time, hears in time that it is still so.
        """
        if self._publish is None:
            return
        shows = (
            live.heart_rate, live.effort, live.zone, live.warning, live.contact, live.hrv, kept and kept.id,
        )  # fmt: skip
        due = measured and now_ms - self._shown_ms >= REFRESH_MS
        if shows == self._shown and not due:
            return
        self._shown, self._shown_ms = shows, now_ms
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
                session=kept.id if kept else None,
                elapsed_s=None if live.elapsed_ms is None else round(live.elapsed_ms / 1000, 1),
                zones_s=None if zones is None else {zone: round(ms / 1000, 1) for zone, ms in zones.items()},
                rmssd_ms=None if live.hrv.rmssd_ms is None else round(live.hrv.rmssd_ms, 1),
                dfa_alpha1=None if live.hrv.dfa_alpha1 is None else round(live.hrv.dfa_alpha1, 2),
            ),
        )
