"""`talkpace web`: the page in the browser: switch it on, let people in, serve it."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..errors import ConfigurationError
from .config import change_settings_of
from .options import config_option, json_option, layers_option
from .output import note, print_json, print_table
from .web_certificate import certificate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..config.layers import Layers
    from ..config.model import Configuration
    from ..config.web import WebConfig
    from ..web.access_admin import AccessAdmin
    from ..web.access_file import AccessFile

_SHOWN_BY_DEFAULT = ("live", "event", "session")
_log = logging.getLogger(__name__)


@click.group()
def web() -> None:
    """Switch the page in the browser on and off, make read-only links, serve it."""


web.add_command(certificate)


@web.command()
@click.option("--forget-password", is_flag=True, help="Forget the password, and make a code for a new one.")
@layers_option
def enable(layers: Layers, forget_password: bool) -> None:
    """Switch the page on; print its address, and a code to set the password with.

    The code works once, within 10 minutes. As root this also starts the page's service, on the address
    that `listen` in [web] says; after a change of [web], run it again.
    """
    from ..web.access_admin import CODE_S

    configuration = _usable(layers)
    admin = _admin(configuration)
    if not configuration.web.enabled:
        change_settings_of(layers, {"web.enabled": True})
    code = admin.make_code(forget_password=forget_password)
    click.echo(f"The page: {_page_address(configuration.web)}")
    if code is None:
        click.echo("A password is set. To set another: sudo talkpace web enable --forget-password")
    else:
        click.echo(
            f"Open it within {CODE_S // 60} minutes, and set a password with this code:\n\n    {code}\n"
        )
    if configuration.web.address.ip.is_loopback:
        note("only this host can open it; for all at home, set in the configuration file:")
        note('[web] listen = "0.0.0.0:8080"; then: sudo talkpace web enable')


@web.command()
@layers_option
def disable(layers: Layers) -> None:
    """Switch the page off, and sign everybody out. Password and links are kept."""
    configuration = _usable(layers)
    admin = _admin(configuration)
    if configuration.web.enabled:
        change_settings_of(layers, {"web.enabled": False})
    admin.end_sessions()
    click.echo("The page is off; everybody is signed out.")


@web.command()
@click.option("--listen", "only_listen", is_flag=True, help="Print only the address that it listens on.")
@config_option
@json_option
def status(configuration: Configuration, only_listen: bool, as_json: bool) -> None:
    """Show whether the page is on, who is signed in, and which read-only links there are."""
    if only_listen:
        click.echo(configuration.web.listen)
        return
    state = _admin(configuration).state
    links = [
        {
            "name": one.name,
            "athletes": None if one.view.athletes is None else list(one.view.athletes),
            "topics": list(one.view.topics),
            "created": _time(one.created),
        }
        for one in state.links
    ]
    signed_in = sum(one.link is None for one in state.sessions)
    document: dict[str, Any] = {
        "enabled": configuration.web.enabled,
        "address": _page_address(configuration.web),
        "listen": configuration.web.listen,
        "password_set": state.password is not None,
        "signed_in": signed_in,
        "watching": len(state.sessions) - signed_in,
        "links": links,
    }
    if as_json:
        print_json(document)
        return
    click.echo(f"The page is {'on' if document['enabled'] else 'off'}: {document['address']}")
    click.echo(f"Password: {'set' if document['password_set'] else 'not set'}")
    click.echo(f"Browsers: {signed_in} signed in, {document['watching']} that may only look")
    if links:
        rows = [
            (one.name, ", ".join(one.view.athletes or ("everybody",)), ", ".join(one.view.topics))
            for one in state.links
        ]
        print_table(("link", "athletes", "shows"), rows)


@web.command()
@click.argument("name")
@click.option("--athlete", "athletes", metavar="ID", multiple=True, help="Show this one; all by default.")
@click.option(
    "--show",
    "topics",
    metavar="TOPIC",
    multiple=True,
    default=_SHOWN_BY_DEFAULT,
    help="What to show: live, event and session by default; or summary, habits, ….",
)
@config_option
def link(configuration: Configuration, name: str, athletes: tuple[str, ...], topics: tuple[str, ...]) -> None:
    """Make a link that may only look, for a TV or a tablet; print it once.

    Example: talkpace web link tv --athlete anna --athlete ben
    """
    from ..config.fields import is_slug
    from ..mqtt.schema import TOPICS
    from ..web.access_state import View

    if not is_slug(name):
        raise click.UsageError("NAME has 1 to 32 lower-case letters, digits or hyphens")
    for athlete in athletes:
        if not is_slug(athlete):
            raise click.BadParameter(f"{athlete!r} is no athlete's id", param_hint="'--athlete'")
    names = [one.name for one in TOPICS if one.owner == "athlete"]
    for topic in topics:
        if topic not in names:
            raise click.BadParameter(f"{topic!r} is none of {', '.join(names)}", param_hint="'--show'")
    secret = _admin(configuration).make_link(name, View(athletes=athletes or None, topics=topics))
    click.echo(f"{_page_address(configuration.web)}#link={secret}")
    note(f"who has this link sees the page without a password, until: sudo talkpace web revoke {name}")


@web.command()
@click.argument("name")
@config_option
def revoke(configuration: Configuration, name: str) -> None:
    """Revoke a read-only link; pages that were opened by it close within seconds."""
    _admin(configuration).revoke_link(name)
    click.echo(f"{name}: revoked")


@web.command()
@layers_option
def run(layers: Layers) -> None:
    """Serve the page in the foreground. systemd starts this."""
    from ..config.load import validate_usable
    from ..service.logs import configure_logging

    layers.require_settings()
    usable = validate_usable(layers)
    configuration = usable.configuration
    configure_logging(configuration.log.level)
    for problem in usable.problems:
        _log.warning("%s", problem)
    if not configuration.web.enabled:
        raise ConfigurationError("the page is off; to switch it on: sudo talkpace web enable")
    options = ["--config", str(layers.file)] if layers.file.exists() else []
    asyncio.run(_serve(configuration, options))


async def _serve(configuration: Configuration, options: Sequence[str]) -> None:
    """`options` are those of a program that reads the same configuration."""
    from ..storage.paths import authority_path, control_paths, store_path
    from ..web.access import Access
    from ..web.app import PageApp
    from ..web.history_routes import HistoryRoutes
    from ..web.host_names import HostNames
    from ..web.ingress import Ingress
    from ..web.page_files import BUILT, authority_file, read_page_files
    from ..web.record_program import RecordProgram
    from ..web.record_reader import RecordReader
    from ..web.server import check_certificate, open_listeners, serve

    check_certificate(configuration.web)
    with open_listeners(configuration.web, os.environ) as listeners:
        database = store_path(configuration, os.environ)
        app = PageApp(
            node=configuration.node.id,
            paths=lambda: control_paths(configuration, os.environ),
            database=database,
            access=Access(_access_file(configuration)),
            names=HostNames(configuration.web.names),
            files=read_page_files(BUILT) | authority_file(authority_path(database.parent)),
            history=HistoryRoutes(
                RecordReader(database),
                RecordProgram([sys.executable, "-m", "talkpace"], options),
                lambda athlete: configuration.habits.zone_of(athlete, os.environ),
            ),
            ingress=Ingress.of(configuration.web),
        )
        for listener in listeners:
            _log.info("the page is served on %s port %s", *listener.getsockname()[:2])
        await serve(app, configuration.web, listeners)


def _usable(layers: Layers) -> Configuration:
    from ..config.load import validate

    return validate(layers)


def _access_file(configuration: Configuration) -> AccessFile:
    """The file of the access state, in a folder beside the database."""
    from ..storage.paths import PAGE, hidden_state, store_path
    from ..web.access_file import AccessFile

    if hidden_state(configuration.store, os.environ) is not None:
        raise ConfigurationError(
            "the page belongs to the daemon's user: run this as root (sudo talkpace web …)"
        )
    return AccessFile(store_path(configuration, os.environ).parent / PAGE)


def _admin(configuration: Configuration) -> AccessAdmin:
    from ..web.access_admin import AccessAdmin

    return AccessAdmin(_access_file(configuration))


def _page_address(settings: WebConfig) -> str:
    """The address by which a browser finds the page."""
    import socket

    address = settings.address
    scheme = "http" if settings.certificate_file is None else "https"
    if settings.names:
        host = settings.names[0]
    elif address.ip.is_unspecified:
        host = f"{socket.gethostname().split('.')[0]}.local"
    else:
        host = f"[{address.ip}]" if address.ip.version == 6 else str(address.ip)
    return f"{scheme}://{host}:{address.port}/"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")
