"""Maps the exceptions of bleak and dbus-fast, and the error replies of BlueZ, to RadioError."""

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
    "org.freedesktop.DBus.Error.NoReply": (Fault.NO_BLUEZ, "BlueZ stopped"),
    "org.freedesktop.DBus.Error.UnknownObject": (Fault.VANISHED, "BlueZ does not know the device any more"),
    "org.freedesktop.DBus.Error.UnknownMethod": (Fault.VANISHED, "BlueZ does not know the device any more"),
    "org.bluez.Error.DoesNotExist": (Fault.VANISHED, "BlueZ does not know the device any more"),
    "org.bluez.Error.InProgress": (Fault.BUSY, "BlueZ is busy with an earlier request"),
    "org.bluez.Error.NotReady": (Fault.ADAPTER_OFF, "the Bluetooth adapter is off"),
    "org.bluez.Error.NotSupported": (Fault.NOT_OFFERED, "the strap does not support that"),
    "org.bluez.Error.NotPermitted": (Fault.NEEDS_BOND, "the strap must be paired first"),
    "org.bluez.Error.NotAuthorized": (Fault.NEEDS_BOND, "the strap must be paired first"),
    "org.bluez.Error.AuthenticationFailed": (Fault.NEEDS_BOND, "pairing failed"),
    "org.bluez.Error.AuthenticationCanceled": (Fault.NEEDS_BOND, "pairing was cancelled"),
    "org.bluez.Error.AuthenticationRejected": (Fault.NEEDS_BOND, "the strap refused to pair"),
    "org.bluez.Error.AuthenticationTimeout": (Fault.NEEDS_BOND, "the strap did not answer while pairing"),
}
_BOND_REQUIRED = (
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

_LIBRARIES = ("bleak", "dbus_fast")


def dbus_error(name: str, detail: str = "") -> RadioError:
    """Return the error for an error reply of the bus or of BlueZ."""
    if name.startswith("org.freedesktop.DBus.Error.Spawn."):
        return RadioError(Fault.NO_BLUEZ, NO_BLUEZ)
    if name in _BY_DBUS_NAME:
        return RadioError(*_BY_DBUS_NAME[name])
    return RadioError(Fault.FAILED, f"{detail or 'failed'} ({name})")


def _bleak_error(error: BleakError) -> RadioError:
    match error:
        case BleakBluetoothNotAvailableError():
            return RadioError(*_BY_REASON.get(error.reason, (Fault.FAILED, str(error.args[0]))))
        case BleakDBusError():
            return dbus_error(error.dbus_error, ", ".join(str(part) for part in error.args[1:]))
        case BleakDeviceNotFoundError():
            return dbus_error("org.bluez.Error.DoesNotExist")
        case BleakCharacteristicNotFoundError():
            return RadioError(Fault.NOT_OFFERED, f"the device has no {str(error.char_specifier)[4:8]}")
        case BleakGATTProtocolError() if error.code in _BOND_REQUIRED:
            return dbus_error("org.bluez.Error.NotPermitted")
    return RadioError(Fault.FAILED, str(error) or type(error).__name__)


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Raise failures of BlueZ, the bus or a device as RadioError; other exceptions pass unchanged."""
    try:
        yield
    except BleakError as error:
        raise _bleak_error(error) from error
    except TimeoutError as error:  # an OSError too, but no sign of a missing bus
        raise RadioError(Fault.TIMED_OUT, "no answer in time") from error
    except AuthError as error:
        raise RadioError(Fault.DENIED, DENIED) from error
    except (OSError, EOFError, DBusFastError) as error:  # what dbus-fast raises when the bus closes
        raise RadioError(Fault.NO_BUS, NO_BUS) from error
    except (AssertionError, AttributeError, KeyError) as error:
        # bleak does not check whether its connection and BlueZ's objects are still there: after a link was
        # lost, `pair` fails on `assert self._bus`, a second call in the same method on None, and a device
        # or adapter that BlueZ removed is a missing key. The same from our own code is a defect.
        if not _raised_by_library(error):
            raise
        raise RadioError(Fault.FAILED, f"the connection or the device is gone ({error!r})") from error


def _raised_by_library(error: BaseException) -> bool:
    """Return whether an exception was raised inside bleak or dbus-fast."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    module = "" if traceback is None else str(traceback.tb_frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in _LIBRARIES
