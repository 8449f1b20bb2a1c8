"""Check of `talkpace doctor` for the page: is it on, does it listen, how long is its certificate valid.

systemd's socket accepts connections although the page's process may not start: it is asked for a document.
"""

from __future__ import annotations

import asyncio
import errno
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..config.web import ListenAddress, WebConfig
from ..diagnostics import Finding

CHECK = "page in the browser"
_ANSWER_S = 5.0
_SOON = timedelta(days=14)
_RENEW = "renew the certificate, then: sudo systemctl restart talkpace-web"


async def page_finding(settings: WebConfig) -> Finding:
    """Connect to where the page is served, and disconnect."""
    if not settings.enabled:
        return Finding(CHECK, ok=True, detail="off; switch it on: sudo talkpace web enable")
    scheme = "https" if settings.certificate_file else "http"
    where = f"{scheme}://{settings.listen}"
    try:
        context = await asyncio.to_thread(_context, settings.certificate_file)
        return _judge(where, await _connect(settings.address, context))
    except ssl.SSLCertVerificationError as error:
        return Finding(CHECK, ok=False, detail=f"{where}: {error.verify_message}", remedy=_RENEW)
    except ssl.SSLError as error:
        reason = (error.reason or str(error)).replace("_", " ").lower()
        return Finding(
            CHECK,
            ok=False,
            detail=f"{where}: no https: {reason}",
            remedy="check web.certificate_file, then: sudo talkpace web enable",
        )
    except (OSError, TimeoutError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "no answer"
        return Finding(
            CHECK,
            ok=False,
            detail=f"nothing answers at {where}: {reason}",
            remedy="sudo talkpace web enable; see `systemctl status talkpace-web.socket`",
        )


def _judge(where: str, valid_until: datetime | None) -> Finding:
    if valid_until is None:
        return Finding(CHECK, ok=True, detail=f"served at {where}")
    detail = f"served at {where}; its certificate is valid until {valid_until:%Y-%m-%d}"
    if valid_until - datetime.now(UTC) < _SOON:
        return Finding(CHECK, ok=False, detail=detail, remedy=_RENEW)
    return Finding(CHECK, ok=True, detail=detail)


def _context(certificate: Path | None) -> ssl.SSLContext | None:
    """A context that trusts the configured certificate alone. Raises OSError where it cannot be read."""
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # it is asked by the IP address
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cafile=certificate.expanduser())
    return context


async def _connect(address: ListenAddress, context: ssl.SSLContext | None) -> datetime | None:
    """Return until when the certificate is valid, None without one. Raises OSError, TimeoutError."""
    any_address = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened on, for all
    host = any_address.get(str(address.ip), str(address.ip))
    async with asyncio.timeout(_ANSWER_S):
        reader, writer = await asyncio.open_connection(host, address.port, ssl=context)
        try:
            certificate = writer.get_extra_info("peercert")
            writer.write(b"GET /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if not (await reader.readline()).startswith(b"HTTP/1.1 "):
                raise OSError(errno.EPROTO, "its process does not answer")
        finally:
            writer.close()
    if not certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
