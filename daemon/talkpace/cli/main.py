"""`talkpace`: find the command; turn an error into one line and an exit code."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from collections.abc import Mapping
from functools import wraps
from types import FrameType
from typing import Any

import click

from .. import __version__
from ..errors import TalkpaceError
from ..text import printable
from .output import OutputClosedError

_INTERRUPTED = "talkpace: interrupted"

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("run:run", "Run the daemon: listen to straps, warn, record, publish."),
    "demo": ("demo:demo", "Show a workout without any hardware."),
    "scan": ("scan:scan", "Search for straps in range."),
    "pair": ("pair:pair", "Connect to a strap and assign it to an athlete."),
    "straps": ("straps:straps", "List straps."),
    "ignore": ("straps:ignore", "Stop reporting a strap that nobody owns."),
    "forget": ("straps:forget", "Remove a paired strap."),
    "athlete": ("athlete:athlete", "List, show, add and change athletes."),
    "guest": ("guest:guest", "Let a guest train today."),
    "replay": ("replay:replay", "Send recordings through the pipeline."),
    "import": ("import_files:import_", "Import years of recordings into the history."),
    "sessions": ("history:sessions", "List recorded sessions."),
    "show": ("history:show", "Show one session, with a plot."),
    "export": ("export:export", "Export a session to FIT, TCX, CSV or JSON."),
    "report": ("report:report", "Write a session or a week as one HTML page."),
    "watch": ("watch:watch", "Show all athletes live in the terminal."),
    "hrv": ("hrv:hrv", "Compute heart-rate variability from a file."),
    "threshold": ("threshold:threshold", "Show three estimates of your aerobic threshold."),
    "load": ("load:load", "Show the training load of the last weeks."),
    "week": ("week:week", "Show the week against its targets."),
    "log": ("log:log", "Log sleep, water, symptoms and other habits."),
    "breathe": ("guided:breathe", "Lead paced breathing."),
    "nap": ("guided:nap", "Start a nap timer of 20 to 30 minutes."),
    "readiness": ("readiness:readiness", "Measure heart rate and HRV at rest in the morning."),
    "calibrate": ("calibrate:calibrate", "Find a ceiling of your own by the talk test."),
    "alerts": ("alerts:alerts", "Try buzzer, LED and speaker."),
    "web": ("web:web", "Serve the page in the browser, and say who may see it."),
    "doctor": ("doctor:doctor", "Check everything that the daemon needs."),
    "schema": ("schema:schema", "Print the JSON Schemas of the MQTT payloads."),
    "config": ("config:config", "Show, set and check the configuration; print an example."),
}
"""name -> module:function and the line of `talkpace --help`, which imports no command"""


class _Commands(click.Group):
    """Import a command's module when it is called."""

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
        _raise_interrupts_in(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS:
            import difflib

            close = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"there is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="talkpace")
@click.option("--debug", is_flag=True, help="Show a traceback where a command fails.")
def talkpace(debug: bool) -> None:
    """Keep home training at a pace at which you can still talk.

    talkpace listens to a heart-rate strap, warns by buzzer or LED when effort passes 70 %, records every
    session and publishes its summary over MQTT. A training aid, not a medical device.

    Start with: talkpace demo, talkpace config example, talkpace doctor
    """
    del debug  # read by main(), which needs it where parsing fails too


def main() -> None:
    """Run the command line. Exit codes: 0 success, 1 failure, 2 wrong usage or configuration."""
    debug = "--debug" in sys.argv[1:]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _exit_interrupted)
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows the rest
    try:
        sys.exit(talkpace.main(prog_name="talkpace", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_INTERRUPTED, err=True)
        sys.exit(1)
    except Exception as error:  # the last resort: every failure ends as one line
        failure = _root_cause(error)
        if isinstance(failure, BrokenPipeError | OutputClosedError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        if debug:
            raise
        for line in f"talkpace: {_message(failure)}".splitlines():
            click.echo(printable(line), err=True)
        sys.exit(failure.exit_code if isinstance(failure, TalkpaceError) else 1)


def _exit_interrupted(_number: int, _frame: FrameType | None) -> None:
    """Exit on Ctrl-C before a command has begun: there is nothing to clean up yet.

    A KeyboardInterrupt could be lost there: Python ignores an exception raised in a callback of its import
    lock, and the command would go on.
    """
    os.write(2, f"{_INTERRUPTED}\n".encode())
    os._exit(1)


def _raise_interrupts_in(command: click.Command) -> None:
    """Let Ctrl-C raise KeyboardInterrupt from the moment at which the command's function is called."""
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            _raise_interrupts_in(subcommand)
    elif (callback := command.callback) is not None:

        @wraps(callback)
        def interruptible(*args: Any, **kwargs: Any) -> Any:
            if signal.getsignal(signal.SIGINT) is _exit_interrupted:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            return callback(*args, **kwargs)

        command.callback = interruptible


def _open_closed_streams() -> None:
    """Open streams that are closed, so that the first file opened does not get their numbers."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)  # the lowest free number
            setattr(sys, name, os.fdopen(handle, mode, closefd=handle != number))


def _root_cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _message(error: BaseException) -> str:
    if isinstance(error, TalkpaceError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{type(error).__name__}: {error} (use `talkpace --debug` for a traceback)"
