"""The page as a service of its own: started by the first visit, and confined."""

from __future__ import annotations

import json
import re
from typing import Any

from .vm.installation import Athlete, Installation
from .vm.sources import NO_BLUETOOTH, virtual_source

SET_UP_AND_LOOK = """
import http.client, json, sys
code, = sys.argv[1:]
def ask(method, path, document=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=200)
    body = None if document is None else json.dumps(document)
    connection.request(method, path, body, {"Content-Type": "application/json", **headers})
    return connection.getresponse()
answer = ask("POST", "/api/setup", {"code": code, "password": "talk while you train"})
cookie, session = answer.getheader("Set-Cookie"), json.load(answer)
stream = ask("GET", "/api/stream", Cookie=cookie)
live = next(line for line in stream if b'"anna/live"' in line)
call = {"method": "command", "params": {"athlete": "anna", "name": "mute", "argument": 60}}
token = {"X-Talkpace-Token": session["token"]}
result = json.load(ask("POST", "/api/call", call, Cookie=cookie, **token))
print(json.dumps({"session": session["state"], "live": live.decode(), "result": result}))
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


def test_the_first_visit_starts_the_page_which_is_confined(installation: Installation) -> None:
    machine = installation.machine
    installation.set_up(Athlete("anna"), more=NO_BLUETOOTH + virtual_source("anna"))
    enabled = installation.talkpace("web", "enable").text
    [code] = re.findall(r"^    ([A-Z2-9]{4}-[A-Z2-9]{4})$", enabled, re.MULTILINE)
    assert machine.run("systemctl", "is-active", "talkpace-web.socket").text == "active"
    assert machine.run("systemctl", "is-active", "talkpace-web.service", check=False).text == "inactive"

    seen: dict[str, Any] = json.loads(
        machine.run("python3", "-", code, stdin=SET_UP_AND_LOOK, limit_s=400).text
    )
    assert seen["session"] == "signed_in"
    assert '"heart_rate":' in seen["live"]
    assert seen["result"] == {"result": {"state": {}}}

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
