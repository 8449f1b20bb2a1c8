"""What a person can do about a fault."""

from __future__ import annotations

from ...errors import StrapError
from .radio import Fault, RadioError

PAIR = "`sudo talkpace pair ADDRESS --athlete ID`"
_WEAR_IT = "wear the strap, moisten its electrodes, come nearer, and try again"

REMEDIES: dict[Fault, str] = {
    Fault.NO_BUS: "start it with `sudo systemctl start dbus`; in a container, mount /run/dbus",
    Fault.DENIED: "`sudo usermod -aG bluetooth $USER`, then log in again",
    Fault.NO_BLUEZ: "`sudo apt install bluez`, then `sudo systemctl enable --now bluetooth`",
    Fault.NO_ADAPTER: "plug one in, and see `bluetoothctl list`; on a Raspberry Pi, "
    "/boot/firmware/config.txt must not say dtoverlay=disable-bt",
    Fault.ADAPTER_OFF: "`sudo rfkill unblock bluetooth`, then `bluetoothctl power on`",
    Fault.BUSY: "wait a moment and try again; if it stays so, `sudo systemctl restart bluetooth`",
    Fault.TIMED_OUT: _WEAR_IT,
    Fault.VANISHED: _WEAR_IT,
    Fault.NEEDS_BOND: f"let other devices forget the strap, `bluetoothctl remove ADDRESS` here, then {PAIR}",
    Fault.BOND_BROKEN: "wear it and come nearer; where that does not help, it has lost its keys, as with a "
    f"reset or another phone: {PAIR} bonds it anew",
    Fault.NOT_OFFERED: "it must offer the Heart Rate Service: on a watch, switch its broadcast on",
    Fault.FAILED: _WEAR_IT,
}


def explained(error: RadioError) -> StrapError:
    """The error with what to do about it, in one line."""
    return StrapError(f"{error}: {REMEDIES[error.fault]}")
