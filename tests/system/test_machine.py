"""The virtual machine works as the other system tests expect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .vm.agent_client import GuestExitedError
from .vm.gpio_pins import GpioPins
from .vm.image import Image
from .vm.machine import GuestCommandError, Machine, Snapshot

HOLD_LINE = """
import sys, time, gpiod
from gpiod.line import Direction, Value
line = int(sys.argv[1])
settings = {line: gpiod.LineSettings(direction=Direction.OUTPUT)}
with gpiod.request_lines("/dev/gpiochip0", config=settings) as lines:
    for level_ms in sys.argv[2:]:
        lines.set_value(line, Value.ACTIVE)
        time.sleep(int(level_ms) / 1000)
        lines.set_value(line, Value.INACTIVE)
        time.sleep(int(level_ms) / 1000)
    lines.set_value(line, Value.ACTIVE)
"""


def test_the_guest_is_debian_with_systemd_and_its_own_kernel(machine: Machine) -> None:
    assert 'VERSION_ID="12"' in machine.read("/etc/os-release").decode()
    assert machine.read("/proc/1/comm") == b"systemd\n"
    assert machine.run("uname", "-v").text.startswith("#1 SMP PREEMPT_DYNAMIC Debian")
    assert machine.run("systemctl", "is-active", "bluetooth", "mosquitto", "straps").exit == 0
    assert machine.run("systemctl", "--failed", "--quiet", "--plain").text == ""


def test_a_command_gets_its_input_and_returns_output_and_exit_code(machine: Machine) -> None:
    result = machine.shell("cat; echo no >&2; exit 3", check=False)
    assert (result.exit, result.stdout, result.stderr) == (3, b"", b"no\n")
    assert machine.run("cat", stdin=bytes(range(256)) * 4096).stdout == bytes(range(256)) * 4096
    with pytest.raises(GuestCommandError, match="exceeded its time limit"):
        machine.run("sleep", "60", limit_s=0.2)
    slow = machine.start("sh", "-c", "until [ -e /run/go ]; do sleep 0.1; done; echo gone")
    machine.write("/run/go", "")
    assert machine.wait(slow).text == "gone"


def test_folders_are_copied_to_and_from_the_guest(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "there" / "below").mkdir(parents=True)
    (tmp_path / "there" / "below" / "file").write_bytes(bytes(range(256)))
    machine.put(tmp_path / "there", "/srv/there")
    machine.get("/srv/there", tmp_path / "back")
    assert (tmp_path / "back" / "below" / "file").read_bytes() == bytes(range(256))


def test_the_broker_delivers_messages(machine: Machine) -> None:
    waiting = machine.start("mosquitto_sub", "-t", "test/#", "-C", "1", "-W", "20", "-v", limit_s=30)
    machine.retry("mosquitto_pub -r -t test/greeting -m hello")
    assert machine.wait(waiting).text == "test/greeting hello"


def test_the_kernel_records_the_levels_of_gpio_lines(machine: Machine, pins: GpioPins) -> None:
    pins.clear()
    machine.run("/opt/bed/bin/python", "-", "17", "200", "50", stdin=HOLD_LINE)
    levels = [edge.level for edge in pins.edges(17)]
    assert levels == [False, True, False, True, False, True, None]  # requested, two pulses, on, released
    (_, first), (_, second) = [step for step in pins.pattern_ms(17)[1:5] if step[0]]
    assert first >= 200
    assert 50 <= second < first
    assert pins.edges(18) == []
    assert not pins.level(17)


def test_a_button_changes_the_level_of_its_line(pins: GpioPins) -> None:
    assert not pins.level(24)
    pins.pull(24, up=True)
    assert pins.level(24)


def test_the_gpio_chip_has_the_names_of_a_raspberry_pi(machine: Machine) -> None:
    result = machine.run(
        *("/opt/bed/bin/python", "-c"),
        "import gpiod\nwith gpiod.Chip('/dev/gpiochip0') as chip:\n"
        "    print(chip.get_info().label, chip.line_offset_from_id('GPIO27'))",
    )
    assert result.text == "pinctrl-bcm2835 27"
    assert machine.run("stat", "-c", "%G %a", "/dev/gpiochip0").text == "gpio 660"


def test_setting_the_clock_does_not_affect_the_monotonic_clock(machine: Machine) -> None:
    before, year_ago = machine.monotonic_s(), datetime.now(UTC) - timedelta(days=365)
    machine.set_clock(year_ago, synchronised=False)
    assert abs(float(machine.run("date", "+%s.%N").text) - year_ago.timestamp()) < 60
    assert machine.run("timedatectl", "show", "-p", "NTPSynchronized", "--value").text == "no"
    machine.set_clock(datetime.now(UTC), synchronised=True)
    assert machine.run("timedatectl", "show", "-p", "NTPSynchronized", "--value").text == "yes"
    assert 0 <= machine.monotonic_s() - before < 60


def test_a_power_cut_loses_what_was_not_synced(machine: Machine) -> None:
    machine.shell("echo synced > /srv/synced; sync; echo lost > /srv/lost")
    machine.run("logger", "before the power cut")
    machine.wait_for_log("before the power cut")
    machine.cut_power()
    assert "before the power cut" in machine.logs()["journal.log"]
    machine.boot(clock=datetime(2025, 11, 24, 12, tzinfo=UTC))
    assert machine.shell("cd /srv; cat *").text == "synced"
    assert machine.run("date", "+%Y-%m-%d").text == "2025-11-24"
    assert machine.run("timedatectl", "show", "-p", "NTPSynchronized", "--value").text == "no"
    assert "recovery complete" in machine.run("dmesg").text  # ext4 replayed its journal
    machine.retry("bluetoothctl show | grep -q 'Powered: yes'")


def test_a_pending_command_fails_when_the_machine_exits(machine: Machine) -> None:
    waiting = machine.start("sleep", "60")
    machine.start("sh", "-c", "echo o > /proc/sysrq-trigger")
    with pytest.raises(GuestExitedError):
        machine.wait(waiting)


def test_each_resumed_machine_has_its_own_disk(
    machine: Machine, image: Image, snapshot: Snapshot, tmp_path: Path
) -> None:
    machine.shell("echo mine > /srv/mine; sync")
    machine.cut_power()
    with Machine.resumed(image, snapshot, tmp_path / "other") as other:
        assert other.shell("test -e /srv/mine", check=False).exit == 1


def test_the_guest_reaches_no_network(machine: Machine) -> None:
    links = [line.split()[:2] for line in machine.run("ip", "-brief", "link").text.splitlines()]
    assert links == [["lo", "UNKNOWN"], ["eth0", "DOWN"]]
    machine.connect_page()
    assert machine.run("timeout", "5", "socat", "-", "TCP:10.0.2.2:22", check=False).exit != 0
    assert machine.run("ip", "route", "show", "default").text == ""
