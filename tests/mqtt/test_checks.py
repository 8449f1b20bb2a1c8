"""The broker's check in `talkpace doctor`, and TLS."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from talkpace.config.model import MqttConfig
from talkpace.diagnostics import Finding
from talkpace.mqtt.checks import check_broker

from ..broker import HOST, Certificates, Mosquitto, free_port
from .observer import PATIENCE_S
from .publisher_harness import PublisherHarness


async def check(port: int, password: str | None = None, **settings: Any) -> Finding:
    return await check_broker(MqttConfig(**{"host": HOST, "port": port, **settings}), password, PATIENCE_S)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_a_broker_that_accepts_the_connection_is_ok(mosquitto: Mosquitto, version: str) -> None:
    finding = await check(mosquitto.port, version=version)
    assert finding.ok
    assert finding.remedy is None
    await asyncio.to_thread(mosquitto.wait_for_log, "Received DISCONNECT from talkpace-doctor")
    assert mosquitto.published() == []


async def test_a_refused_tcp_connection_is_reported() -> None:
    finding = await check(free_port())
    assert not finding.ok
    assert "Connection refused" in finding.detail
    assert finding.remedy is not None


async def test_a_host_name_that_does_not_resolve_is_reported() -> None:
    finding = await check(1883, host="broker.invalid")
    assert not finding.ok
    assert "does not resolve" in finding.detail
    assert "mqtt.host" in (finding.remedy or "")


async def test_an_invalid_host_name_is_reported_as_not_resolving() -> None:
    finding = await check(1883, host="x" * 300)
    assert not finding.ok
    assert "does not resolve" in finding.detail


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_a_refused_password_is_reported_with_the_setting_to_check(
    idle_mosquitto: Mosquitto, version: str
) -> None:
    idle_mosquitto.ask_for_password("pi", "right")
    idle_mosquitto.start()
    finding = await check(idle_mosquitto.port, "wrong", username="pi", version=version)
    assert "refuses the user name or password" in finding.detail
    assert "mqtt.password_file" in (finding.remedy or "")
    assert (await check(idle_mosquitto.port, "right", username="pi", version=version)).ok


async def test_a_server_that_does_not_answer_is_reported() -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        disconnected.set()

    disconnected = asyncio.Event()
    server = await asyncio.start_server(swallow, HOST, 0)
    finding = await check_broker(MqttConfig(host=HOST, port=server.sockets[0].getsockname()[1]), None, 0.5)
    await disconnected.wait()
    server.close()
    assert not finding.ok
    assert "does not answer" in finding.detail


class TestTls:
    @pytest.fixture
    def certificates(self, idle_mosquitto: Mosquitto) -> Certificates:
        certificates = idle_mosquitto.use_tls()
        idle_mosquitto.start()
        return certificates

    @pytest.mark.parametrize("version", ["3.1.1", "5"])
    async def test_a_certificate_of_the_configured_authority_is_trusted(
        self, idle_mosquitto: Mosquitto, certificates: Certificates, version: str
    ) -> None:
        finding = await check(
            idle_mosquitto.port, host="localhost", tls=True, ca_file=certificates.authority, version=version
        )
        assert finding.ok, finding.detail

    async def test_a_certificate_of_another_authority_is_not_trusted(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        finding = await check(idle_mosquitto.port, host="localhost", tls=True, ca_file=certificates.stranger)
        assert "is not trusted" in finding.detail
        assert "mqtt.ca_file" in (finding.remedy or "")

    async def test_a_certificate_for_another_name_is_not_trusted(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        finding = await check(idle_mosquitto.port, host=HOST, tls=True, ca_file=certificates.authority)
        assert "is not trusted" in finding.detail
        assert "127.0.0.1" in finding.detail

    async def test_a_private_authority_is_not_trusted_without_ca_file(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        assert "is not trusted" in (await check(idle_mosquitto.port, host="localhost", tls=True)).detail

    async def test_the_publisher_reports_an_untrusted_certificate(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        harness = PublisherHarness(
            idle_mosquitto.port, host="localhost", tls=True, ca_file=certificates.stranger
        )
        async with harness.running():
            await harness.until_health("is not trusted")

    async def test_tls_to_a_port_without_tls_is_reported(self, mosquitto: Mosquitto) -> None:
        finding = await check(mosquitto.port, host="localhost", tls=True)
        assert "TLS handshake" in finding.detail

    async def test_a_client_certificate_is_accepted_by_a_broker_that_requires_one(
        self, idle_mosquitto: Mosquitto
    ) -> None:
        certificates = idle_mosquitto.use_tls(ask_for_certificate=True)
        idle_mosquitto.start()
        certificates.client_key.chmod(0o600)
        finding = await check(
            idle_mosquitto.port,
            host="localhost",
            tls=True,
            ca_file=certificates.authority,
            certificate_file=certificates.client,
            key_file=certificates.client_key,
        )
        assert finding.ok, finding.detail

    async def test_a_key_file_that_others_can_read_is_refused(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        certificates.client_key.chmod(0o644)
        finding = await check(
            idle_mosquitto.port,
            host="localhost",
            tls=True,
            ca_file=certificates.authority,
            certificate_file=certificates.client,
            key_file=certificates.client_key,
        )
        assert "mqtt.key_file" in finding.detail
        assert "chmod 600" in finding.detail

    @pytest.mark.parametrize("content", [None, "no certificate"])
    async def test_an_unusable_ca_file_is_reported_with_its_path(
        self, tmp_path: Path, content: str | None
    ) -> None:
        path = tmp_path / "ca.pem"
        if content is not None:
            path.write_text(content)
        finding = await check(1, tls=True, ca_file=path)
        assert "mqtt.ca_file" in finding.detail
        assert str(path) in finding.detail
