"""The history: sessions by month, one session, its report and its files; for those who have signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..config.fields import is_slug
from ..errors import UnknownSessionError
from .record_program import RecordProgram
from .record_reader import RecordReader, T
from .refusal import RefusedError

if TYPE_CHECKING:
    from ..storage.store import Store

REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""a report has its style within, and no script"""
MEDIA_TYPES = {
    "fit": "application/vnd.ant.fit",
    "tcx": "application/vnd.garmin.tcx+xml",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
_SESSION = re.compile(r"[0-9a-f][0-9a-f-]{0,63}")
_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,32}")


class HistoryRoutes:
    """Answers from the record; a report or file is made by a program of its own."""

    def __init__(
        self, reader: RecordReader, program: RecordProgram, zone_of: Callable[[str], tzinfo]
    ) -> None:
        """`zone_of` returns an athlete's time zone."""
        self._reader = reader
        self._program = program
        self._zone_of = zone_of

    def routes(self) -> list[Route]:
        """The routes with their methods."""
        return [
            Route("/api/sessions", self._list, methods=["GET"]),
            Route("/api/sessions/{session}", self._show, methods=["GET"]),
            Route("/api/sessions/{session}/report", self._report, methods=["GET"]),
            Route("/api/sessions/{session}/export", self._export, methods=["GET"]),
        ]

    def close(self) -> None:
        """Start nothing any more."""
        self._reader.close()

    async def _list(self, request: Request) -> Response:
        _check_visitor(request)
        athlete = _parameter(request, "athlete", is_slug, "an athlete's id")
        month = _parameter(request, "month", _MONTH.fullmatch, "a month such as 2026-11")
        activity = _parameter(request, "activity", _WORD.fullmatch, "an activity")

        def read(store: Store) -> dict[str, Any]:
            from .history_documents import month_document  # noqa: PLC0415 - keeps the idle process small

            return month_document(store, self._zone_of, athlete=athlete, month=month, activity=activity)

        return JSONResponse(await self._read(read))

    async def _show(self, request: Request) -> Response:
        session = _session(request)

        def read(store: Store) -> dict[str, Any]:
            from .history_documents import session_document  # noqa: PLC0415 - as above

            return session_document(store, self._zone_of, session)

        return JSONResponse(await self._read(read))

    async def _report(self, request: Request) -> Response:
        session = _session(request)
        await self._file_name(session)
        content = await self._program.run("report", session, "-o", "-")
        return Response(
            content, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": REPORT_POLICY}
        )

    async def _export(self, request: Request) -> Response:
        session = _session(request)
        chosen = request.query_params.get("format", "")
        if chosen not in MEDIA_TYPES:
            raise RefusedError(400, f"format: must be one of {', '.join(MEDIA_TYPES)}")
        name = await self._file_name(session)
        content = await self._program.run("export", session, "--format", chosen, "-o", "-")
        headers = {"Content-Disposition": f'attachment; filename="{name}.{chosen}"'}
        return Response(content, media_type=MEDIA_TYPES[chosen], headers=headers)

    async def _file_name(self, session: str) -> str:
        """Name of a session's file without its extension. Raises RefusedError where it cannot be exported."""

        def read(store: Store) -> str:
            from .history_documents import file_start  # noqa: PLC0415 - as above

            athlete, start = file_start(store, self._zone_of, session)
            return f"talkpace-{start:%Y-%m-%d-%H%M}-{athlete if is_slug(athlete) else 'athlete'}"

        return await self._read(read)

    async def _read(self, function: Callable[[Store], T]) -> T:
        try:
            return await self._reader.read(function)
        except UnknownSessionError as error:
            raise RefusedError(404, str(error)) from None


def _check_visitor(request: Request) -> None:
    if request.scope["visitor"].state != "signed_in":
        raise RefusedError(403, "this page may only look at what is live")


def _session(request: Request) -> str:
    _check_visitor(request)
    session = str(request.path_params["session"])
    if not _SESSION.fullmatch(session):
        raise RefusedError(404, "there is no such session")
    return session


def _parameter(
    request: Request, name: str, is_valid: Callable[[str], object], description: str
) -> str | None:
    """A parameter of the address; None where it is empty or left out. Raises RefusedError."""
    value = request.query_params.get(name, "")
    if not value:
        return None
    if not is_valid(value):
        raise RefusedError(400, f"{name}: must be {description}")
    return value
