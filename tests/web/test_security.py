"""What the page refuses: a table of requests with the answer to each."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from talkpace.web import head_limit
from talkpace.web.access_admin import CODE_S, CODE_TRIES
from talkpace.web.access_state import View
from talkpace.web.rate_limit import EACH_ADDRESS
from talkpace.web.request_body import LARGEST_BODY

from .household import PASSWORD, House, open_house
from .http_client import Browser, read_answer

CALL = {"method": "command", "params": {"athlete": "anna", "name": "mute", "argument": 60}}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    (tmp_path / "built" / "assets").mkdir(parents=True)
    (tmp_path / "built" / "index.html").write_text("<!doctype html><title>page</title>")
    (tmp_path / "built" / "assets" / "page-1a2b.js").write_text("// page")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "built" / "link.txt").symlink_to(tmp_path / "secret.txt")
    async with open_house(tmp_path, poll_s=0.01) as house:
        yield house


@dataclass(frozen=True)
class Attack:
    """A request, who sends it, and how it is answered."""

    path: str
    status: int
    method: str = "GET"
    who: str = "stranger"
    """stranger, member (signed in), screen (by a read-only link)"""
    body: object = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    reason: str = ""

    def __str__(self) -> str:
        who = " ".join(f"{name}={value}" for name, value in self.headers.items())
        return f"{self.method} {self.path[:30]} {self.who} {who}"


ELSEWHERE = "another site"
FOREIGN = {"Origin": "http://evil.example"}
WITHOUT_SESSION = [
    Attack("/api/stream", 401),
    Attack("/api/poll", 401),
    Attack("/api/poll?after=0&token=x", 401),
    Attack("/api/athletes", 401),
    Attack("/api/call", 401, "POST", body=CALL),
    Attack("/api/logout", 401, "POST", body={}),
    Attack("/api/stream", 401, headers={"Cookie": "talkpace=guess"}),
    Attack("/api/stream", 401, headers={"Cookie": "talkpace="}),
    *(Attack(path, 401) for path in ("/api/sessions", "/api/sessions/0190", "/api/sessions/0190/report")),
    Attack("/api/sessions/0190/export?format=fit", 401),
    Attack("/api/nothing", 401),
    Attack("/api/", 401),
    Attack("/api%2fstream", 401),
    Attack("/api/stream/", 401),
]
WRONG_HOST = [
    Attack(path, 403, headers={"Host": host}, who=who, reason="not called so")
    for path in ("/", "/assets/page-1a2b.js", "/api/session", "/api/stream")
    for host, who in (
        ("evil.example", "member"),
        ("evil.example:8080", "member"),
        ("127.0.0.1.evil.example", "member"),
        ("gym-pi@evil.example", "stranger"),
        ("127.0.0.1:8080/x", "stranger"),
        ("", "stranger"),
    )
]
FROM_ELSEWHERE = [
    Attack("/api/call", 403, "POST", "member", CALL, FOREIGN, ELSEWHERE),
    Attack("/api/call", 403, "POST", "member", CALL, {"Origin": "null"}, ELSEWHERE),
    Attack("/api/call", 403, "POST", "member", CALL, {"Origin": "http://127.0.0.1"}, ELSEWHERE),
    Attack("/api/login", 403, "POST", body={"password": PASSWORD}, headers=FOREIGN, reason=ELSEWHERE),
    Attack("/api/setup", 403, "POST", body={"code": "", "password": ""}, headers=FOREIGN, reason=ELSEWHERE),
    Attack("/api/link", 403, "POST", body={"link": ""}, headers=FOREIGN, reason=ELSEWHERE),
    Attack("/api/stream", 403, "GET", "member", headers=FOREIGN, reason=ELSEWHERE),
    Attack("/api/session", 403, "GET", "member", headers={"Sec-Fetch-Site": "cross-site"}, reason=ELSEWHERE),
    Attack("/api/session", 403, "GET", "member", headers={"Sec-Fetch-Site": "same-site"}, reason=ELSEWHERE),
    Attack(
        "/api/stream", 403, "GET", "member",
        headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, reason=ELSEWHERE,
    ),
    Attack("/assets/page-1a2b.js", 403, headers={"Sec-Fetch-Site": "cross-site"}, reason=ELSEWHERE),
    Attack("/", 200, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}),
]  # fmt: skip
WITHOUT_TOKEN = [
    Attack("/api/call", 403, "POST", "member", CALL, {"X-Talkpace-Token": None}, "token is missing"),
    Attack("/api/call", 403, "POST", "member", CALL, {"X-Talkpace-Token": "guess"}, "token is missing"),
    Attack("/api/call", 403, "POST", "member", CALL, {"X-Talkpace-Token": "\xe9"}, "token is missing"),
    Attack("/api/logout", 403, "POST", "member", {}, {"X-Talkpace-Token": None}, "token is missing"),
    Attack("/api/call", 400, "POST", "member", CALL, {"Content-Type": "text/plain"}, "application/json"),
    Attack("/api/call", 400, "POST", "member", CALL, {"Content-Type": None}, "application/json"),
    Attack(
        "/api/login", 400, "POST", body={}, headers={"Content-Type": "text/plain"}, reason="application/json"
    ),
]
NOT_PERMITTED = [
    Attack("/api/call", 403, "POST", "screen", CALL, reason="may only look"),
    Attack("/api/call", 403, "POST", "member", {"method": "watch"}, reason="may not call"),
    Attack("/api/call", 403, "POST", "member", {"method": "shutdown"}, reason="may not call"),
    *(
        Attack("/api/call", 403, "POST", "member", {"method": "settings.set", "params": {"changes": changes}},
               reason="is set on the host")
        for changes in (
            {"web.listen": "0.0.0.0:80"},
            {"web": {"names": ["evil.example"]}},
            {"store.path": "/tmp/x"},
            {"mqtt.password_file": "/etc/shadow"},
            {"mqtt": {"ca_file": "/x"}},
            {"alerts.speaker.voice.program_file": "/bin/sh"},
            {"alerts": {"speaker": {"files": {"over": "/etc/shadow"}}}},
            {"alerts.speaker.files.over": "/etc/shadow"},
            {"sources": [{"kind": "recording", "athlete": "anna", "file": "/etc/passwd"}]},
        )
    ),
    *(
        Attack(f"/api/sessions{path}", 403, "GET", "screen", reason="may only look")
        for path in ("", "?athlete=anna", "/0190", "/0190/report", "/0190/export?format=fit")
    ),
    Attack("/api/call", 403, "POST", "screen", {"method": "sessions.delete"}, reason="may only look"),
    Attack("/api/sessions", 403, "GET", "member", headers=FOREIGN, reason=ELSEWHERE),
    Attack("/api/sessions/0190/report", 403, "GET", "member",
           headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, reason=ELSEWHERE),
    Attack("/api/sessions", 405, "POST", "member", {}),
    Attack("/api/sessions/0190", 405, "DELETE", "member"),
    Attack("/api/stream", 405, "POST", "member", {}),
    Attack("/api/call", 404, "GET", "member"),
    Attack("/api/session", 405, "HEAD", "member"),
    Attack("/api/call", 405, "PUT", "member", CALL),
    Attack("/api/session", 405, "OPTIONS"),
    Attack("/", 405, "POST", body={}),
    Attack("/", 405, "TRACE"),
    Attack("/", 405, "DELETE"),
]  # fmt: skip
BAD_BODIES = [
    Attack("/api/call", 413, "POST", "member", {"method": "x" * LARGEST_BODY}, reason="more than"),
    Attack("/api/login", 413, "POST", body={"password": "x" * LARGEST_BODY}, reason="more than"),
    Attack("/api/call", 413, "POST", "member", {}, {"Content-Length": "99999999999"}, "more than"),
    Attack("/api/call", 400, "POST", "member", [], reason="valid dictionary"),
    Attack("/api/call", 400, "POST", "member", {}, reason="method"),
    Attack("/api/call", 400, "POST", "member", {"method": 1}, reason="method"),
    Attack("/api/call", 400, "POST", "member", {"method": "command", "more": 1}, reason="more"),
    Attack("/api/login", 400, "POST", body={"password": None}, reason="password"),
    Attack("/api/login", 400, "POST", body={"password": "x" * 300}, reason="password"),
    Attack("/api/call", 400, "POST", "member", {"method": "command", "params": {"a": [[[[[[[[1]]]]]]]]}},
           reason="nested too deeply"),
    Attack("/api/poll?after=-1", 400, "GET", "member", reason="after"),
    Attack("/api/poll?after=99999999999999999999", 400, "GET", "member", reason="after"),
    Attack("/api/poll?after=%D9%A1", 400, "GET", "member", reason="after"),
]  # fmt: skip
HISTORY = [
    Attack("/api/sessions?month=2026-13", 400, "GET", "member", reason="month"),
    Attack("/api/sessions?month=2026-11%27--", 400, "GET", "member", reason="month"),
    Attack("/api/sessions?athlete=../anna", 400, "GET", "member", reason="athlete"),
    Attack("/api/sessions?activity=%25", 400, "GET", "member", reason="activity"),
    *(
        Attack(f"/api/sessions/{session}{path}", 404, "GET", "member")
        for session in ("last", "week", "-o", "..%2fweb.json", "%2e%2e", "0190%00", "0190'--", "0" * 65)
        for path in ("", "/report", "/export?format=csv")
    ),
    Attack("/api/sessions/0190/", 404, "GET", "member"),
    Attack("/api/sessions/0190aaaa/report", 503, "GET", "member", reason="there is no database"),
    Attack("/api/sessions/0190aaaa/export?format=exe", 400, "GET", "member", reason="format"),
    Attack("/api/sessions/0190aaaa/export", 400, "GET", "member", reason="format"),
]
PATHS = [
    Attack(path, 404)
    for path in (
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "//secret.txt",
        "///etc/passwd",
        "/link.txt",
        "/web/web.json",
        "/assets",
        "/assets/",
        "/index.html%00.js",
        "/index.html/",
        "//evil.example/",
        "/http://evil.example/",
        "/API/session",
    )
]
TABLE = [
    *WITHOUT_SESSION,
    *WRONG_HOST,
    *FROM_ELSEWHERE,
    *WITHOUT_TOKEN,
    *NOT_PERMITTED,
    *BAD_BODIES,
    *HISTORY,
    *PATHS,
]


async def test_every_request_of_the_table_is_answered_as_it_says(house: House) -> None:
    """One server for all: what one attack leaves behind must not help the next."""
    visitors = {
        "stranger": house.browser(),
        "member": await house.new_member(),
        "screen": await house.new_screen(),
    }
    wrong = []
    for attack in TABLE:
        body = None if attack.body is None else json.dumps(attack.body).encode()
        visitor = visitors[attack.who]
        answer = await visitor.send(attack.method, attack.path, body, dict(attack.headers))
        if answer.status != attack.status or attack.reason not in answer.content.decode():
            wrong.append((str(attack), answer.status, answer.content))
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
        assert "server" not in answer.headers
    assert wrong == []
    assert house.daemon.calls == []


async def test_a_request_without_a_host_or_with_two_is_refused(house: House) -> None:
    for lines in (b"", b"Host: 127.0.0.1\r\nHost: evil.example\r\n"):
        async with house.browser().connected() as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\n" + lines + b"\r\n")
            assert (await reader.readline()).split()[1] == b"400"
    async with house.browser().connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        assert (await reader.readline()).split()[1] == b"403"


@pytest.mark.parametrize(
    "host", ["localhost", "gym-pi", "GYM-PI:8080", "gym-pi.local", "gym-pi.local.", "gym.example.org:443",
             "192.168.1.7:8080", "[::1]:8080", "[fe80::1]"],
)  # fmt: skip
async def test_the_host_s_own_names_and_addresses_are_allowed(house: House, host: str) -> None:
    answer = await house.browser().get("/api/session", Host=host, Origin=f"https://{host}")
    assert answer.status == 200
    assert answer.document == {"state": "setup", "token": None, "node": None}


async def test_forwarded_headers_are_not_believed(house: House) -> None:
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "10.0.0.9",
    }
    answer = await house.browser().get("/", **headers, **{"X-Ingress-Path": '"><script>alert(1)</script>'})
    assert answer.status == 200
    assert b"alert" not in answer.content
    for number in range(EACH_ADDRESS):
        await house.browser(**{"X-Forwarded-For": f"10.0.0.{number}"}).post("/api/login", {"password": "x"})
    assert (await house.browser(**{"X-Forwarded-For": "10.0.1.1"}).post("/api/login", {})).status == 429


# -- set-up --------------------------------------------------------------------------------------------


async def test_the_first_visitor_sets_a_password_with_the_code_and_nobody_after_that(house: House) -> None:
    code = house.admin.make_code(forget_password=False)
    assert code is not None
    first, second = house.browser(), house.browser()
    typed = code.replace("-", " ").lower()
    done = await first.post("/api/setup", {"code": typed, "password": PASSWORD})
    assert (done.status, done.document["state"], done.document["node"]) == (200, "signed_in", "gym")
    again = await second.post("/api/setup", {"code": code, "password": "another password"})
    assert (again.status, again.message) == (403, "a password is set already; sign in with it")
    assert (await second.get("/api/session")).document["state"] == "login"
    assert (await second.post("/api/login", {"password": "another password"})).status == 401
    assert house.admin.make_code(forget_password=False) is None


async def test_without_a_code_nothing_can_be_set_up(house: House) -> None:
    browser = house.browser()
    for code in ("", "AAAA-AAAA"):
        answer = await browser.post("/api/setup", {"code": code, "password": PASSWORD})
        assert (answer.status, "sudo talkpace web enable" in answer.message) == (403, True)
    assert (await browser.post("/api/login", {"password": ""})).status == 403


async def test_a_code_is_good_for_five_tries(house: House) -> None:
    code = house.admin.make_code(forget_password=False)
    for _ in range(CODE_TRIES):
        assert (await house.browser().post("/api/setup", {"code": "x", "password": PASSWORD})).status == 403
    late = await house.browser().post("/api/setup", {"code": code, "password": PASSWORD})
    assert (late.status, late.message.startswith("the code is not valid")) == (403, True)


async def test_a_code_is_good_for_ten_minutes(house: House) -> None:
    code = house.admin.make_code(forget_password=False)
    house.time.now += CODE_S
    late = await house.browser().post("/api/setup", {"code": code, "password": PASSWORD})
    assert (late.status, late.message.startswith("the code is not valid")) == (403, True)


async def test_two_at_once_with_the_same_code_set_one_password(house: House) -> None:
    code = house.admin.make_code(forget_password=False)
    tries = [
        house.browser().post("/api/setup", {"code": code, "password": f"password {number}"})
        for number in range(2)
    ]
    answers = await asyncio.gather(*tries)
    assert sorted(one.status for one in answers) == [200, 403]


async def test_a_short_password_is_refused(house: House) -> None:
    code = house.admin.make_code(forget_password=False)
    answer = await house.browser().post("/api/setup", {"code": code, "password": "short"})
    assert (answer.status, answer.message) == (400, "a password has 8 to 200 characters")


# -- signing in ----------------------------------------------------------------------------------------


async def test_a_flood_of_sign_ins_is_stopped_and_those_who_are_in_stay_in(house: House) -> None:
    member, attacker = await house.new_member(), house.browser()
    statuses = [
        (await attacker.post("/api/login", {"password": f"guess {number}"})).status
        for number in range(EACH_ADDRESS)
    ]
    assert statuses == [401] * (EACH_ADDRESS - 1) + [429], "the set-up was a try too"
    right = await attacker.post("/api/login", {"password": PASSWORD})
    assert (right.status, right.message) == (429, "too many tries; wait a minute, then try again")
    assert (await attacker.post("/api/setup", {"code": "x", "password": PASSWORD})).status == 429
    assert (await attacker.post("/api/link", {"link": "x"})).status == 429
    assert (await member.call("command", athlete="anna", name="mute", argument=60)).status == 200


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    code = house.admin.make_code(forget_password=False)
    answer = await house.browser().post("/api/setup", {"code": code, "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert answer.headers["cache-control"] == "no-store, no-transform"


async def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    member = await house.new_member()
    stolen = Browser(house.port, cookie=member.cookie, token=member.token)
    assert (await stolen.get("/api/athletes")).status == 200
    done = await member.post("/api/logout", {})
    assert done.document == {"state": "login", "token": None, "node": None}
    assert (await stolen.get("/api/athletes")).status == 401


async def test_a_session_ends_after_thirty_days(house: House) -> None:
    member = await house.new_member()
    house.time.now += 30 * 86_400
    assert (await member.get("/api/session")).document["state"] == "login"


async def test_forgetting_the_password_ends_sessions_and_not_links(house: House) -> None:
    member, screen = await house.new_member(), await house.new_screen()
    assert house.admin.make_code(forget_password=True)
    assert (await member.get("/api/session")).document["state"] == "setup"
    assert (await screen.get("/api/session")).document["state"] == "watching"


async def test_the_file_holds_no_secret_and_is_the_owner_s_alone(house: House) -> None:
    code = house.admin.make_code(forget_password=False)
    link = house.admin.make_link("tv", View())
    path = house.folder / "web" / "web.json"
    assert link not in path.read_text()
    assert str(code).replace("-", "") not in path.read_text()
    member = await house.new_member()
    text = path.read_text()
    assert [one for one in (PASSWORD, member.cookie, member.token, link) if str(one) in text] == []
    assert "$argon2id$" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_nothing_secret_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    member, screen = await house.new_member(), await house.new_screen()
    await house.browser().post("/api/login", {"password": "my secret"})
    await house.browser().post("/api/login", {"password": 12345678})
    secrets = [PASSWORD, "my secret", "12345678", member.cookie, member.token, screen.cookie]
    assert [one for one in secrets if str(one) in caplog.text] == []
    assert "a sign-in from 127.0.0.1 failed" in caplog.text


async def test_a_damaged_file_lets_nobody_in(house: House) -> None:
    member = await house.new_member()
    (house.folder / "web" / "web.json").write_text("{")
    answer = await member.get("/api/athletes")
    assert (answer.status, "damaged" in answer.message) == (503, True)


# -- slow clients --------------------------------------------------------------------------------------


async def test_a_head_that_does_not_come_ends_the_connection(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_limit.HeadLimitProtocol, "head_s", 0.05)
    for before, part in (("", b""), ("", b"GET / HTTP/1.1\r\nHost: 127"), ("/", b"GET / HT")):
        browser = house.browser()
        async with browser.connected() as (reader, writer):
            if before:
                writer.write(browser.head("GET", before, {}))
                assert (await read_answer(reader)).status == 200
            writer.write(part)
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await reader.readexactly(1)


async def test_a_head_that_is_too_long_is_refused(house: House) -> None:
    async with house.browser().connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 70_000)
        assert (await reader.readline()).split()[1] == b"400"


async def test_a_chunked_body_is_counted_too(house: House) -> None:
    member = await house.new_member()
    async with member.connected() as (reader, writer):
        headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        writer.write(member.head("POST", "/api/call", dict(headers)))
        writer.write(b"%x\r\n" % (LARGEST_BODY + 1) + b" " * (LARGEST_BODY + 1) + b"\r\n")
        assert (await read_answer(reader)).status == 413
