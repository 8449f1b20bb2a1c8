"""A stand-in for the web process: serves the built page and plays its interface with states that a test sets.

To develop the page without a daemon:  .venv/bin/python tests/web_page/fake_web.py   (password: talk)
"""

from __future__ import annotations

import json
import mimetypes
import queue
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from talkpace.web import guard

BUILT = Path(__file__).resolve().parents[2] / "daemon" / "talkpace" / "web" / "built"
PASSWORD, CODE, TOKEN, LINK = "talk", "4711", "a-token", "a-secret"
SESSION = "0190aaaa-0000-7000-8000-000000000001"
PREFIX = "/house/"
"""where a proxy has put the page"""
_POLL_S = 20.0
_COMMENT_S = 0.5
"""often, as only then a handler notices that its page has gone"""

Json = dict[str, Any]


class FakeWeb:
    """What a test sets, and what the page has sent."""

    def __init__(self) -> None:
        self.session = "login"
        self.athletes: list[Json] = []
        self.calls: list[Json] = []
        self.entries_changed: list[Json] = []
        """entries of the log that a command answers with"""
        self.results: dict[str, Any] = {}
        """what a call of this method returns, or a function that does; such calls are not in `calls`"""
        self.recent: Json = {}
        """`[age in seconds, heart rate, effort]` by athlete"""
        self.month = history_month()
        self.details = history_details()
        self.refusal: str | None = None
        """why every call is refused"""
        self.holds_streams_back = False
        """as a proxy that compresses them"""
        self.reachable = True
        """whether it accepts connections"""
        self.answers = True
        """whether its interface works; files still come"""
        self.limits_attempts = False
        self.connected = True
        self.beats = True
        """whether hearts go on beating, so that streams get the latest states every now and then"""
        self._numbers: list[tuple[str, Json]] = []
        """all messages in order, as `kind`, message"""
        self._latest: dict[str, Json] = {}
        self._ages: dict[str, float] = {}
        self._lock = threading.Condition(threading.RLock())
        self._opened = 0
        self._streams: set[queue.Queue[tuple[str, Json] | None]] = set()

    def state(self, topic: str, payload: Json, *, age_s: float = 0) -> None:
        """Send a state to all pages, and to those that come later; live values then are of this age again."""
        with self._lock:
            self._latest[topic] = payload
            self._ages[topic] = age_s
        self._send("state", {"topic": topic, "payload": payload})

    def daemon(self, *, connected: bool) -> None:
        with self._lock:
            self.connected = connected
        self._send("daemon", {"connected": connected})

    def drop_streams(self) -> None:
        """End every open stream and poll, as a web process that stops."""
        with self._lock:
            for each in self._streams:
                each.put(None)
            self._lock.notify_all()

    def wait_for_streams(self, opened: int, *, still_open: int = 1) -> None:
        """Return as soon as streams were opened so many times, and so many are left."""
        with self._lock:
            assert self._lock.wait_for(
                lambda: self._opened >= opened and len(self._streams) == still_open, timeout=60
            )

    def forget_states(self) -> None:
        with self._lock:
            self._latest.clear()

    def take_call(self, call: Json) -> None:
        with self._lock:
            self.calls.append(call)
            self._lock.notify_all()

    def wait_for_calls(self, *calls: Json) -> None:
        """Return as soon as the page has sent these, and no others."""
        with self._lock:
            assert self._lock.wait_for(lambda: self.calls == list(calls), timeout=60), self.calls

    def document(self) -> Json:
        """What api/session answers."""
        return {"state": self.session, "token": TOKEN if self.session == "signed_in" else None, "node": "gym"}

    def stream(self) -> Generator[tuple[str, Json], None, None]:
        """Yield all messages from now on, the latest states first; a comment where nothing happens."""
        mailbox: queue.Queue[tuple[str, Json] | None] = queue.Queue()
        with self._lock:
            gone = [] if self.connected else [("daemon", {"connected": False})]
            first = [*gone, *self._states()]
            self._streams.add(mailbox)
            self._opened += 1
            self._lock.notify_all()
        try:
            yield from first
            while True:
                try:
                    message = mailbox.get(timeout=_COMMENT_S)
                except queue.Empty:
                    yield "", {}
                    yield from self._states() if self.beats else ()
                    continue
                if message is None:
                    return
                yield message
        finally:
            with self._lock:
                self._streams.discard(mailbox)
                self._lock.notify_all()

    def poll(self, after: int) -> Json:
        """The messages after this number, at once or as soon as there are some."""
        with self._lock:
            if after:
                self._lock.wait_for(
                    lambda: len(self._numbers) >= after or not self.reachable, timeout=_POLL_S
                )
                messages = self._numbers[after - 1 :]
            else:
                messages = self._states()
            return {
                "next": len(self._numbers) + 1,
                "connected": self.connected,
                "messages": [{"kind": kind, **message} for kind, message in messages if kind != "daemon"],
            }

    def _states(self) -> list[tuple[str, Json]]:
        with self._lock:
            return [("state", {"topic": topic, "payload": self._of_now(topic)}) for topic in self._latest]

    def _of_now(self, topic: str) -> Json:
        payload = self._latest[topic]
        return {**payload, "time": _time(self._ages[topic])} if topic.endswith("/live") else payload

    def _send(self, kind: str, message: Json) -> None:
        with self._lock:
            self._numbers.append((kind, message))
            for each in self._streams:
                each.put((kind, message))
            self._lock.notify_all()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: FakeWeb

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        path = address.path.removeprefix(PREFIX)
        if not self.web.reachable or (path.startswith("api/") and not self.web.answers):
            self.close_connection = True
        elif path == "api/session":
            self._json(self.web.document())
        elif path.startswith("api/") and self.web.session not in {"signed_in", "watching"}:
            self._json({"error": {"message": "sign in first"}}, 401)
        elif path == "api/athletes" and not self.web.connected:
            self._json({"error": {"code": -32000, "message": "the daemon does not run"}}, 503)
        elif path == "api/athletes":
            self._json(self.web.athletes)
        elif path == "api/recent":
            self._json(self.web.recent)
        elif path == "api/sessions":
            self._json(self.web.month)
        elif path == f"api/sessions/{SESSION}":
            self._json(self.web.details)
        elif path == "api/stream":
            self._stream()
        elif path == "api/poll":
            self._json(self.web.poll(int(parse_qs(address.query)["after"][0])))
        else:
            self._file(path or "index.html")

    def do_POST(self) -> None:
        body: Json = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not (self.web.reachable and self.web.answers):
            self.close_connection = True
            return
        match self.path.removeprefix(PREFIX):
            case "api/login" | "api/link" if self.web.limits_attempts:
                self._json({"error": {"message": "too many attempts"}}, 429)
            case "api/login":
                self._enter("signed_in" if body["password"] == PASSWORD else None)
            case "api/setup" if len(body["password"]) < 4:
                self._json({"error": {"message": "the password is too short"}}, 400)
            case "api/setup":
                self._enter("signed_in" if body["code"] == CODE else None, refusal=403)
            case "api/link":
                self._enter("watching" if body["link"] == LINK else None)
            case "api/logout":
                self._enter("login")
            case "api/call":
                self._call(body)
            case _:
                self._json({"error": {"message": "unknown"}}, 404)

    def _enter(self, state: str | None, *, refusal: int = 401) -> None:
        if state is None:
            self._json({"error": {"message": "wrong"}}, refusal)
            return
        self.web.session = state
        self._json(self.web.document())

    def _call(self, body: Json) -> None:
        if self.web.session != "signed_in":
            self._json({"error": {"message": "sign in first"}}, 401)
        elif self.headers["X-Talkpace-Token"] != TOKEN:
            self._json({"error": {"message": "no token"}}, 403)
        elif self.web.refusal is not None:
            self._json({"error": {"code": -32000, "message": self.web.refusal}})
        elif body["method"] in self.web.results:
            result = self.web.results[body["method"]]
            self._json({"result": result() if callable(result) else result})
        else:
            self.web.take_call(body)
            self._json({"result": {"state": {}, "entries": self.web.entries_changed}})

    def _stream(self) -> None:
        self._head(200, "text/event-stream", None)
        messages = self.web.stream()
        try:
            if not self.web.holds_streams_back:
                self.wfile.write(b"retry: 2000\n\n")
            for name, message in messages:
                if self.web.holds_streams_back:
                    continue
                text = f"event: {name}\ndata: {json.dumps(message)}\n\n" if name else ": still here\n\n"
                self.wfile.write(text.encode())
        except OSError:
            pass
        finally:
            messages.close()
        self.close_connection = True

    def _file(self, path: str) -> None:
        file = (BUILT / path).resolve()
        if path.startswith("/") or not file.is_file() or BUILT not in file.parents:
            self._json({"error": {"message": "unknown"}}, 404)
            return
        self._answer(200, mimetypes.guess_type(file)[0] or "application/octet-stream", file.read_bytes())

    def _json(self, document: Any, status: int = 200) -> None:
        self._answer(status, "application/json", json.dumps(document).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self._head(status, kind, len(body))
        self.wfile.write(body)

    def _head(self, status: int, kind: str, length: int | None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in guard._SECURITY_HEADERS.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        if length is None:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the library
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that leaves in the middle is no error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


@contextmanager
def serving(web: FakeWeb, port: int = 0) -> Iterator[str]:
    """Serve on loopback; yields the page's address."""
    handler = type("Handler", (_Handler,), {"web": web})
    with _Server(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        finally:
            web.reachable = False
            web.drop_streams()
            server.shutdown()
            thread.join()


def live(heart_rate: int | None, *, maximum: int = 180, warning: str = "none") -> Json:
    """The live values of somebody with this maximum, 20 minutes into a session."""
    effort = None if heart_rate is None else round(heart_rate / maximum, 4)
    zone = None
    if effort is not None:
        bounds = ((0.5, "easy"), (0.70001, "conversational"), (0.85001, "hard"), (9.0, "very_hard"))
        zone = next(name for below, name in bounds if effort < below)
    return {
        "time": _time(0),
        "heart_rate": heart_rate,
        "effort": effort,
        "zone": zone,
        "warning": warning if heart_rate is not None else "signal_lost",
        "contact": "yes",
        "session": "s1",
        "elapsed_s": 1234.0,
        "zones_s": {"easy": 200.0, "conversational": 941.0, "hard": 93.0, "very_hard": 0.0},
        "rmssd_ms": None,
        "dfa_alpha1": None,
        "hrv_reason": None,
    }


def _time(age_s: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=age_s)).isoformat(timespec="milliseconds")


def session(*, active: bool = True, activity: str = "cardio", muted_until: str | None = None) -> Json:
    """The state of a session with a ceiling of 70 %."""
    return {
        "state": "active" if active else "idle",
        "session": "s1" if active else None,
        "start": "2026-11-29T18:00:00.000+01:00" if active else None,
        "activity": activity,
        "ceiling": 0.7,
        "ceiling_heart_rate": 126,
        "muted_until": muted_until,
        "zones_from": {"easy": 0, "conversational": 0.5, "hard": 0.7, "very_hard": 0.85},
    }


def _overview(session: str, start: str, *, active: bool = False) -> Json:
    figures = {
        "duration_s": 1800.0,
        "conversational_s": 1204.0,
        "over_ceiling_s": 93.0,
        "mean": 118.2,
        "max": 141,
        "warnings": 1,
    }
    return {
        "session": session,
        "athlete": "anna",
        "start": start,
        "activity": "cardio",
        "discarded": not active,
        "active": active,
        "figures": None if active else figures,
    }


def history_month() -> Json:
    """November with a session of Anna and one that runs; October with another, and one that was deleted."""
    deleted = _overview("0190cccc", "2026-11-02T18:02:11+01:00")
    return {
        "month": "2026-11",
        "months": [{"month": "2026-10", "sessions": 1}, {"month": "2026-11", "sessions": 2}],
        "activities": ["cardio", "strength"],
        "athletes": ["anna", "ben"],
        "sessions": [
            {**_overview("0190bbbb", "2026-11-29T18:02:11+01:00", active=True), "athlete": "ben"},
            _overview(SESSION, "2026-11-27T18:02:11+01:00"),
        ],
        "deleted": [{**deleted, "restorable_until": "2026-11-30T18:02:11+01:00"}],
    }


def history_details() -> Json:
    """Half an hour with one warning, a gap in the signal, and everything that a summary may have."""
    times = [float(second) for second in range(0, 1800, 5)]
    rates: list[int | None] = [100 + second % 40 for second in range(len(times))]
    rates[100] = None
    return {
        **_overview(SESSION, "2026-11-27T18:02:11+01:00"),
        "summary": {
            "duration_s": 1800.0,
            "recorded_s": 1790.0,
            "gap_s": 10.0,
            "measurements": 360,
            "max_heart_rate": 180.0,
            "max_heart_rate_source": "tanaka",
            "ceiling": 0.7,
            "heart_rate": {"min": 100, "mean": 118.2, "max": 139},
            "effort": {"mean": 0.65, "max": 0.77},
            "zones_s": {"easy": 400.0, "conversational": 1204.0, "hard": 186.0, "very_hard": 0.0},
            "over_ceiling_s": 93.0,
            "warnings": 1,
            "longest_conversational_s": 700.0,
            "target": {"band_s": 1800.0, "reached": False},
            "load": {"banister_trimp": 41.2, "edwards_trimp": 66.0},
            "heart_rate_recovery_60s": 31,
            "heart_rate_recovery_120s": 44,
            "heart_rate_recovery_300s": None,
            "implausible": {"measurements": 3, "held_s": 12.0, "highest": 220},
            "strap": {"name": "Polar H10", "address": "A0:9E:1A:00:00:01", "battery_percent": 80},
            "hrv": {
                "rmssd_ms": 16.1,
                "sdnn_ms": 89.5,
                "dfa_alpha1": 0.83,
                "rr_coverage": 0.76,
                "artifact_ratio": 0.02,
            },
        },
        "scale": {"base": 0.0, "span": 180.0},
        "zones": {"easy": 0.0, "conversational": 90.0, "hard": 126.0, "very_hard": 153.0},
        "ceilings": [{"from_s": 0.0, "heart_rate": 126.0}],
        "activities": [{"from_s": 0.0, "activity": "cardio"}],
        "warnings": [{"from_s": 620.0, "until_s": 713.0, "heart_rate": 131}],
        "series": {"time_s": times, "heart_rate": rates},
        "table": {
            "step_s": 60,
            "rows": [{"from_s": 60 * row, "mean": 118, "low": 100, "high": 139} for row in range(30)],
        },
    }


def _develop() -> None:
    web = FakeWeb()
    web.athletes = [{"athlete": name.lower(), "name": name} for name in ("Anna", "Ben", "Cleo")]
    with serving(web, 8080) as address:
        sys.stdout.write(f"{address}  password: {PASSWORD}\n")
        second = 0
        for athlete in ("anna", "ben", "cleo"):
            web.state(f"{athlete}/session", session())
        while True:
            for number, athlete in enumerate(("anna", "ben", "cleo")):
                rate = 85 + number * 25 + abs(second % 40 - 20)
                web.state(f"{athlete}/live", live(rate, warning="over" if rate > 126 else "none"))
            second += 1
            time.sleep(1)


if __name__ == "__main__":
    _develop()
