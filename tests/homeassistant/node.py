"""The real daemon with a strap played from a recording, at the household's broker."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from ..house_broker.household import Household, password_of
from ..service.running import Running, running
from .running import HomeAssistant

MAX_HEART_RATE = 180
EASY, TALKING, HARD = 80, 110, 150
"""heart rates: 0.44, 0.61 and 0.83 of the maximum; the ceiling is 126"""


class Node:
    """`gym-pi`, as switched on and off."""

    def __init__(self, folder: Path, house: Household) -> None:
        self._folder = folder
        self._broker = house.broker.port
        self._authority = house.authority
        self._stack = ExitStack()
        self._running: Running | None = None
        self._starts = 0

    def on(self, heart_rates: Sequence[int], athletes: Sequence[str] = ("anna",), *more: str) -> None:
        """Ready, with anna's strap giving one of these every second."""
        password = self._folder / "password"
        password.write_text(password_of("gym-pi"))
        password.chmod(0o600)
        ride = self._folder / "ride.csv"
        ride.write_text("t_s,hr\n" + "".join(f"{second},{rate}\n" for second, rate in enumerate(heart_rates)))
        household = [f'{{ id = "{one}", name = "{one.title()}", max_heart_rate = 180 }}' for one in athletes]
        sources = [f'{{ kind = "recording", athlete = "anna", file = "{ride}" }}'] if heart_rates else []
        configuration = self._folder / "talkpace.toml"
        configuration.write_text(
            f"""
            node = {{ id = "gym-pi" }}
            athletes = [{", ".join(household)}]
            sources = [{", ".join(sources)}]
            bluetooth = {{ enabled = false }}
            store = {{ path = "{self._folder}/db/talkpace.db" }}
            sessions = {{ min_duration_s = 0 }}
            warnings = {{ start_grace_s = 0, warn_after_s = 1, clear_after_s = 1 }}
            [mqtt]
            enabled = true
            host = "localhost"
            port = {self._broker}
            tls = true
            ca_file = "{self._authority}"
            username = "gym-pi"
            password_file = "{password}"
            """
            + "\n".join(more)
        )
        self._starts += 1
        self._running = self._stack.enter_context(
            running(self._folder, configuration, name=f"run{self._starts}")
        )

    def off(self) -> None:
        """Stopped as systemd does; whether it runs or not."""
        if self._running is not None and self._running.process.poll() is None:
            self._running.process.send_signal(signal.SIGCONT)
            self._running.stop()
        self._stack.close()
        self._running = None

    def kill(self) -> None:
        """Without a chance to say goodbye."""
        assert self._running is not None
        self._running.kill()

    def hang(self) -> None:
        """It is there, and does nothing any more."""
        assert self._running is not None
        self._running.process.send_signal(signal.SIGSTOP)


def for_an_hour(heart_rate: int) -> list[int]:
    return [heart_rate] * 3600


def introduce(home: HomeAssistant, node: Node) -> None:
    """Home Assistant knows them before anything happens: events aren't kept for those who come late."""
    node.on([])
    home.until_states(binary_sensor__talkpace_gym_pi_daemon="on", select__anna_activity="cardio")
    node.off()
    home.until_states(binary_sensor__talkpace_gym_pi_daemon="off")
