"""The page as a service of its own: started by the first visit, and confined."""

from __future__ import annotations

import json
import re
from typing import Any

from .vm.installation import Athlete, Installation
from .vm.sources import NO_BLUETOOTH, virtual_source

# What a browser asks, in the guest: a password is set, the daemon is called, live values come.
BROWSER = """
import http.client, json, sys
code, *calls = sys.argv[1:]
def ask(method, path, document=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=200)
    body = None if document is None else json.dumps(document)
    connection.request(method, path, body, {"Content-Type": "application/json", **headers})
    return connection.getresponse()
answer = ask("POST", "/api/setup", {"code": code, "password": "talk while you train"})
cookie, session = answer.getheader("Set-Cookie"), json.load(answer)
token = {"X-Talkpace-Token": session["token"]}
results = [json.load(ask("POST", "/api/call", json.loads(call), Cookie=cookie, **token)) for call in calls]
stream = ask("GET", "/api/stream", Cookie=cookie)
live = next(line for line in stream if b'"anna/live"' in line and b'"heart_rate":null' not in line)
print(json.dumps({"session": session["state"], "live": live.decode(), "results": results}))
"""

# Within the service's namespaces, as its user: what it must not be able to do.
ESCAPE = """
import os, socket
def fails(action):
    try:
        action()
    except OSError as error:
        return True
    return False
print([
    fails(lambda: open("/var/lib/talkpace/talkpace.db", "ab")),
    fails(lambda: open("/var/lib/talkpace/settings.toml", "ab")),
    fails(lambda: open("/var/lib/talkpace/new", "wb")),
    fails(lambda: os.listdir("/run/dbus") and None or open("/run/dbus/system_bus_socket")),
    fails(lambda: socket.create_connection(("127.0.0.1", 1883), 5)),
    fails(lambda: open("/dev/gpiochip0", "rb")),
    not fails(lambda: open("/var/lib/talkpace/web/mine", "wb")),
    not fails(lambda: open("/var/lib/talkpace/talkpace.db", "rb")),
])
"""


def enable(installation: Installation) -> str:
    """Switch the page on; return the code for the set-up."""
    printed = installation.talkpace("web", "enable").text
    [code] = re.findall(r"^    ([A-Z2-9]{4}-[A-Z2-9]{4})$", printed, re.MULTILINE)
    return str(code)


def visit(installation: Installation, code: str, *calls: dict[str, Any]) -> dict[str, Any]:
    """Set a password, call the daemon, and wait for anna's first heart rate, as a browser does."""
    argv = ("python3", "-", code, *map(json.dumps, calls))
    answer: dict[str, Any] = json.loads(installation.machine.run(*argv, stdin=BROWSER, limit_s=400).text)
    return answer


def test_the_first_visit_starts_the_page_which_is_confined(installation: Installation) -> None:
    machine = installation.machine
    installation.set_up(Athlete("anna"), more=NO_BLUETOOTH + virtual_source("anna"))
    code = enable(installation)
    assert machine.run("systemctl", "is-active", "talkpace-web.socket").text == "active"
    assert machine.run("systemctl", "is-active", "talkpace-web.service", check=False).text == "inactive"

    mute = {"method": "command", "params": {"athlete": "anna", "name": "mute", "argument": 60}}
    seen = visit(installation, code, mute)
    assert seen["session"] == "signed_in"
    assert seen["results"] == [{"result": {"state": {}, "entries": []}}]

    show = ("systemctl", "show", "--value", "talkpace-web", "-p")
    pid = machine.run(*show, "MainPID").text
    inside = ("nsenter", f"--target={pid}", "--mount", "--net", "--setuid=0", "--setgid=0")
    as_user = ("setpriv", "--reuid=talkpace", "--regid=talkpace", "--clear-groups")
    assert machine.run(*inside, *as_user, "python3", "-", stdin=ESCAPE).text == str([True] * 8)
    memory = int(machine.run(*show, "MemoryCurrent").text)
    assert memory < 96_000_000, memory
    print(f"the page's service uses {memory / 1e6:.0f} MB")  # noqa: T201 - for who runs this with -s

    installation.talkpace("web", "disable")
    assert machine.run("systemctl", "is-active", "talkpace-web.socket", check=False).text == "inactive"
    assert machine.run(*show, "Result").text == "success"
