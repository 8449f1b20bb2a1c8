"""Methods for straps: search, pair, forget, and the choice for pairing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..clock import Clock
from ..config.model import Configuration
from ..control.method_models import (
    AthleteChoiceParams,
    NoParams,
    PairParams,
    ScanParams,
    StrapChoiceParams,
    StrapPairing,
    StrapParams,
)
from ..control.methods import Caller, Handler
from ..errors import ConfigurationError, StrapError
from ..measurement.link_decoder import Measurement
from ..mqtt.payloads import StrapInRange
from ..storage.guests import give_strap
from ..storage.recorder import Recorder
from ..storage.store import Store
from .athlete_manager import AthleteManager
from .strap_search import StrapSearch
from .tasks import BackgroundTasks

if TYPE_CHECKING:
    from ..sources.bluetooth.radio import Radio
    from ..sources.bluetooth.survey import FoundStrap


class StrapMethods:
    """Carries out the methods for straps with the daemon's own radio."""

    def __init__(
        self,
        *,
        clock: Clock,
        recorder: Recorder,
        manager: AthleteManager,
        tasks: BackgroundTasks,
        straps: StrapSearch,
    ) -> None:
        self._clock = clock
        self._recorder = recorder
        self._manager = manager
        self._tasks = tasks
        self._straps = straps

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {
            "scan": self._scan,
            "pair": self._pair,
            "forget": self._forget,
            "strap_choice": self._choose_strap,
            "athlete_choice": self._choose_athlete,
            "pair_choice": self._pair_choice,
        }

    async def _scan(self, params: ScanParams, caller: Caller) -> list[StrapInRange]:
        from ..sources.bluetooth.survey import scan  # noqa: PLC0415 - only where Bluetooth is used

        def on_found(found: FoundStrap) -> None:
            strap = self._in_range(found)
            caller.notify("found", strap)
            self._straps.add_in_range(strap)

        async with self._radio() as radio:
            with self._straps.searching():
                found = await scan(
                    radio,
                    params.seconds,
                    with_battery=params.battery,
                    on_found=on_found,
                    clock=self._clock,
                )
        straps = [self._in_range(strap) for strap in found]
        self._straps.set_in_range(straps)
        return straps

    def _in_range(self, strap: FoundStrap) -> StrapInRange:
        owner = self._manager.strap_owners.get(strap.address)
        return StrapInRange(**{**asdict(strap), "name": strap.name or None}, athlete=owner)

    async def _pair(self, params: PairParams, caller: Caller) -> StrapPairing:
        from ..sources.bluetooth.pairing import pair  # noqa: PLC0415 - only where Bluetooth is used

        require_pairable(self._manager.configuration, params.address, params.athlete)
        if not self._manager.has(params.athlete):
            raise StrapError(f"there is no athlete {params.athlete!r} here")

        def on_step(line: str) -> None:
            caller.notify("step", {"text": line})
            self._straps.update_pairing(step=line)

        def on_measurement(measurement: Measurement) -> None:
            caller.notify("measurement", measurement_document(measurement))
            self._straps.update_pairing(heart_rate=measurement.heart_rate)

        async with self._radio(params.address) as radio:
            with self._straps.pairing(params.address, params.athlete):
                paired = await pair(
                    radio,
                    params.address,
                    seconds=params.seconds,
                    on_step=on_step,
                    on_measurement=on_measurement,
                    clock=self._clock,
                )
        if paired.measurements == 0:
            raise no_heart_rate(params.address, params.seconds)
        strap = paired.strap
        await self._recorder.call(give_strap, strap.address, params.athlete, strap.name, self._clock.wall())
        await self._tasks.reload()
        return StrapPairing(
            address=strap.address,
            name=strap.name or None,
            battery_percent=paired.battery_percent,
            bonded=paired.bonded,
            athlete=params.athlete,
        )

    async def _forget(self, params: StrapParams, _caller: Caller) -> None:
        require_forgettable(self._manager.configuration, params.address)
        if not await self._recorder.call(Store.forget_strap, params.address):
            raise not_paired(params.address)
        await self._tasks.reload()

    async def _choose_strap(self, params: StrapChoiceParams, _caller: Caller) -> None:
        self._straps.choose_strap(params.address)

    async def _choose_athlete(self, params: AthleteChoiceParams, _caller: Caller) -> None:
        self._straps.choose_athlete(params.athlete)

    async def _pair_choice(self, _params: NoParams, caller: Caller) -> StrapPairing:
        address, athlete = self._straps.choice()
        return await self._pair(PairParams(address=address, athlete=athlete), caller)

    @asynccontextmanager
    async def _radio(self, address: str | None = None) -> AsyncIterator[Radio]:
        straps = self._tasks.bluetooth
        if straps is None:
            raise StrapError("Bluetooth is disabled: set bluetooth.enabled = true and restart talkpace")
        async with straps.exclusive_radio(address) as radio:
            yield radio


def measurement_document(measurement: Measurement) -> dict[str, Any]:
    """A heart rate (bpm) with RR intervals (ms) and contact, as JSON."""
    return {
        "heart_rate": measurement.heart_rate,
        "rr_ms": list(measurement.rr_ms),
        "contact": measurement.contact.value,
    }


def require_pairable(configuration: Configuration, address: str, athlete: str) -> None:
    """Raise ConfigurationError where the configuration gives the strap to somebody else."""
    owner = next((one.id for one in configuration.athletes if address in one.straps), athlete)
    if owner != athlete:
        raise ConfigurationError(
            f"{address} is configured as a strap of {owner}; change `straps` in [[athletes]]"
        )


def require_forgettable(configuration: Configuration, address: str) -> None:
    """Raise ConfigurationError where the strap is in the configuration."""
    for athlete in configuration.athletes:
        if address in athlete.straps:
            raise ConfigurationError(
                f"{address} is in the configuration; remove it from `straps` of [[athletes]] {athlete.id}"
            )


def not_paired(address: str) -> StrapError:
    """The error for a strap that nobody has paired."""
    return StrapError(f"{address} is not paired; list straps with: talkpace straps")


def no_heart_rate(address: str, seconds: float) -> StrapError:
    """The error for a strap that sends nothing."""
    return StrapError(f"{address} sent no heart rate within {seconds:.0f} s; wear it with wet electrodes")
