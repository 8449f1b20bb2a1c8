"""Notifications, addresses and a summary for the tests."""

from __future__ import annotations

from datetime import UTC, datetime

from talkpace.config.notifications import NotificationKind, NotifyConfig
from talkpace.language.sentences import Language, sentences
from talkpace.notifications.destination import Destination
from talkpace.notifications.texts import Texts
from talkpace.storage.records import Notification, QueuedNotification
from talkpace.training.effort_zones import Zone
from talkpace.training.profile import Activity
from talkpace.training.summary import EffortFigures, HeartRateFigures, Load, Summary, Target

AT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
BOOT = "boot-1"


def notification(
    number: int = 0, *, address: str = "phone", kind: str = "summary", at: datetime = AT, at_ms: int = 0
) -> Notification:
    return Notification(address, kind, "anna", False, "Anna has trained", f"text {number}", at, BOOT, at_ms)


def queued(number: int, *, at_ms: int = 0) -> QueuedNotification:
    return QueuedNotification(number, notification(number, at_ms=at_ms))


def destination(address: str, name: str = "phone", *, heart_data: bool = False) -> Destination:
    settings = NotifyConfig(name=name, events=list(NotificationKind), heart_data=heart_data)
    return Destination(settings, Texts(sentences(Language.ENGLISH)), address)


def summary() -> Summary:
    return Summary(
        session="019f-1",
        node="gym",
        athlete="anna",
        activity=Activity.CARDIO,
        strap=None,
        start=AT,
        end=AT,
        duration_s=2531.0,
        recorded_s=2500.0,
        gap_s=31.0,
        measurements=2500,
        max_heart_rate=180.0,
        max_heart_rate_source="measured",
        effort_method="hrmax",
        ceiling=0.7,
        heart_rate=HeartRateFigures(min=70, mean=118.4, max=141),
        effort=EffortFigures(mean=0.66, max=0.78),
        zones_s={
            Zone.EASY: 300.0,
            Zone.CONVERSATIONAL: 1860.0,
            Zone.HARD: 340.0,
            Zone.VERY_HARD: 0.0,
        },
        over_ceiling_s=120.0,
        warnings=3,
        longest_conversational_s=900.0,
        target=Target(band_s=1800.0, reached=True),
        load=Load(banister_trimp=None, edwards_trimp=90.0),
        heart_rate_recovery_60s=None,
        hrv=None,
    )
