"""What bleak, dbus-fast and BlueZ raise, in the words of the seam."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)
from dbus_fast.errors import AuthError, DBusFastError

from .radio import Fault, RadioError

NO_BUS = "the system's D-Bus cannot be reached"
NO_BLUEZ = "BlueZ is not running"
NO_ADAPTER = "no Bluetooth adapter"
DENIED = "this user may not use Bluetooth"

_BY_DBUS_NAME = {
    "org.freedesktop.DBus.Error.AccessDenied": (Fault.DENIED, DENIED),
    "org.freedesktop.DBus.Error.ServiceUnknown": (Fault.NO_BLUEZ, NO_BLUEZ),
    "org.freedesktop.DBus.Error.NameHasNoOwner": (Fault.NO_BLUEZ, NO_BLUEZ),
    "org.freedesktop.DBus.Error.NoReply": (Fault.NO_BLUEZ, "BlueZ went away"),
    "org.freedesktop.DBus.Error.UnknownObject": (Fault.VANISHED, "BlueZ does not know it any more"),
    "org.freedesktop.DBus.Error.UnknownMethod": (Fault.VANISHED, "BlueZ does not know it any more"),
    "org.bluez.Error.DoesNotExist": (Fault.VANISHED, "BlueZ does not know it any more"),
    "org.bluez.Error.InProgress": (Fault.BUSY, "BlueZ is busy with an earlier request"),
    "org.bluez.Error.NotReady": (Fault.ADAPTER_OFF, "the Bluetooth adapter is off"),
    "org.bluez.Error.NotSupported": (Fault.NOT_OFFERED, "the strap does not offer that"),
    "org.bluez.Error.NotPermitted": (Fault.NEEDS_BOND, "the strap wants to be paired first"),
    "org.bluez.Error.NotAuthorized": (Fault.NEEDS_BOND, "the strap wants to be paired first"),
    "org.bluez.Error.AuthenticationFailed": (Fault.NEEDS_BOND, "pairing failed"),
    "org.bluez.Error.AuthenticationCanceled": (Fault.NEEDS_BOND, "pairing was cancelled"),
    "org.bluez.Error.AuthenticationRejected": (Fault.NEEDS_BOND, "the strap refused to pair"),
    "org.bluez.Error.AuthenticationTimeout": (Fault.NEEDS_BOND, "the strap did not answer while pairing"),
}
_WANTS_BOND = (
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHORIZATION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION_KEY_SIZE,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
)
_BY_REASON = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: (Fault.NO_ADAPTER, NO_ADAPTER),
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: (Fault.NO_ADAPTER, NO_ADAPTER),
    BleakBluetoothNotAvailableReason.POWERED_OFF: (Fault.ADAPTER_OFF, "the Bluetooth adapter is off"),
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: (Fault.DENIED, DENIED),
}


def of_dbus(name: str, detail: str = "") -> RadioError:
    """For an error reply from the bus or from BlueZ."""
    if name.startswith("org.freedesktop.DBus.Error.Spawn."):
        return RadioError(Fault.NO_BLUEZ, NO_BLUEZ)
    if name in _BY_DBUS_NAME:
        fault, says = _BY_DBUS_NAME[name]
        return RadioError(fault, says)
    return RadioError(Fault.FAILED, f"{detail or 'failed'} ({name})")


def _of_bleak(error: BleakError) -> RadioError:
    match error:
        case BleakBluetoothNotAvailableError():
            return RadioError(*_BY_REASON.get(error.reason, (Fault.FAILED, str(error.args[0]))))
        case BleakDBusError():
            return of_dbus(error.dbus_error, ", ".join(str(part) for part in error.args[1:]))
        case BleakDeviceNotFoundError():
            return of_dbus("org.bluez.Error.DoesNotExist")
        case BleakCharacteristicNotFoundError():
            return RadioError(Fault.NOT_OFFERED, f"the device has no {str(error.char_specifier)[4:8]}")
        case BleakGATTProtocolError() if error.code in _WANTS_BOND:
            return of_dbus("org.bluez.Error.NotPermitted")
    return RadioError(Fault.FAILED, str(error) or type(error).__name__)


@contextmanager
def translated() -> Iterator[None]:
    """Everything that goes wrong inside on behalf of the outside world is raised as RadioError."""
    try:
        yield
    except BleakError as error:
        raise _of_bleak(error) from error
    except TimeoutError as error:  # an OSError too, but no sign of a missing bus
        raise RadioError(Fault.TIMED_OUT, "no answer in time") from error
    except AuthError as error:
        raise RadioError(Fault.DENIED, DENIED) from error
    except (OSError, EOFError, DBusFastError) as error:
        raise RadioError(Fault.NO_BUS, NO_BUS) from error
    except (AssertionError, AttributeError, KeyError) as error:
        # bleak takes for granted that the bus, and what BlueZ said of itself, are still there
        raise RadioError(Fault.FAILED, f"BlueZ went away meanwhile ({error!r})") from error
