"""Health and losses of the node reach systemd, the broker, the doctor and the log."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from talkpace.diagnostics import CONNECTED, OK, Health
from talkpace.mqtt.payloads import LivePayload, NodePayload
from talkpace.service.checks import health_finding
from talkpace.service.health import LossCounters, NodeHealth

from .manager_harness import STRAP, ManagerHarness


class Reports:
    """A node's health whose reports are collected."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.payloads: list[BaseModel] = []
        self.health = NodeHealth()
        self.health.report_to(status=self.lines.append, sink=self)

    def state(self, topic: str, payload: BaseModel) -> None:
        assert topic == "node"
        self.payloads.append(payload)

    def live(self, athlete: str, payload: LivePayload) -> None:
        raise AssertionError

    def finding(self) -> tuple[bool, str]:
        finding = health_finding(self.health.payload)
        return finding.ok, finding.detail


@pytest.fixture
def reports() -> Reports:
    return Reports()


def test_a_change_of_health_is_published_and_shown_in_the_status_line(reports: Reports) -> None:
    reports.health.broker(CONNECTED)
    reports.health.broker(CONNECTED)
    reports.health.store(Health.failed("disk full"))
    assert len(reports.payloads) == len(reports.lines) == 2
    payload = reports.payloads[-1]
    assert isinstance(payload, NodePayload)
    assert (payload.broker, payload.store, payload.adapter) == ("connected", "disk full", "not used")
    assert "store: disk full" in reports.lines[-1]


def test_lamps_and_notifications_are_in_the_status_line_while_they_fail(reports: Reports) -> None:
    reports.health.lamps(Health.failed("desk: no state"))
    reports.health.notifications(Health.failed("phone: the connection is refused"))
    assert reports.lines[-1].endswith(
        "; lamps: desk: no state; notifications: phone: the connection is refused"
    )
    reports.health.lamps(OK)
    reports.health.notifications(OK)
    assert "lamps" not in reports.lines[-1]


def test_losses_are_published_and_the_first_bad_payload_is_logged(
    reports: Reports, caplog: pytest.LogCaptureFixture
) -> None:
    reports.health.losses(LossCounters())
    assert reports.payloads == []
    reports.health.losses(LossCounters(lost_measurements=3, bad_payloads=1))
    reports.health.losses(LossCounters(lost_measurements=5, bad_payloads=2))
    reports.health.losses(LossCounters(lost_measurements=5, bad_payloads=2, refused_items=1))
    [record] = caplog.records
    assert "a strap sent an invalid notification" in record.getMessage()
    payload = reports.payloads[-1]
    assert isinstance(payload, NodePayload)
    assert (payload.lost_measurements, payload.refused_items, payload.bad_payloads) == (5, 1, 2)
    assert reports.lines[-1].endswith("lost: 5 lost measurements, 1 refused items, 2 bad payloads")


def test_the_doctor_shows_the_health_of_the_running_daemon(reports: Reports) -> None:
    reports.health.straps(1)
    ok, detail = reports.finding()
    assert ok
    assert detail.startswith("running; 1 strap(s) connected")
    reports.health.adapter(Health.failed("no Bluetooth adapter"))
    assert reports.finding() == (False, "running; adapter: no Bluetooth adapter")
    reports.health.adapter(OK)
    reports.health.losses(LossCounters(lost_events=2))
    assert reports.finding() == (False, "running; lost since its start: 2 lost events")


def test_bad_payloads_alone_are_shown_but_are_no_fault(reports: Reports) -> None:
    reports.health.losses(LossCounters(bad_payloads=7))
    ok, detail = reports.finding()
    assert ok
    assert detail.endswith("lost: 7 bad payloads")


async def test_notifications_without_a_valid_measurement_are_counted() -> None:
    harness = ManagerHarness()
    harness.beat(120)
    harness.send(b"")
    harness.send(b"\x01")
    assert harness.registry.bad_payloads == 2
    assert STRAP in harness.registry.straps
