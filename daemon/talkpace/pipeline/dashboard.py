"""One athlete's lasting and live states, as payloads for the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..effort.athlete import Activity
from ..effort.training import Live
from ..effort.zones import Zone
from ..publish.payloads import LivePayload, SessionPayload, StrapPayload
from ..strap.door import StrapInfo
from .kept import KeptSession
from .sinks import PublishSink
from .timeline import Timeline


class Dashboard:
    """Publishes what is so now; with no sink it does nothing."""

    def __init__(self, athlete: str, timeline: Timeline, publish: PublishSink | None) -> None:
        self.watched = publish is not None
        self._athlete = athlete
        self._timeline = timeline
        self._publish = publish
        self._shown: tuple[object, ...] | None = None

    def session(self, kept: KeptSession | None, activity: Activity) -> None:
        """Whether a session is under way, and the activity of it or of the next one."""
        if self._publish is None:
            return
        payload = SessionPayload(
            state="active" if kept else "idle",
            session=kept.id if kept else None,
            start=kept.start if kept else None,
            activity=activity,
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
        """The state of this instant: after each measurement, else only where something has changed."""
        if self._publish is None:
            return
        shows = (live.heart_rate, live.effort, live.zone, live.warning, live.contact, kept and kept.id)
        if not measured and shows == self._shown:
            return
        self._shown = shows
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
