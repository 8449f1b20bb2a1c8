"""The built files of the page: listed once at the start, so that no path leads anywhere else."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

BUILT = Path(__file__).parent / "built"
INDEX = "index.html"
AUTHORITY = "talkpace-authority.crt"
_LARGEST = 2_000_000
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".crt": "application/x-x509-ca-cert",
    ".woff2": "font/woff2",
}
"""not from the host's tables, which differ"""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file as it is sent."""

    content: bytes
    media_type: str
    etag: str
    is_immutable: bool
    """whether its name holds a hash of its content"""


def read_page_files(folder: Path) -> dict[str, PageFile]:
    """All files of the folder by their path below it, without links; none where the page was not built."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        path.relative_to(folder).as_posix(): _read(path, path.relative_to(folder))
        for path in paths
        if path.stat().st_size <= _LARGEST
    }


def authority_file(path: Path) -> dict[str, PageFile]:
    """The certificate of the household's own authority, where there is one, for devices to install."""
    return {AUTHORITY: _read(path, Path(AUTHORITY))} if path.is_file() else {}


def _read(path: Path, relative: Path) -> PageFile:
    content = path.read_bytes()
    guess = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return PageFile(
        content=content,
        media_type=_MEDIA_TYPES.get(relative.suffix, guess),
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        is_immutable=relative.parts[0] == "assets",
    )
