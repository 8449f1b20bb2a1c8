"""Exceptions, by who has to act. The command line prints each as one line.

TalkpaceError             exit code 1
├─ ConfigurationError     exit code 2
├─ RecordingError
├─ StoreError
│  ├─ NewerStoreError, StoreFullError, StoreReadOnlyError
│  └─ UnknownSessionError, UnknownEntryError
├─ FileError
├─ CommandError
├─ StrapError
├─ BrokerError
└─ DaemonError
   └─ DaemonNotRunningError, DaemonRefusedError
"""


class TalkpaceError(Exception):
    """Base of every error that is reported without a traceback; `exit_code` is the command's."""

    exit_code = 1


class ConfigurationError(TalkpaceError, ValueError):
    """The configuration or a command line is invalid: the user has to change it."""

    exit_code = 2


class RecordingError(TalkpaceError, ValueError):
    """A file is not a recording, or has no usable data."""


class StoreError(TalkpaceError):
    """The database cannot be opened, read or written."""


class NewerStoreError(StoreError):
    """The database was written by a newer version of talkpace; it is left untouched."""


class StoreFullError(StoreError):
    """The disk is full; retry once there is space."""


class StoreReadOnlyError(StoreError):
    """The database, its folder or the file system is read-only; retry once it can be written."""


class UnknownSessionError(StoreError, LookupError):
    """No session has this id, or more than one id begins with it."""


class UnknownEntryError(StoreError, LookupError):
    """An athlete's log has no entry with this id."""


class FileError(TalkpaceError):
    """An output file cannot be written, or exists already."""


class CommandError(TalkpaceError, ValueError):
    """A command received over MQTT or from the command line was refused; nothing has changed."""


class StrapError(TalkpaceError):
    """A strap, the Bluetooth adapter or BlueZ failed; a retry may help."""


class BrokerError(TalkpaceError):
    """The MQTT broker cannot be reached or refuses the connection; a retry may help."""


class DaemonError(TalkpaceError):
    """The daemon on this host does not answer, or could not carry out a request."""


class DaemonNotRunningError(DaemonError):
    """No daemon runs that writes this database."""


class DaemonRefusedError(DaemonError):
    """The daemon refused a request, and says why; nothing has changed."""
