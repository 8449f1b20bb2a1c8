"""What `talkpace doctor` says of the broker, and TLS."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from talkpace.config.model import Mqtt
from talkpace.publish.probe import probe
from talkpace.service.finding import Finding

from ..broker import HOST, Certificates, Mosquitto, free_port
from .desk import Desk
from .listening import PATIENCE_S


async def ask(port: int, password: str | None = None, **settings: Any) -> Finding:
    return await probe(Mqtt(**{"host": HOST, "port": port, **settings}), password, PATIENCE_S)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_a_broker_that_lets_us_in_is_fine(mosquitto: Mosquitto, version: str) -> None:
    finding = await ask(mosquitto.port, version=version)
    assert finding.ok
    assert finding.remedy is None
    await asyncio.to_thread(mosquitto.wait_for_log, "Received DISCONNECT from talkpace-doctor")
    assert mosquitto.published() == []


async def test_nothing_listens() -> None:
    finding = await ask(free_port())
    assert not finding.ok
    assert "Connection refused" in finding.says
    assert finding.remedy is not None


async def test_the_name_does_not_resolve() -> None:
    finding = await ask(1883, host="broker.invalid")
    assert not finding.ok
    assert "does not resolve" in finding.says
    assert "mqtt.host" in (finding.remedy or "")


async def test_the_name_cannot_exist() -> None:
    finding = await ask(1883, host="x" * 300)
    assert not finding.ok
    assert "does not resolve" in finding.says


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_the_password_is_refused(idle_mosquitto: Mosquitto, version: str) -> None:
    idle_mosquitto.ask_for_password("pi", "right")
    idle_mosquitto.start()
    finding = await ask(idle_mosquitto.port, "wrong", username="pi", version=version)
    assert "refuses the user name or password" in finding.says
    assert "mqtt.password_file" in (finding.remedy or "")
    assert (await ask(idle_mosquitto.port, "right", username="pi", version=version)).ok


async def test_something_listens_that_does_not_answer() -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    left = asyncio.Event()
    server = await asyncio.start_server(swallow, HOST, 0)
    finding = await probe(Mqtt(host=HOST, port=server.sockets[0].getsockname()[1]), None, 0.5)
    await left.wait()
    server.close()
    assert not finding.ok
    assert "does not answer" in finding.says


class TestTls:
    @pytest.fixture
    def certificates(self, idle_mosquitto: Mosquitto) -> Certificates:
        made = idle_mosquitto.use_tls()
        idle_mosquitto.start()
        return made

    @pytest.mark.parametrize("version", ["3.1.1", "5"])
    async def test_a_certificate_of_the_given_authority_is_trusted(
        self, idle_mosquitto: Mosquitto, certificates: Certificates, version: str
    ) -> None:
        finding = await ask(
            idle_mosquitto.port, host="localhost", tls=True, ca_file=certificates.authority, version=version
        )
        assert finding.ok, finding.says

    async def test_one_of_another_authority_is_not(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        finding = await ask(idle_mosquitto.port, host="localhost", tls=True, ca_file=certificates.stranger)
        assert "is not trusted" in finding.says
        assert "mqtt.ca_file" in (finding.remedy or "")

    async def test_nor_is_one_for_another_name(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        finding = await ask(idle_mosquitto.port, host=HOST, tls=True, ca_file=certificates.authority)
        assert "is not trusted" in finding.says
        assert "127.0.0.1" in finding.says

    async def test_nor_one_of_the_house_by_the_systems_authorities(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        assert "is not trusted" in (await ask(idle_mosquitto.port, host="localhost", tls=True)).says

    async def test_the_publisher_keeps_trying_and_says_so(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        desk = Desk(idle_mosquitto.port, host="localhost", tls=True, ca_file=certificates.stranger)
        async with desk.running():
            await desk.until_health("is not trusted")

    async def test_tls_to_a_port_without_it(self, mosquitto: Mosquitto) -> None:
        finding = await ask(mosquitto.port, host="localhost", tls=True)
        assert "no TLS" in finding.says

    async def test_a_client_certificate_opens_a_broker_that_asks_for_one(
        self, idle_mosquitto: Mosquitto
    ) -> None:
        made = idle_mosquitto.use_tls(ask_for_certificate=True)
        idle_mosquitto.start()
        made.client_key.chmod(0o600)
        finding = await ask(
            idle_mosquitto.port,
            host="localhost",
            tls=True,
            ca_file=made.authority,
            certificate_file=made.client,
            key_file=made.client_key,
        )
        assert finding.ok, finding.says

    async def test_a_key_that_others_can_read_is_refused(
        self, idle_mosquitto: Mosquitto, certificates: Certificates
    ) -> None:
        certificates.client_key.chmod(0o644)
        finding = await ask(
            idle_mosquitto.port,
            host="localhost",
            tls=True,
            ca_file=certificates.authority,
            certificate_file=certificates.client,
            key_file=certificates.client_key,
        )
        assert "mqtt.key_file" in finding.says
        assert "chmod 600" in finding.says

    @pytest.mark.parametrize("content", [None, "no certificate"])
    async def test_an_authority_that_cannot_be_read_is_named(
        self, tmp_path: Path, content: str | None
    ) -> None:
        path = tmp_path / "ca.pem"
        if content is not None:
            path.write_text(content)
        finding = await ask(1, tls=True, ca_file=path)
        assert "mqtt.ca_file" in finding.says
        assert str(path) in finding.says
