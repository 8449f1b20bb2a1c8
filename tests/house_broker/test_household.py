"""A real mosquitto on the shipped configuration: who gets in, and who may do what."""

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

from talkpace.publish.topics import DELIVERY

from ..broker import HOST
from .clients import LAST, PATIENCE_S, client, connected, seen_until_last
from .household import OBSERVER, SHIPPED, Household, make_certificates


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    one = Household(
        tmp_path_factory.mktemp("household") / "mosquitto", ("gym-pi", "homeassistant", "attic-pi")
    )
    one.broker.start()
    yield one
    one.broker.kill()


OF_THE_NODE = ("status", "node")
OWN_STATES = [
    f"talkpace/gym-pi/{suffix}" if suffix in OF_THE_NODE else f"talkpace/gym-pi/anna/{suffix}"
    for suffix in DELIVERY
    if suffix != "command"
]
OWN_COMMANDS = ["talkpace/gym-pi/anna/command/session", "talkpace/gym-pi/anna/command/mute"]
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
        ("attic-pi", []),  # has a password and no block: may do nothing
    ],
)
async def test_what_a_user_publishes_is_passed_on_only_where_it_is_the_users_to_say(
    house: Household, user: str, may_write: list[str]
) -> None:
    async with connected(house, OBSERVER, "#") as observer, connected(house, user) as one:
        for topic in ALL:
            await one.publish(topic, "claimed", qos=1)
        await observer.publish("end", LAST, qos=1)
        assert await seen_until_last(observer) == [topic for topic in ALL if topic in may_write]


@pytest.mark.parametrize(
    ("user", "may_read"),
    [
        ("gym-pi", [*OWN_STATES, *OWN_COMMANDS, *DISCOVERY, *BIRTH]),  # itself, for `talkpace watch`
        ("homeassistant", [*OWN_STATES, *OWN_COMMANDS, *DISCOVERY, *OTHER_DISCOVERY, *BIRTH]),
    ],
)
async def test_a_user_who_subscribes_to_everything_receives_only_what_is_meant_for_them(
    house: Household, user: str, may_read: list[str]
) -> None:
    async with connected(house, OBSERVER) as observer, connected(house, user, "#") as one:
        for topic in ALL:
            await observer.publish(topic, "said", qos=1)
        await observer.publish(may_read[-1], LAST, qos=1)
        assert await seen_until_last(one) == [topic for topic in ALL if topic in may_read]


async def test_a_wrong_password_and_nobody_are_refused(house: Household) -> None:
    for user, password in (("gym-pi", "guessed"), ("nobody", "guessed"), (None, None)):
        with pytest.raises(aiomqtt.MqttError, match=r"[Nn]ot authori[sz]ed"):
            async with asyncio.timeout(PATIENCE_S), client(house, user, password=password):
                pass


def test_a_broker_whose_certificate_another_authority_signed_is_refused(
    house: Household, tmp_path: Path
) -> None:
    assert make_certificates(tmp_path / "certs", "localhost").returncode == 0
    trusting_another = ssl.create_default_context(cafile=str(tmp_path / "certs" / "ca.crt"))
    with (
        socket.create_connection((HOST, house.broker.port), PATIENCE_S) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        trusting_another.wrap_socket(plain, server_hostname="localhost")


def test_a_broker_under_a_name_that_is_not_its_own_is_refused(house: Household) -> None:
    with (
        socket.create_connection((HOST, house.broker.port), PATIENCE_S) as plain,
        pytest.raises(ssl.SSLCertVerificationError, match=r"mqtt\.lan"),
    ):
        ssl.create_default_context(cafile=str(house.authority)).wrap_socket(plain, server_hostname="mqtt.lan")


def test_a_client_without_tls_gets_no_answer(house: Household) -> None:
    connect = bytes.fromhex("100c00044d5154540402003c0000")
    with socket.create_connection((HOST, house.broker.port), PATIENCE_S) as plain:
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
def test_what_is_no_name_is_refused_before_anything_is_made(tmp_path: Path, names: tuple[str, ...]) -> None:
    made = make_certificates(tmp_path / "certs", *names)
    assert made.returncode == 2
    assert made.stderr
    assert not (tmp_path / "certs").exists()


def test_the_script_passes_shellcheck() -> None:
    tool = shutil.which("shellcheck")
    if tool is None:
        pytest.skip("shellcheck is not installed")
    checked = subprocess.run(
        [tool, SHIPPED / "make-certificates"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
