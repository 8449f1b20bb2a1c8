"""What goes wrong, split by whose turn it is to act; the command line turns each into one line."""


class TalkpaceError(Exception):
    """Root of all that is reported without a traceback. `exit_code` is the command's."""

    exit_code = 1


class ConfigurationError(TalkpaceError, ValueError):
    """The configuration or the command line asks for something that cannot be; the person changes it."""

    exit_code = 2


class RecordingError(TalkpaceError, ValueError):
    """A file is no recording, or holds nothing that can be used."""


class StoreError(TalkpaceError):
    """The database cannot be opened or written."""


class NewerStoreError(StoreError):
    """The database was written by a newer talkpace; it is left untouched."""


class StoreFullError(StoreError):
    """No room is left on the disk; the same can be tried again once there is."""


class StoreReadOnlyError(StoreError):
    """The database, its folder or the whole disk cannot be written; the same can be tried again."""


class UnknownSessionError(StoreError, LookupError):
    """No session has this name, or more than one has."""


class FileError(TalkpaceError):
    """A file that was asked for cannot be written, or is there already."""


class UnknownEntryError(StoreError, LookupError):
    """An athlete's log has no such entry."""


class CommandError(TalkpaceError, ValueError):
    """A command from outside was refused; nothing has changed. The text says why."""


class StrapError(TalkpaceError):
    """A strap, the adapter or BlueZ did not do what was asked; trying again may help."""


class BrokerError(TalkpaceError):
    """The MQTT broker cannot be reached or refuses; trying again may help."""


class DaemonError(TalkpaceError):
    """The daemon on this host does not answer, or could not do what it was asked."""
