"""The page itself: `./` and the files that it loads."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from .page_files import INDEX, PageFile

_FOR_A_YEAR = "public, max-age=31536000, immutable"


class PageRoutes:
    """Serves the files that were found at the start."""

    def __init__(self, files: Mapping[str, PageFile]) -> None:
        self._files = files

    def routes(self) -> list[Route]:
        """The routes; the second takes every path, and has to be the last of all."""
        return [
            Route("/", self._index, methods=["GET"]),
            Route("/{path:path}", self._file, methods=["GET"]),
        ]

    async def _index(self, request: Request) -> Response:
        if INDEX not in self._files:
            return PlainTextResponse("The page is not built: see docs/web.md of talkpace.\n", 503)
        return _send(request, self._files[INDEX])

    async def _file(self, request: Request) -> Response:
        file = self._files.get(request.path_params["path"])
        return PlainTextResponse("There is no such file.\n", 404) if file is None else _send(request, file)


def _send(request: Request, file: PageFile) -> Response:
    headers = {"ETag": file.etag, "Cache-Control": _FOR_A_YEAR if file.is_immutable else "no-cache"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers={**headers, "Content-Type": file.media_type})
