"""Definitions of the daemon's methods: name, parameters and result, written once.

The control socket has all of them; those with `over_mqtt` are commands to the node over MQTT too. `service`
attaches the functions that carry them out; `openrpc` documents them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..mqtt.payloads import NodePayload, StrapInRange
from .athlete_models import AthleteDescription
from .calibration_models import CalibrationAdopted, CalibrationParams
from .log_models import LogEntry, LogParams
from .method_models import (
    AlertParams,
    AlertResult,
    AssignParams,
    AssignResult,
    AthleteChoiceParams,
    AthleteInfo,
    AthleteParams,
    AthleteRemoval,
    CommandParams,
    CommandResult,
    Diagnostics,
    DiagnosticsParams,
    GuestInfo,
    GuestParams,
    NodeInfo,
    NoParams,
    PairParams,
    ScanParams,
    SessionDeleted,
    SessionParams,
    SessionRestored,
    StrapChoiceParams,
    StrapOverview,
    StrapPairing,
    StrapParams,
    WatchParams,
)
from .params import Params
from .settings_models import SettingsChange, SettingsDescription, SettingsList, SettingsParams
from .setup_models import BrokerParams, BrokerTest, FirstUseParams, FirstUseState


@dataclass(frozen=True)
class MethodDefinition:
    """A method without the function that carries it out."""

    name: str
    description: str
    params: type[Params] = NoParams
    result: Any = None
    """a type that pydantic can describe; None where there is nothing to return"""
    over_mqtt: bool = False
    """whether it is also a command to the node over MQTT, on `N/command/NAME`"""

    @property
    def mqtt_name(self) -> str:
        """Its name in a topic: that of the method with `_` for `.`, such as `alerts_test`."""
        return self.name.replace(".", "_")


_DEFINITIONS = (
    MethodDefinition("node", "Tell which daemon this is.", result=NodeInfo),
    MethodDefinition(
        "node.restart",
        "End the daemon, so that systemd starts it again; open sessions continue."
        " Refused where systemd did not start it.",
    ),
    MethodDefinition("health", "Tell the node's health.", result=NodePayload),
    MethodDefinition(
        "diagnostics", "Check everything that the daemon needs.", DiagnosticsParams, Diagnostics
    ),
    MethodDefinition("command", "Send a command to an athlete.", CommandParams, CommandResult),
    MethodDefinition(
        "watch",
        "Send `state` and `event` notifications from now on, the latest states first.",
        WatchParams,
    ),
    MethodDefinition(
        "log.list", "List an athlete's entries of the habits log, newest first.", LogParams, list[LogEntry]
    ),
    MethodDefinition("athletes.list", "List the athletes.", result=list[AthleteInfo]),
    MethodDefinition(
        "athletes.describe",
        "List athletes with the values that were set, and the thresholds that follow from them.",
        result=list[AthleteDescription],
    ),
    MethodDefinition("athletes.add", "Add an athlete.", AthleteParams),
    MethodDefinition("athletes.set", "Change an athlete's values.", AthleteParams),
    MethodDefinition(
        "calibration.adopt",
        "Set an athlete's ceiling to the one that calibrations propose.",
        CalibrationParams,
        CalibrationAdopted,
    ),
    MethodDefinition(
        "athletes.remove",
        "Remove an athlete who is not in the configuration file, and free their straps. What was recorded"
        " stays. Refused during a session of theirs.",
        AthleteRemoval,
    ),
    MethodDefinition(
        "alerts.test",
        "Play an alert pattern, in quiet hours too, and light the lamps.",
        AlertParams,
        AlertResult,
        over_mqtt=True,
    ),
    MethodDefinition("settings.list", "List all settings with their origins.", result=SettingsList),
    MethodDefinition(
        "settings.describe",
        "Describe all settings for a form: JSON Schema, help, unit, default, when a change takes effect.",
        result=SettingsDescription,
    ),
    MethodDefinition("settings.set", "Change settings.", SettingsParams, SettingsChange),
    MethodDefinition(
        "broker.test",
        "Connect to a broker and subscribe to the commands, without storing or publishing anything.",
        BrokerParams,
        BrokerTest,
    ),
    MethodDefinition(
        "broker.set",
        "Use a broker from now on. The password is stored in a file that only the daemon's user can read.",
        BrokerParams,
        SettingsChange,
    ),
    MethodDefinition("first_use", "Tell how far first use is.", result=FirstUseState),
    MethodDefinition("first_use.set", "Take the household's answers.", FirstUseParams, FirstUseState),
    MethodDefinition(
        "scan",
        "Search for straps in range; each is also sent as `found`, as soon as it is.",
        ScanParams,
        list[StrapInRange],
        over_mqtt=True,
    ),
    MethodDefinition(
        "pair",
        "Connect to a strap, bond if it requires that, and assign it to an athlete;"
        " `step` and `measurement` tell how far it is.",
        PairParams,
        StrapPairing,
        over_mqtt=True,
    ),
    MethodDefinition("forget", "Remove a paired strap. Its sessions stay.", StrapParams, over_mqtt=True),
    MethodDefinition(
        "strap_choice",
        "Choose a strap that the last search has found, for `pair_choice`.",
        StrapChoiceParams,
        over_mqtt=True,
    ),
    MethodDefinition(
        "athlete_choice",
        "Choose the athlete for the strap; not needed where only one trains here.",
        AthleteChoiceParams,
        over_mqtt=True,
    ),
    MethodDefinition(
        "pair_choice",
        "Pair the chosen strap with the chosen athlete, as `pair` does.",
        result=StrapPairing,
        over_mqtt=True,
    ),
    MethodDefinition(
        "straps.list",
        "List athletes' straps, straps in range that nobody owns, and ignored ones.",
        result=StrapOverview,
    ),
    MethodDefinition(
        "straps.assign",
        "Give a strap to an athlete without connecting to it. A session that began with it less than five"
        " minutes ago moves; later it ends, and the next beat starts the athlete's own.",
        AssignParams,
        AssignResult,
    ),
    MethodDefinition(
        "guests.add",
        "Add an athlete for today; what is recorded of them is deleted a week later.",
        GuestParams,
        GuestInfo,
    ),
    MethodDefinition(
        "sessions.delete",
        "Delete a session that has ended; for a day it can be restored.",
        SessionParams,
        SessionDeleted,
    ),
    MethodDefinition("sessions.restore", "Bring a deleted session back.", SessionParams, SessionRestored),
    MethodDefinition("straps.ignore", "Stop reporting a strap that nobody owns.", StrapParams),
    MethodDefinition("straps.unignore", "Report an ignored strap again.", StrapParams),
)

METHODS: Mapping[str, MethodDefinition] = MappingProxyType(
    {definition.name: definition for definition in _DEFINITIONS}
)
"""by name"""
