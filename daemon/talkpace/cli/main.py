"""`talkpace`: finds the command, and turns what goes wrong into one line and an exit code."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Mapping

import click

from .. import __version__
from ..errors import TalkpaceError
from .output import OutputClosedError, printable

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("run:run", "Run the daemon: listen to straps, warn, record, publish."),
    "demo": ("demo:demo", "Show the main job with nothing attached."),
    "scan": ("straps:scan", "List the straps in range."),
    "pair": ("straps:pair", "Connect to a strap and remember it for an athlete."),
    "straps": ("straps:straps", "List the straps that are remembered."),
    "forget": ("straps:forget", "Forget a strap."),
    "athlete": ("athlete:athlete", "Athletes and what they are judged by."),
    "replay": ("replay:replay", "Send recordings through the whole pipeline."),
    "import": ("importing:import_", "Bring years of files into the history."),
    "sessions": ("history:sessions", "List the sessions on record."),
    "show": ("history:show", "Show one session, with a plot."),
    "export": ("export:export", "Write a session as a file for other software."),
    "report": ("report:report", "Write a session or a week as one HTML page."),
    "watch": ("watch:watch", "Watch a daemon, on this host or another, in the terminal."),
    "hrv": ("hrv:hrv", "What the RR intervals of a file say."),
    "threshold": ("threshold:threshold", "What speaks for where an athlete's threshold is."),
    "load": ("load:load", "Show the training load of the last weeks."),
    "week": ("week:week", "Show the week against its aims, and what today is."),
    "log": ("log:log", "Write down sleep, water, symptoms and the like."),
    "breathe": ("breathe:breathe", "Breathe at a pace: picture, light, tone, and how the heart follows."),
    "nap": ("nap:nap", "Sleep for 20 to 30 minutes; the buzzer wakes, gently at first."),
    "readiness": ("readiness:readiness", "Two minutes at rest in the morning, against your own weeks."),
    "doctor": ("doctor:doctor", "Check everything talkpace needs, and say what to do."),
    "schema": ("schema:schema", "Print the JSON Schemas of what goes over MQTT."),
    "config": ("config:config", "Print an example, check a file, print the schema."),
}
"""name -> module and function, and the line in `talkpace --help`; so that help imports none of them"""


class _Commands(click.Group):
    """Imports a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, function = _COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(f".{module}", __package__), function)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS:
            import difflib

            close = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="talkpace")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def talkpace(debug: bool) -> None:
    """Keep home training at a pace at which you can still talk.

    A heart-rate strap is listened to; a buzzer or LED says when effort passes 70 %; every session
    is kept and its summary published. A training aid, not a medical device.
    """
    del debug  # read by main(), which also has to know it when parsing fails


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration."""
    debug = "--debug" in sys.argv[1:]
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter still shows the rest
    try:
        sys.exit(talkpace.main(prog_name="talkpace", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("talkpace: interrupted", err=True)
        sys.exit(1)
    except Exception as error:  # the supervisor of commands: every failure ends as one line
        failure = _root(error)
        if isinstance(failure, BrokenPipeError | OutputClosedError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        if debug:
            raise
        for line in f"talkpace: {_line(failure)}".splitlines():
            click.echo(printable(line), err=True)
        sys.exit(failure.exit_code if isinstance(failure, TalkpaceError) else 1)


def _open_what_is_closed() -> None:
    """Whoever starts this may have closed its streams: their numbers must not go to the first file opened."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            setattr(sys, name, os.fdopen(handle, mode, closefd=handle != number))


def _root(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _line(error: BaseException) -> str:
    if isinstance(error, TalkpaceError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{type(error).__name__}: {error} (`talkpace --debug` shows where)"
