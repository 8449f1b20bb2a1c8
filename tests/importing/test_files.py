"""What is found in what a person names."""

from __future__ import annotations

from pathlib import Path

from talkpace.importing.files import find_recordings


def touched(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


def test_folders_are_looked_into_and_what_tells_most_comes_first(tmp_path: Path) -> None:
    gpx, tcx, fit, csv, other = touched(tmp_path, "a.gpx", "b/a.TCX", "b/c/z.fit", "y.csv", "notes.txt")
    touched(tmp_path, ".hidden.fit")
    found = find_recordings([tmp_path])
    assert (found.files, found.failed) == ([fit, csv, tcx, gpx], [])
    assert find_recordings([other, fit]).files == [fit, other]


def test_a_file_that_is_named_twice_is_there_once(tmp_path: Path) -> None:
    [fit] = touched(tmp_path, "a.fit")
    assert find_recordings([fit, tmp_path, fit]).files == [fit]


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    touched(tmp_path / "full", "a.fit")
    (tmp_path / "empty").mkdir()
    found = find_recordings([tmp_path / "full", tmp_path / "empty"])
    assert [path.name for path in found.files] == ["a.fit"]
    assert found.failed == [(tmp_path / "empty", "no recording in this folder (FIT, TCX, GPX or CSV)")]


def test_so_is_each_of_several(tmp_path: Path) -> None:
    empty = [tmp_path / "one", tmp_path / "two"]
    for folder in empty:
        folder.mkdir()
    assert [path for path, _ in find_recordings(empty).failed] == empty


def test_links_that_go_round_are_not_followed(tmp_path: Path) -> None:
    touched(tmp_path, "a.fit")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(find_recordings([tmp_path]).files) == 1


def test_a_missing_file_is_left_to_be_opened(tmp_path: Path) -> None:
    assert find_recordings([tmp_path / "gone.fit"]).files == [tmp_path / "gone.fit"]
