"""BlueZ and bleak treat the virtual straps as real ones, which also misbehave on request."""

from __future__ import annotations

import json

import pytest

from .vm.machine import GuestCommandError, Machine
from .vm.virtual_straps import ADAPTER, Strap, VirtualRadio, VirtualStrapError

CHEST, ARM = "A0:9E:1A:00:00:01", "A0:9E:1A:00:00:02"
CLIENT = ("/opt/bed/bin/python", "-W", "ignore", "/opt/bed/guest/bleak_client.py")


def test_the_adapter_of_bluez_can_be_unplugged_and_plugged_in(machine: Machine, radio: VirtualRadio) -> None:
    assert ADAPTER in machine.run("bluetoothctl", "list").text
    radio.remove_adapter()
    machine.retry("! bluetoothctl list | grep -q Controller")
    radio.add_adapter()
    machine.retry(f"bluetoothctl show {ADAPTER} | grep -q 'Powered: yes'")


def test_a_plain_client_receives_two_straps_at_once(machine: Machine, radio: VirtualRadio) -> None:
    chest = radio.add("chest", address=CHEST, battery=55)
    arm = radio.add("arm", address=ARM, name="Arm band")
    arm.set_heart_rate(61, rr_ms=[983.4])
    for strap in (chest, arm):
        strap.set_interval(0.2)
    result = json.loads(machine.run(*CLIENT, "10", CHEST, ARM, limit_s=300).text)
    for strap, address, name, battery in ((chest, CHEST, "Virtual chest", 55), (arm, ARM, "Arm band", 87)):
        assert (result[address]["name"], result[address]["battery"]) == (name, battery)
        got = [data for _, data in result[address]["got"]]
        assert got == [sent.data.hex() for sent in strap.sent()[: len(got)]]
    assert result[CHEST]["got"][0][1] == "16485503"
    assert result[ARM]["got"][0][1] == "163def03"
    chest.wait(connected=0, subscribed=False, advertising=True)


def test_a_capture_is_played_byte_for_byte(machine: Machine, radio: VirtualRadio) -> None:
    strap = radio.add("chest", address=CHEST)
    capture = ["0.0,0048", "10.0,1646ff03", "20.0,ffff", "30.0,"]
    strap.play("\n".join(capture), speed=50)
    result = json.loads(machine.run(*CLIENT, "4", CHEST, limit_s=300).text)
    assert [data for _, data in result[CHEST]["got"]] == [line.split(",")[1] for line in capture]


@pytest.fixture
def subscribed(machine: Machine, radio: VirtualRadio) -> tuple[Machine, Strap]:
    """A strap with a client that stays subscribed."""
    strap = radio.add("chest", address=CHEST)
    machine.start(*CLIENT, "100000", CHEST, limit_s=600)
    strap.wait(subscribed=True, sent=1)
    return machine, strap


def bluez_reports(fact: str) -> str:
    return f"bluetoothctl info {CHEST} | grep -q '{fact}'"


def test_a_strap_can_disconnect_and_go_out_of_range(subscribed: tuple[Machine, Strap]) -> None:
    machine, strap = subscribed
    strap.go_out_of_range()
    machine.retry(bluez_reports("Connected: no"))
    assert not strap.status().advertising
    strap.advertise()
    machine.start(*CLIENT, "100000", CHEST, limit_s=600)
    strap.wait(subscribed=True)
    strap.disconnect()
    machine.retry(bluez_reports("Connected: no"))
    strap.wait(connected=0, advertising=True)


def test_powering_off_or_unplugging_the_adapter_ends_its_connections(
    subscribed: tuple[Machine, Strap],
) -> None:
    machine, strap = subscribed
    assert strap.status().connected == (ADAPTER,)
    machine.run("bluetoothctl", "power", "off")
    strap.wait(connected=0, advertising=True)
    machine.run("bluetoothctl", "power", "on")
    machine.start(*CLIENT, "100000", CHEST, limit_s=600)
    strap.wait(subscribed=True)
    VirtualRadio(machine).remove_adapter()
    strap.wait(connected=0, advertising=True)


def test_bluez_keeps_the_connection_of_a_killed_client(subscribed: tuple[Machine, Strap]) -> None:
    machine, strap = subscribed
    machine.run("pkill", "-9", "-f", "[c]lient.py")
    machine.retry("! pgrep -f '[c]lient.py'")
    machine.retry(bluez_reports("Connected: yes"))
    assert strap.status().connected
    assert not strap.status().advertising


def test_a_strap_can_reject_connections(machine: Machine, radio: VirtualRadio) -> None:
    strap = radio.add("chest", address=CHEST)
    strap.refuse()
    with pytest.raises(GuestCommandError):
        machine.run(*CLIENT, "1", CHEST, limit_s=300)
    assert (strap.status().connected, strap.sent()) == ((), [])
    strap.refuse(on=False)
    assert CHEST in json.loads(machine.run(*CLIENT, "1", CHEST, limit_s=300).text)


def test_a_hanging_strap_connects_but_does_not_answer(machine: Machine, radio: VirtualRadio) -> None:
    strap = radio.add("chest", address=CHEST)
    strap.hang()
    client = machine.start(*CLIENT, "1", CHEST, limit_s=300)
    strap.wait(connected=1)
    with pytest.raises(VirtualStrapError, match="subscribed"):
        strap.wait(subscribed=True, limit_s=5)
    machine.run("bluetoothctl", "disconnect", CHEST)
    assert machine.wait(client).exit != 0
    assert strap.sent() == []


def test_only_a_strap_with_bonding_can_be_bonded(machine: Machine, radio: VirtualRadio) -> None:
    strap = radio.add("watch", address=CHEST, bonds=True, secured=True)
    plain = radio.add("chest", address=ARM)
    machine.start("sh", "-c", "sleep 300 | bluetoothctl --agent NoInputNoOutput", limit_s=310)
    machine.start("bluetoothctl", "--timeout", "290", "scan", "on", limit_s=300)
    machine.retry(f"bluetoothctl info {CHEST}")
    machine.retry(f"bluetoothctl pair {CHEST}")
    assert strap.wait(bonded=True).encrypted
    machine.retry(bluez_reports("Bonded: yes"))
    assert not plain.status().bonded


def test_random_addresses_change(machine: Machine, radio: VirtualRadio) -> None:
    static = radio.add("arm", address="C0:FF:EE:00:00:01", kind="static")
    private = radio.add("watch", address=CHEST, kind="private")
    seen = {
        static.status().address,
        static.change_address(),
        private.status().address,
        private.change_address(),
    }
    assert len(seen) == 4
    now = [static.status().address, private.status().address]
    result = json.loads(machine.run(*CLIENT, "1", *now, limit_s=300).text)
    assert sorted(result) == sorted(now)
