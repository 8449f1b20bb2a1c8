"""The virtual straps are real ones to BlueZ and bleak: they are heard, and misbehave as they are told."""

from __future__ import annotations

import json

import pytest

from .bed.machine import CommandFailedError, Machine
from .bed.straps import ADAPTER, Air, Strap, StrapsError

CHEST, ARM = "A0:9E:1A:00:00:01", "A0:9E:1A:00:00:02"
CLIENT = ("/opt/bed/bin/python", "-W", "ignore", "/opt/bed/guest/client.py")


def test_bluez_has_the_adapter_which_can_be_pulled_out_and_put_back(machine: Machine, air: Air) -> None:
    assert ADAPTER in machine.run("bluetoothctl", "list").text
    air.remove_adapter()
    machine.until("! bluetoothctl list | grep -q Controller")
    air.add_adapter()
    machine.until(f"bluetoothctl show {ADAPTER} | grep -q 'Powered: yes'")


def test_a_plain_client_receives_two_straps_at_once(machine: Machine, air: Air) -> None:
    chest = air.add("chest", address=CHEST, battery=55)
    arm = air.add("arm", address=ARM, name="Arm band")
    arm.beat(61, rr_ms=[983.4])
    for strap in (chest, arm):
        strap.every(0.2)
    told = json.loads(machine.run(*CLIENT, "10", CHEST, ARM, limit_s=300).text)
    for strap, address, name, battery in ((chest, CHEST, "Virtual chest", 55), (arm, ARM, "Arm band", 87)):
        assert (told[address]["name"], told[address]["battery"]) == (name, battery)
        got = [data for _, data in told[address]["got"]]
        assert got == [sent.data.hex() for sent in strap.sent()[: len(got)]]
    assert told[CHEST]["got"][0][1] == "16485503"
    assert told[ARM]["got"][0][1] == "163def03"
    chest.wait(connected=0, subscribed=False, advertising=True)


def test_a_recording_is_played_byte_for_byte(machine: Machine, air: Air) -> None:
    strap = air.add("chest", address=CHEST)
    capture = ["0.0,0048", "10.0,1646ff03", "20.0,ffff", "30.0,"]
    strap.play("\n".join(capture), speed=50)
    told = json.loads(machine.run(*CLIENT, "4", CHEST, limit_s=300).text)
    assert [data for _, data in told[CHEST]["got"]] == [line.split(",")[1] for line in capture]


@pytest.fixture
def listening(machine: Machine, air: Air) -> tuple[Machine, Strap]:
    """A strap with a client that has subscribed and stays."""
    strap = air.add("chest", address=CHEST)
    machine.start(*CLIENT, "100000", CHEST, limit_s=600)
    strap.wait(subscribed=True, sent=1)
    return machine, strap


def bluez_knows(fact: str) -> str:
    return f"bluetoothctl info {CHEST} | grep -q '{fact}'"


def test_a_strap_can_drop_its_link_and_be_out_of_range(listening: tuple[Machine, Strap]) -> None:
    machine, strap = listening
    strap.leave()
    machine.until(bluez_knows("Connected: no"))
    assert not strap.status().advertising
    strap.advertise()
    machine.start(*CLIENT, "100000", CHEST, limit_s=600)
    strap.wait(subscribed=True)
    strap.close()
    machine.until(bluez_knows("Connected: no"))
    strap.wait(connected=0, advertising=True)


def test_an_adapter_that_is_powered_off_or_pulled_out_ends_its_links(
    listening: tuple[Machine, Strap],
) -> None:
    machine, strap = listening
    assert strap.status().connected == (ADAPTER,)
    machine.run("bluetoothctl", "power", "off")
    strap.wait(connected=0, advertising=True)
    machine.run("bluetoothctl", "power", "on")
    machine.start(*CLIENT, "100000", CHEST, limit_s=600)
    strap.wait(subscribed=True)
    Air(machine).remove_adapter()
    strap.wait(connected=0, advertising=True)


def test_the_link_of_a_killed_client_stays_up_at_bluez(listening: tuple[Machine, Strap]) -> None:
    machine, strap = listening
    machine.run("pkill", "-9", "-f", "[c]lient.py")
    machine.until("! pgrep -f '[c]lient.py'")
    machine.until(bluez_knows("Connected: yes"))
    assert strap.status().connected
    assert not strap.status().advertising


def test_a_strap_that_refuses_ends_each_link_before_it_is_of_use(machine: Machine, air: Air) -> None:
    strap = air.add("chest", address=CHEST)
    strap.refuse()
    with pytest.raises(CommandFailedError):
        machine.run(*CLIENT, "1", CHEST, limit_s=300)
    assert (strap.status().connected, strap.sent()) == ((), [])
    strap.refuse(on=False)
    assert CHEST in json.loads(machine.run(*CLIENT, "1", CHEST, limit_s=300).text)


def test_a_strap_that_hangs_is_connected_and_no_more(machine: Machine, air: Air) -> None:
    strap = air.add("chest", address=CHEST)
    strap.hang()
    client = machine.start(*CLIENT, "1", CHEST, limit_s=300)
    strap.wait(connected=1)
    with pytest.raises(StrapsError, match="subscribed"):
        strap.wait(subscribed=True, limit_s=5)
    machine.run("bluetoothctl", "disconnect", CHEST)
    assert machine.wait(client).exit != 0
    assert strap.sent() == []


def test_a_strap_bonds_where_it_wants_to(machine: Machine, air: Air) -> None:
    strap = air.add("watch", address=CHEST, bonds=True, secured=True)
    plain = air.add("chest", address=ARM)
    machine.start("sh", "-c", "sleep 300 | bluetoothctl --agent NoInputNoOutput", limit_s=310)
    machine.start("bluetoothctl", "--timeout", "290", "scan", "on", limit_s=300)
    machine.until(f"bluetoothctl info {CHEST}")
    machine.until(f"bluetoothctl pair {CHEST}")
    assert strap.wait(bonded=True).encrypted
    machine.until(bluez_knows("Bonded: yes"))
    assert not plain.status().bonded


def test_random_addresses_change(machine: Machine, air: Air) -> None:
    static = air.add("arm", address="C0:FF:EE:00:00:01", kind="static")
    private = air.add("watch", address=CHEST, kind="private")
    seen = {static.status().address, static.readdress(), private.status().address, private.readdress()}
    assert len(seen) == 4
    now = [static.status().address, private.status().address]
    told = json.loads(machine.run(*CLIENT, "1", *now, limit_s=300).text)
    assert sorted(told) == sorted(now)
