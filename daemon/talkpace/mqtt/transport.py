"""What an MQTT connection needs below the protocol: DNS lookup, TLS context, safe cancellation."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from ..config.model import MqttConfig
from ..config.secret_file import check_private
from ..errors import ConfigurationError
from .errors import unusable_file

DNS_TIMEOUT_S = 10.0

T = TypeVar("T")


async def resolve(host: str, port: int) -> None:
    """Return once the name resolves. Raises OSError (TimeoutError included) where it does not.

    A lookup cannot be cancelled, and takes half a minute where no name server answers. It runs in a
    daemon thread, as the event loop waits for its own executor's threads when it ends.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[OSError | None] = loop.create_future()

    def set_result(error: OSError | None) -> None:
        if not result.done():
            result.set_result(error)

    def look_up() -> None:
        outcome: OSError | None = None
        try:
            socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except ValueError:  # UnicodeError is one
            outcome = socket.gaierror(socket.EAI_NONAME, "not a valid host name")
        except OSError as error:
            outcome = error
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(set_result, outcome)

    Thread(target=look_up, name="resolve", daemon=True).start()
    async with asyncio.timeout(DNS_TIMEOUT_S):
        error = await result
    if error is not None:
        raise error


async def cancellable(awaitable: Awaitable[T]) -> T:
    """Await; a cancellation that was swallowed meanwhile is raised by the next await.

    Before Python 3.12, `asyncio.wait_for`, which aiomqtt uses, loses a cancellation that arrives in the
    same loop iteration as the result. The task would then run for ever.
    """
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()
    result = await awaitable
    if task.cancelling() > before:
        task.uncancel()
        task.cancel()
    return result


class ClosableContext(ssl.SSLContext):
    """An SSL context that can close the socket it wrapped: paho 2.1 leaks it when the handshake fails."""

    _wrapped: ssl.SSLSocket | None = None

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        """See SSLContext."""
        self._wrapped = super().wrap_socket(*args, **kwargs)
        return self._wrapped

    def close_socket(self) -> None:
        """Close the wrapped socket, if any."""
        if self._wrapped is not None:
            self._wrapped.close()


def tls_context(settings: MqttConfig) -> ClosableContext:
    """A context that verifies certificate and host name, with the client certificate where configured.

    Reads the files at every call, as certificates are renewed. Raises BrokerConnectionError where one
    cannot be used.
    """
    context = ClosableContext(ssl.PROTOCOL_TLS_CLIENT)
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
        raise unusable_file("mqtt.ca_file", f"{path} is not a PEM certificate") from None
    except OSError as error:
        raise unusable_file("mqtt.ca_file", f"{path}: {error.strerror}") from None


def _load_certificate(context: ssl.SSLContext, path: Path, key_file: Path | None) -> None:
    key = path if key_file is None else key_file.expanduser()
    try:
        check_private(key, "mqtt.key_file")
        # Without a password argument, OpenSSL would prompt for that of an encrypted key on the terminal.
        context.load_cert_chain(path, key, password="")
    except ConfigurationError as error:
        raise unusable_file("mqtt.key_file", str(error).removeprefix("mqtt.key_file: ")) from None
    except ssl.SSLError:
        raise unusable_file(
            "mqtt.certificate_file", f"{path} and {key} are not a certificate and its unencrypted key"
        ) from None
    except OSError as error:
        raise unusable_file("mqtt.certificate_file", f"{path}: {error.strerror}") from None
