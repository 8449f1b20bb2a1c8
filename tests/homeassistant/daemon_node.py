"""A talkpace daemon whose strap is a recording, connected to the shipped broker configuration."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from ..house_broker.shipped_broker import ShippedBroker, password_of
from ..service.daemon_process import Running, running
from .home_assistant import HomeAssistant

MAX_HEART_RATE = 180
EASY, TALKING, HARD = 80, 110, 150
"""heart rates in bpm: 0.44, 0.61 and 0.83 of the maximum; the ceiling is at 126"""


class DaemonNode:
    """The node `gym-pi`."""

    def __init__(self, folder: Path, broker_host: ShippedBroker) -> None:
        self._folder = folder
        self._broker = broker_host.mosquitto.port
        self._authority = broker_host.authority
        self._stack = ExitStack()
        self._running: Running | None = None
        self._starts = 0

    def start(self, heart_rates: Sequence[int], athletes: Sequence[str] = ("anna",), *more: str) -> None:
        """Start the daemon with these heart rates, one a second, from the strap of anna; wait until ready."""
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

    def stop(self) -> None:
        """Stop the daemon with SIGTERM, if it runs."""
        if self._running is not None and self._running.process.poll() is None:
            self._running.process.send_signal(signal.SIGCONT)
            self._running.stop()
        self._stack.close()
        self._running = None

    def kill(self) -> None:
        """Stop the daemon with SIGKILL."""
        assert self._running is not None
        self._running.kill()

    def freeze(self) -> None:
        """Suspend the daemon with SIGSTOP."""
        assert self._running is not None
        self._running.process.send_signal(signal.SIGSTOP)


def for_one_hour(heart_rate: int) -> list[int]:
    return [heart_rate] * 3600


def let_home_assistant_discover(home: HomeAssistant, node: DaemonNode) -> None:
    """Create the entities first: events are not retained, so that a later subscriber misses them."""
    node.start([])
    home.until_states(binary_sensor__talkpace_gym_pi_daemon="on", select__anna_activity="cardio")
    node.stop()
    home.until_states(binary_sensor__talkpace_gym_pi_daemon="off")
