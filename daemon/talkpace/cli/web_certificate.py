"""`talkpace web certificate`: https for the page, by a certificate authority of the household's own."""

from __future__ import annotations

import os
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING

import click

from ..errors import ConfigurationError
from .config import change_settings_of
from .options import layers_option
from .output import note

if TYPE_CHECKING:
    from pathlib import Path

    from ..config.layers import Layers
    from ..config.web import WebConfig

_STEPS = """
On each device, once, open {address} and go on past the browser's warning; install the file; then:
  iPhone, iPad  Settings, General, VPN & Device Management: install the profile; then General, About,
                Certificate Trust Settings: switch it on
  Android       Settings, Security, Encryption & credentials, Install a certificate, CA certificate
  Firefox       Settings, Privacy & Security, View Certificates, Authorities, Import
  Chrome        on Windows and macOS double-click the file, and trust it for websites; on Linux
                chrome://certificate-manager, Custom, Installed by you
The authority vouches for the names of this host and for addresses in home networks, and for nothing else."""


@click.command()
@click.option(
    "--new-authority", is_flag=True, help="Make a new authority, which every device has to install again."
)
@layers_option
def certificate(layers: Layers, new_authority: bool) -> None:
    """Make a certificate for https, by an authority of this household's own.

    Devices that have installed the authority open the page without a warning. The certificate lasts 13
    months; run this again to renew it, with the same authority.
    """
    from ..config.load import validate
    from ..storage.paths import PAGE, SECRETS, authority_path, hidden_state, store_path
    from ..web.local_authority import CERTIFICATE_DAYS, AuthorityFiles, make_certificate
    from ..web.page_files import AUTHORITY

    configuration = validate(layers)
    if hidden_state(configuration.store, os.environ) is not None:
        raise ConfigurationError(
            "the page belongs to the daemon's user: run this as root (sudo talkpace web certificate)"
        )
    folder = store_path(configuration, os.environ).absolute().parent
    files = AuthorityFiles(
        authority=authority_path(folder),
        authority_key=folder / SECRETS / "web-authority.key",
        certificate=folder / PAGE / "page.crt",
        key=folder / PAGE / "page.key",
    )
    _require_own(configuration.web, files.certificate)
    names, addresses = _names(configuration.web)
    is_new = make_certificate(
        files, names, [ip_address(one) for one in addresses], new_authority=new_authority
    )
    changes = {"web.certificate_file": str(files.certificate), "web.key_file": str(files.key)}
    change_settings_of(layers, changes)
    click.echo(f"Certificate for {', '.join([*names, *addresses])}, valid for {CERTIFICATE_DAYS} days.")
    click.echo("To use it: sudo systemctl restart talkpace-web; the first time: sudo talkpace web enable")
    if is_new:
        host = names[0] if configuration.web.names else f"{_host_name()}.local"
        click.echo(_STEPS.format(address=f"https://{host}:{configuration.web.address.port}/{AUTHORITY}"))
    if configuration.web.address.ip.is_loopback:
        note("only this host can open the page, as [web] listen says")


def _require_own(settings: WebConfig, certificate_file: Path) -> None:
    if settings.certificate_file not in (None, certificate_file):
        raise ConfigurationError(
            f"web.certificate_file is {settings.certificate_file}, which is not talkpace's own: remove"
            " certificate_file and key_file from [web] first"
        )


def _names(settings: WebConfig) -> tuple[list[str], list[str]]:
    """Names and IP addresses by which browsers may call this host."""
    host = _host_name()
    names = list(dict.fromkeys([*settings.names, f"{host}.local", host, "localhost"]))
    listen = settings.address.ip
    addresses = ["127.0.0.1", *([] if listen.is_unspecified or listen.is_loopback else [str(listen)])]
    return [name for name in names if not _is_address(name)], [
        *addresses,
        *(name for name in names if _is_address(name)),
    ]


def _host_name() -> str:
    return socket.gethostname().split(".")[0].lower()


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
