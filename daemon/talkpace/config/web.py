"""Settings of the page in the browser, which a process of its own serves."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic.functional_validators import AfterValidator

from .fields import Section

PageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")]


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """IP address and TCP port on which the page is served."""

    ip: IPv4Address | IPv6Address
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `127.0.0.1:8080` or `[::1]:8080`. Raises ValueError."""
        host, _, port = text.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        try:
            ip = ip_address(host[1:-1] if bracketed else host)
        except ValueError:
            ip = None
        if ip is None or bracketed != (ip.version == 6) or "%" in host or not _is_port(port):
            raise ValueError(
                f"{text!r} is not an address with a port: write it as 127.0.0.1:8080 or [::1]:8080"
            )
        return cls(ip, int(port))

    def __str__(self) -> str:
        """Format as in the configuration."""
        return f"[{self.ip}]:{self.port}" if self.ip.version == 6 else f"{self.ip}:{self.port}"


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535


def _ip_address(text: str) -> str:
    return str(ip_address(text))


def _listen_address(text: str) -> str:
    return str(ListenAddress.parse(text))


class WebConfig(Section):
    """The page in the browser. `sudo talkpace web enable` switches it on, and applies changes of it."""

    enabled: bool = False
    """Whether the page is served."""
    listen: Annotated[str, AfterValidator(_listen_address)] = "127.0.0.1:8080"
    """IP address and port; 0.0.0.0:8080 is everybody in the home network."""
    names: list[PageName] = Field(default=[], max_length=20)
    """More names by which browsers may call this host; its host name, HOSTNAME.local and IP addresses
    always are such."""
    certificate_file: Path | None = None
    """Certificate with its chain (PEM), for https."""
    key_file: Path | None = None
    """Private key of the certificate, which the user talkpace can read."""

    ingress: Annotated[str, AfterValidator(_listen_address)] | None = None
    """IP address and port for Home Assistant's ingress, where talkpace runs as its app; not with https."""
    ingress_from: Annotated[str, AfterValidator(_ip_address)] = "172.30.32.2"
    """The only IP address that is answered there: that of Home Assistant's Supervisor."""

    @model_validator(mode="after")
    def _check_ingress(self) -> Self:
        if self.ingress is not None and ListenAddress.parse(self.ingress).port == self.address.port:
            raise ValueError("ingress and listen need different ports")
        return self

    @model_validator(mode="after")
    def _check_files(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file belong together: set both or neither")
        return self

    @property
    def address(self) -> ListenAddress:
        """`listen`, parsed."""
        return ListenAddress.parse(self.listen)
