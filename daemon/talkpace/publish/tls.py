"""The broker's certificate is checked, name and all; a client certificate is shown where there is one."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

from ..config.model import Mqtt
from ..errors import ConfigurationError
from .complaints import unusable
from .credentials import check_private


class ClosingContext(ssl.SSLContext):
    """Remembers the socket that it wraps: paho 2.1 leaves it open when the handshake fails."""

    _wrapped: ssl.SSLSocket | None = None

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        """As usual, and remembered."""
        self._wrapped = super().wrap_socket(*args, **kwargs)
        return self._wrapped

    def close_socket(self) -> None:
        """Close what was wrapped."""
        if self._wrapped is not None:
            self._wrapped.close()


def tls_context(settings: Mqtt) -> ClosingContext:
    """Reads the files anew, as certificates are renewed. Raises LinkError where one cannot be used."""
    context = ClosingContext(ssl.PROTOCOL_TLS_CLIENT)
    if settings.ca_file is None:
        context.load_default_certs()
    else:
        _load_authority(context, settings.ca_file.expanduser())
    if settings.certificate_file is not None:
        _load_certificate(context, settings.certificate_file.expanduser(), settings.key_file)
    return context


def _load_authority(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise unusable("mqtt.ca_file", f"{path} holds no certificate") from None
    except OSError as error:
        raise unusable("mqtt.ca_file", f"{path}: {error.strerror}") from None


def _load_certificate(context: ssl.SSLContext, path: Path, key_file: Path | None) -> None:
    key = path if key_file is None else key_file.expanduser()
    try:
        check_private(key, "mqtt.key_file")
        # Without a password here, OpenSSL would ask for that of an encrypted key on the terminal.
        context.load_cert_chain(path, key, password="")
    except ConfigurationError as error:
        raise unusable("mqtt.key_file", str(error).removeprefix("mqtt.key_file: ")) from None
    except ssl.SSLError:
        raise unusable(
            "mqtt.certificate_file", f"{path} and {key} are no certificate and its unencrypted key"
        ) from None
    except OSError as error:
        raise unusable("mqtt.certificate_file", f"{path}: {error.strerror}") from None
