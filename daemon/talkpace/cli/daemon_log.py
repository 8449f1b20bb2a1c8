"""Change an athlete's habits log through the daemon, which alone writes the database while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

import click

from ..control.log_models import LONGEST_LOG_DAYS, LogEntry
from ..errors import DaemonRefusedError
from ..habits.log import Entry, EntryLog, edit_entry, parse_content
from ..mqtt.command_definitions import LOG_COMMANDS
from .log_entries import entry_time, typed_values, usage_errors

if TYPE_CHECKING:
    from ..control.client import ControlClient

_COMMANDS = {kind: command for command, kind in LOG_COMMANDS.items()}


@dataclass(frozen=True)
class DaemonLog:
    """One athlete's log. Its methods raise click.UsageError where the input is invalid or refused."""

    client: ControlClient
    athlete: str
    zone: tzinfo
    now: datetime
    stored: Callable[[], Sequence[Entry]]
    """reads all entries that are in the database"""

    def add(self, kind: str, values: Mapping[str, Any], at: str | None) -> Entry:
        """Add an entry."""
        with usage_errors():
            argument = parse_content(kind, values).model_dump(mode="json", exclude={"kind"})
        return self._command(_COMMANDS[kind], {**argument, **self._time(at)})

    def undo(self) -> Entry:
        """Delete the entry that was added last; return it."""
        return self._command("undo", None)

    def edit(self, name: str, changes: Mapping[str, str], at: str | None) -> Entry:
        """Change an entry's values, given as text, or its time."""
        with usage_errors():
            before = self._entry(name)
            values = typed_values(type(before.content), changes)
            edit_entry(before, values)
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
        argument = {"id": before.id, **plain, **self._time(at)}
        return self._command("log_edit", argument, before)

    def delete(self, name: str) -> Entry:
        """Delete an entry by its id or the beginning of it; return it."""
        with usage_errors():
            entry = self._entry(name)
        return self._command("log_delete", {"id": entry.id})

    def _time(self, text: str | None) -> dict[str, str]:
        """The entry's time among a command's values; without one the daemon's clock dates it."""
        if text is None:
            return {}
        with usage_errors():
            return {"at": entry_time(text, self.now, self.zone).isoformat(timespec="milliseconds")}

    def _entry(self, name: str) -> Entry:
        """Find an entry in the database, or among those that the daemon is about to write."""
        answer = self.client.call("log.list", athlete=self.athlete, days=LONGEST_LOG_DAYS)
        entries = {entry.id: entry for entry in self.stored()}
        entries |= {entry.id: entry for entry in map(self._parse, answer)}
        return EntryLog.of(entries.values()).entry(name)

    def _command(self, name: str, argument: object, unchanged: Entry | None = None) -> Entry:
        try:
            result = self.client.call("command", athlete=self.athlete, name=name, argument=argument)
        except DaemonRefusedError as error:
            raise click.UsageError(str(error)) from None
        entries = [self._parse(one) for one in result["entries"]]
        if unchanged is not None:
            return (entries or [unchanged])[0]
        return entries[0]

    def _parse(self, document: Mapping[str, Any]) -> Entry:
        entry = LogEntry.model_validate(document)
        return Entry(entry.id, self.athlete, entry.at, entry.recorded_at, entry.content)
