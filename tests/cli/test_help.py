"""Every command, argument and option is documented in --help, which imports no heavy library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from talkpace.cli.main import talkpace
from talkpace.config.load import DEFAULT_PATH

HEAVY = ("pydantic", "rich", "sqlite_utils", "sqlite3", "aiomqtt", "paho", "bleak", "plotext")


def commands(
    group: click.Group = talkpace, parents: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield " ".join((*parents, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*parents, name))


COMMANDS = dict(commands())


def help_of(name: str) -> str:
    parents: click.Context | None = None
    for part in ("talkpace", *name.split()):
        command = talkpace if parents is None else COMMANDS[f"{parents.command_path} {part}".split(" ", 1)[1]]
        parents = click.Context(command, info_name=part, parent=parents)
    assert parents is not None
    return parents.get_help()


def test_the_main_help_lists_every_command_with_a_line_of_its_own() -> None:
    lines = click.Context(talkpace, info_name="talkpace").get_help().splitlines()
    for name in COMMANDS:
        if " " not in name:
            [line] = [line for line in lines if line.split()[:1] == [name]]
            assert len(line.split()) > 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_has_a_help_text(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    summary = command.help.splitlines()[0]
    assert summary[0].isupper()
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]}"
            assert parameter.help.endswith("."), f"{name} {parameter.opts[0]}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_stands_in_the_usage_line(name: str) -> None:
    usage = help_of(name).split("\n\n")[0]
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Argument):
            assert parameter.make_metavar(click.Context(COMMANDS[name])) in usage


def test_the_default_path_in_the_help_is_the_one_that_is_loaded() -> None:
    assert str(DEFAULT_PATH) in help_of("run").replace("\n", " ")


def test_the_main_help_imports_no_heavy_library() -> None:
    script = (
        "import sys; before = set(sys.modules);"  # what measures the coverage imports some of them
        "from talkpace.cli.main import talkpace; talkpace.main(['--help'], standalone_mode=False);"
        f"print(sorted(set({HEAVY!r}) & (set(sys.modules) - before)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
