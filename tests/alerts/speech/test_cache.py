"""The folder of rendered sentences."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from talkpace.alerts.speech.cache import SpeechCache, cache_name

NAME = cache_name("espeak", "Hello")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "speech"


def test_what_was_put_is_there_again(folder: Path) -> None:
    SpeechCache(folder).put(NAME, b"\1\2")
    assert SpeechCache(folder).get(NAME) == b"\1\2"
    assert SpeechCache(folder).get(cache_name("espeak", "Bye")) is None


def test_another_voice_or_text_has_another_name_that_tells_nothing() -> None:
    names = {NAME, cache_name("piper", "Hello"), cache_name("espeak", "Anna")}
    assert len(names) == 3
    assert not any("anna" in name.lower() for name in names)


def test_folder_and_files_are_private(folder: Path) -> None:
    SpeechCache(folder).put(NAME, b"\1\2")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"\0" * 66, b"short", b"\0" * 1_000_000])
def test_a_damaged_file_is_none(folder: Path, content: bytes) -> None:
    SpeechCache(folder).put(NAME, b"\1\2")
    (folder / NAME).write_bytes(content)
    assert SpeechCache(folder).get(NAME) is None


def test_old_sentences_are_removed_and_other_files_are_not(folder: Path) -> None:
    cache = SpeechCache(folder)
    old = cache_name("espeak", "Old")
    cache.put(NAME, b"\1\2")
    cache.put(old, b"\1\2")
    (folder / f".{old}-x1").write_bytes(b"not finished")
    (folder / "notes").write_bytes(b"")
    cache.remove_others({NAME})
    assert sorted(file.name for file in folder.iterdir()) == sorted([NAME, "notes"])


def test_a_folder_that_cannot_be_written_is_logged_once_and_no_error(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.parent.mkdir()
    folder.write_bytes(b"a file in its place")
    cache = SpeechCache(folder)
    for _ in range(2):
        cache.put(NAME, b"\1\2")
    cache.remove_others(set())
    assert cache.get(NAME) is None
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        f"{folder}: a rendered sentence cannot be stored: File exists"
    ]
