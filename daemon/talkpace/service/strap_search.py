"""Straps in range and of athletes, and the choice for pairing, as the node's state `straps`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from ..clock import Clock
from ..errors import CommandError
from ..mqtt.payloads import AthleteStrap, Choice, PairingProgress, StrapInRange, StrapsPayload
from ..pipeline.sinks import PublishSink
from ..storage.records import StrapRow
from .athlete_manager import AthleteManager

MOST_FOUND = 40
"""straps of one search, so that the payload and the list of options stay short"""


class StrapSearch:
    """Keeps what the last search has found, and what is chosen; publishes every change."""

    def __init__(
        self,
        *,
        manager: AthleteManager,
        clock: Clock,
        publish: PublishSink,
        on_found: Callable[[Sequence[str]], None] = lambda _labels: None,
    ) -> None:
        """`on_found` is called with the labels of the straps found, in their order."""
        self._manager = manager
        self._clock = clock
        self._publish = publish
        self._on_found = on_found
        self._searches = 0
        self._searched: datetime | None = None
        self._in_range: dict[str, StrapInRange] = {}
        self._rows: dict[str, StrapRow] = {}
        self._strap: str | None = None
        self._athlete: str | None = None
        self._pairing: PairingProgress | None = None

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Publish that a search is in progress."""
        self._searches += 1
        self.publish()
        try:
            yield
        finally:
            self._searches -= 1
            self.publish()

    @contextmanager
    def pairing(self, address: str, athlete: str) -> Iterator[None]:
        """Publish that a pairing is in progress."""
        self._pairing = PairingProgress(address=address, athlete=athlete)
        self.publish()
        try:
            yield
        finally:
            self._pairing = None
            self.publish()

    def update_pairing(self, *, step: str | None = None, heart_rate: int | None = None) -> None:
        """Publish how far the pairing is."""
        if self._pairing is None:
            return
        news = {"step": step, "heart_rate": heart_rate}
        changes = {key: value for key, value in news.items() if value is not None}
        self._pairing = self._pairing.model_copy(update=changes)
        self.publish()

    def add_in_range(self, strap: StrapInRange) -> None:
        """Take a strap that a search has just found, before its result."""
        if strap.address in self._in_range or len(self._in_range) < MOST_FOUND:
            self._in_range[strap.address] = strap
            self.publish()

    def set_in_range(self, straps: Sequence[StrapInRange]) -> None:
        """Take the result of a search; a choice that is not in it is dropped."""
        self._in_range = {strap.address: strap for strap in straps[:MOST_FOUND]}
        self._searched = self._clock.wall()
        if self._strap not in self._in_range:
            self._strap = None
        self._on_found([_choice(strap).label for strap in self._in_range.values()])
        self.publish()

    def set_rows(self, rows: Iterable[StrapRow]) -> None:
        """Take the straps of the store, after the athletes and the owners of straps may have changed."""
        self._rows = {row.address: row for row in rows}
        self.publish()

    def choose_strap(self, address: str) -> None:
        """Choose a strap. Raises CommandError unless the last search has found it."""
        if address not in self._in_range:
            raise CommandError(f"the last search has not found {address}; search again")
        self._strap = address
        self.publish()

    def choose_athlete(self, athlete: str) -> None:
        """Choose an athlete. Raises CommandError unless they train here."""
        if athlete not in self._manager.names:
            raise CommandError(f"there is no athlete {athlete!r} here")
        self._athlete = athlete
        self.publish()

    def choice(self) -> tuple[str, str]:
        """The chosen strap and athlete; who trains here alone need not be chosen. Raises CommandError."""
        names = self._manager.names
        athlete = self._athlete if self._athlete in names else None
        if athlete is None and len(names) == 1:
            athlete = next(iter(names))
        if self._strap is None:
            raise CommandError("no strap is chosen: search for straps, then choose one")
        if athlete is None:
            raise CommandError("no athlete is chosen: choose who wears the strap")
        return self._strap, athlete

    def publish(self) -> None:
        """Publish the state."""
        owners, names = self._manager.strap_owners, self._manager.names
        chosen = self._in_range.get(self._strap or "")
        athlete = self._athlete
        self._publish.state(
            "straps",
            StrapsPayload(
                searching=self._searches > 0,
                searched=self._searched,
                in_range=[
                    strap.model_copy(update={"athlete": owners.get(strap.address)})
                    for strap in self._in_range.values()
                ],
                pairing=self._pairing,
                of_athletes=[self._athlete_strap(*each) for each in sorted(owners.items())],
                strap_choice=None if chosen is None else _choice(chosen),
                athlete_choice=Choice.of(athlete, names[athlete]) if athlete in names else None,
            ),
        )

    def _athlete_strap(self, address: str, owner: str) -> AthleteStrap:
        row = self._rows.get(address)
        return AthleteStrap(
            address=address,
            name=(row.name or None) if row else None,
            battery_percent=row.battery_percent if row else None,
            athlete=owner,
        )


def _choice(strap: StrapInRange) -> Choice:
    return Choice.of(strap.address, strap.name)
