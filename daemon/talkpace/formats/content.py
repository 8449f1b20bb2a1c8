"""The content of a file as its reader takes it: unpacked, in UTF-8, with line feeds."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from ..errors import RecordingError
from ..text import printable

HEAD_BYTES = 16 * 1024
"""how much of a content's beginning is looked at"""
MOST_UNPACKED_BYTES = 256 * 1024 * 1024
"""of a compressed file; a day of records is some 30 MB"""
MOST_TIMES_PACKED = 300
"""of a compressed file above `_IN_MEMORY_BYTES`; recordings pack to a tenth, seldom to a hundredth"""
MOST_CONVERTED_BYTES = 256 * 1024 * 1024
"""of a text that is not UTF-8 with line feeds"""

_GZIP = b"\x1f\x8b"
_CHUNK_BYTES = 256 * 1024
_IN_MEMORY_BYTES = 4 * 1024 * 1024
_FIT_SIGNATURE = slice(8, 12)


@contextmanager
def open_content(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading; what is compressed or differently encoded is converted first.

    Raises OSError where it cannot be opened, RecordingError where it cannot be unpacked.
    """
    name = printable(path.name)
    with path.open("rb") as file:
        if file.read(len(_GZIP)) == _GZIP:
            file.seek(0)
            with SpooledTemporaryFile(_IN_MEMORY_BYTES) as unpacked:
                _unpack(file, unpacked, name)
                with _as_utf8(cast("BinaryIO", unpacked), name) as content:
                    yield content
        else:
            with _as_utf8(file, name) as content:
                yield content


def inner_suffix(path: Path) -> str:
    """Return the suffix of a file's name without `.gz`, in lower case."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return next((suffix for suffix in reversed(suffixes) if suffix != ".gz"), "")


def _unpack(file: BinaryIO, unpacked: IO[bytes], name: str) -> None:
    import gzip  # noqa: PLC0415 - few files need it

    size_bytes = 0
    with gzip.GzipFile(fileobj=file) as packed:
        try:
            while data := packed.read(_CHUNK_BYTES):
                size_bytes += len(data)
                if size_bytes > MOST_UNPACKED_BYTES:
                    limit_mb = MOST_UNPACKED_BYTES // 1024**2
                    raise RecordingError(
                        f"{name}: unpacks to more than {limit_mb} MB: too large for a recording"
                    )
                if size_bytes > max(_IN_MEMORY_BYTES, MOST_TIMES_PACKED * file.tell()):
                    raise RecordingError(
                        f"{name}: unpacks to more than {MOST_TIMES_PACKED} times its size: no recording does"
                    )
                unpacked.write(data)
        except (zlib.error, EOFError, gzip.BadGzipFile):
            raise RecordingError(f"{name}: is damaged or cut short: it cannot be unpacked") from None
    unpacked.seek(0)


@contextmanager
def _as_utf8(file: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Convert UTF-16, and lines that end with a carriage return alone, except in XML and binary files."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    encoding = _utf_16(head)
    text = head.decode(encoding, "replace") if encoding else ""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):  # an XML parser reads the declaration
        yield file
        return
    cr_only = encoding is None and b"\r" in head and b"\n" not in head and _is_text(head)
    if encoding is None and not cr_only:
        yield file
        return
    with SpooledTemporaryFile(_IN_MEMORY_BYTES) as converted:
        decoder = codecs.getincrementaldecoder(encoding or "utf-8")(
            "surrogateescape" if cr_only else "replace"
        )
        size_bytes = 0
        while chunk := file.read(_CHUNK_BYTES):
            size_bytes += len(chunk)
            if size_bytes > MOST_CONVERTED_BYTES:
                raise RecordingError(f"{name}: is too large for a text in this encoding")
            plain = decoder.decode(chunk).removeprefix("\ufeff")
            if "\n" not in plain:
                plain = plain.replace("\r", "\n")
            converted.write(plain.encode("utf-8", "surrogateescape" if cr_only else "replace"))
        converted.seek(0)
        yield cast("BinaryIO", converted)


def _utf_16(head: bytes) -> str | None:
    """The encoding where it is UTF-16, by its mark, or by the zero bytes of plain characters."""
    if head[_FIT_SIGNATURE] == b".FIT":
        return None
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    pairs = len(head) // 2
    if pairs < 4:
        return None
    for encoding, zeros, others in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if zeros.count(0) > 0.9 * pairs and others.count(0) == 0:
            return encoding
    return None


def _is_text(head: bytes) -> bool:
    return head[_FIT_SIGNATURE] != b".FIT" and not any(byte < 9 for byte in head)
