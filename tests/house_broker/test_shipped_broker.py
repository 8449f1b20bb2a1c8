"""Mosquitto with the shipped configuration: authentication, access control, TLS."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiomqtt
import pytest

from talkpace.mqtt.topics import DELIVERY

from ..broker import HOST
from .clients import LAST, PATIENCE_S, client, connected, topics_until_last
from .shipped_broker import OBSERVER, SHIPPED, ShippedBroker, make_certificates


@pytest.fixture(scope="module")
def broker_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShippedBroker]:
    one = ShippedBroker(
        tmp_path_factory.mktemp("household") / "mosquitto", ("gym-pi", "homeassistant", "attic-pi")
    )
    one.mosquitto.start()
    yield one
    one.mosquitto.kill()


OF_THE_NODE = ("status", "node", "straps")
OWN_STATES = [
    "talkpace/gym-pi/result",
    *(
        f"talkpace/gym-pi/{suffix}" if suffix in OF_THE_NODE else f"talkpace/gym-pi/anna/{suffix}"
        for suffix in DELIVERY
        if suffix != "command"
    ),
]
OWN_COMMANDS = [
    "talkpace/gym-pi/anna/command/session",
    "talkpace/gym-pi/anna/command/mute",
    "talkpace/gym-pi/command/scan",
]
OTHER_NODE = ["talkpace/attic-pi/status", "talkpace/attic-pi/bea/live", "talkpace/attic-pi/bea/summary"]
OTHER_COMMANDS = ["talkpace/attic-pi/bea/command/session"]
DISCOVERY = ["homeassistant/device/talkpace_gym-pi/node/config"]
OTHER_DISCOVERY = ["homeassistant/device/talkpace_attic-pi/node/config", "homeassistant/sensor/door/config"]
BIRTH = ["homeassistant/status"]
ELSEWHERE = ["zigbee2mqtt/lamp/set"]
ALL = [
    *OWN_STATES,
    *OWN_COMMANDS,
    *OTHER_NODE,
    *OTHER_COMMANDS,
    *ELSEWHERE,
    *DISCOVERY,
    *OTHER_DISCOVERY,
    *BIRTH,
]


@pytest.mark.parametrize(
    ("user", "may_write"),
    [
        ("gym-pi", [*OWN_STATES, *DISCOVERY]),
        ("homeassistant", [*OWN_COMMANDS, *BIRTH]),
        ("attic-pi", []),  # has a password and no block in the ACL
    ],
)
async def test_a_user_can_publish_only_on_topics_that_the_acl_allows(
    broker_host: ShippedBroker, user: str, may_write: list[str]
) -> None:
    async with connected(broker_host, OBSERVER, "#") as observer, connected(broker_host, user) as one:
        for topic in ALL:
            await one.publish(topic, "claimed", qos=1)
        await observer.publish("end", LAST, qos=1)
        assert await topics_until_last(observer) == [topic for topic in ALL if topic in may_write]


@pytest.mark.parametrize(
    ("user", "may_read"),
    [
        ("gym-pi", [*OWN_STATES, *OWN_COMMANDS, *DISCOVERY, *BIRTH]),  # itself, for `talkpace watch`
        ("homeassistant", [*OWN_STATES, *OWN_COMMANDS, *DISCOVERY, *OTHER_DISCOVERY, *BIRTH]),
    ],
)
async def test_a_user_who_subscribes_to_everything_receives_only_topics_that_the_acl_allows(
    broker_host: ShippedBroker, user: str, may_read: list[str]
) -> None:
    async with connected(broker_host, OBSERVER) as observer, connected(broker_host, user, "#") as one:
        for topic in ALL:
            await observer.publish(topic, "said", qos=1)
        await observer.publish(may_read[-1], LAST, qos=1)
        assert await topics_until_last(one) == [topic for topic in ALL if topic in may_read]


async def test_a_wrong_password_an_unknown_user_and_an_anonymous_client_are_refused(
    broker_host: ShippedBroker,
) -> None:
    for user, password in (("gym-pi", "guessed"), ("nobody", "guessed"), (None, None)):
        with pytest.raises(aiomqtt.MqttError, match=r"[Nn]ot authori[sz]ed"):
            async with asyncio.timeout(PATIENCE_S), client(broker_host, user, password=password):
                pass


def test_a_certificate_of_another_authority_is_not_trusted(
    broker_host: ShippedBroker, tmp_path: Path
) -> None:
    assert make_certificates(tmp_path / "certs", "localhost").returncode == 0
    trusting_another = ssl.create_default_context(cafile=str(tmp_path / "certs" / "ca.crt"))
    with (
        socket.create_connection((HOST, broker_host.mosquitto.port), PATIENCE_S) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        trusting_another.wrap_socket(plain, server_hostname="localhost")


def test_a_host_name_that_is_not_in_the_certificate_is_not_trusted(broker_host: ShippedBroker) -> None:
    with (
        socket.create_connection((HOST, broker_host.mosquitto.port), PATIENCE_S) as plain,
        pytest.raises(ssl.SSLCertVerificationError, match=r"mqtt\.lan"),
    ):
        ssl.create_default_context(cafile=str(broker_host.authority)).wrap_socket(
            plain, server_hostname="mqtt.lan"
        )


def test_a_client_without_tls_gets_no_answer(broker_host: ShippedBroker) -> None:
    connect = bytes.fromhex("100c00044d5154540402003c0000")
    with socket.create_connection((HOST, broker_host.mosquitto.port), PATIENCE_S) as plain:
        plain.sendall(connect)
        with suppress(ConnectionResetError):
            assert not plain.recv(1).startswith(b"\x20")  # no CONNACK


def test_new_certificates_keep_the_authority_and_secrets_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "certs"
    assert make_certificates(folder, "old.lan").returncode == 0
    authority = (folder / "ca.crt").read_bytes()
    assert make_certificates(folder, "new.lan", "192.168.1.10", "fe80::1").returncode == 0
    assert (folder / "ca.crt").read_bytes() == authority
    names = subprocess.run(
        ["openssl", "x509", "-in", str(folder / "server.crt"), "-noout", "-ext", "subjectAltName"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "DNS:new.lan, IP Address:192.168.1.10, IP Address:FE80:0:0:0:0:0:0:1" in names
    assert {path.name for path in folder.iterdir() if path.stat().st_mode & 0o077 == 0} >= {
        "ca.key",
        "server.key",
    }


@pytest.mark.parametrize("names", [(), ("two words",), ("a.lan,DNS:bank.example",), ("-x",), ("",)])
def test_an_invalid_host_name_is_refused_before_a_file_is_written(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    result = make_certificates(tmp_path / "certs", *names)
    assert result.returncode == 2
    assert result.stderr
    assert not (tmp_path / "certs").exists()


def test_the_script_passes_shellcheck() -> None:
    tool = shutil.which("shellcheck")
    if tool is None:
        pytest.skip("shellcheck is not installed")
    result = subprocess.run(
        [tool, SHIPPED / "make-certificates"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
