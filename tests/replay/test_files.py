"""What is found in what a person names."""

from __future__ import annotations

from pathlib import Path

import pytest

from talkpace.replay.files import find_recordings
from talkpace.training.profile import Activity


def touched(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


def test_folders_are_searched_and_the_most_detailed_format_comes_first(tmp_path: Path) -> None:
    gpx, tcx, fit, csv, other = touched(tmp_path, "a.gpx", "b/a.TCX", "b/c/z.fit", "y.csv", "notes.txt")
    touched(tmp_path, ".hidden.fit")
    found = find_recordings([tmp_path])
    assert (found.files, found.failed) == ([fit, csv, tcx, gpx], [])
    assert find_recordings([other, fit]).files == [fit, other]


def test_a_file_named_twice_is_listed_once(tmp_path: Path) -> None:
    [fit] = touched(tmp_path, "a.fit")
    assert find_recordings([fit, tmp_path, fit]).files == [fit]


def test_an_empty_folder_is_reported(tmp_path: Path) -> None:
    touched(tmp_path / "full", "a.fit")
    (tmp_path / "empty").mkdir()
    found = find_recordings([tmp_path / "full", tmp_path / "empty"])
    assert [path.name for path in found.files] == ["a.fit"]
    assert found.failed == [(tmp_path / "empty", "no recording in this folder (FIT, TCX, GPX or CSV)")]


def test_each_of_several_empty_folders_is_reported(tmp_path: Path) -> None:
    empty = [tmp_path / "one", tmp_path / "two"]
    for folder in empty:
        folder.mkdir()
    assert [path for path, _ in find_recordings(empty).failed] == empty


def test_symbolic_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    touched(tmp_path, "a.fit")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(find_recordings([tmp_path]).files) == 1


def test_a_missing_file_is_listed(tmp_path: Path) -> None:
    assert find_recordings([tmp_path / "gone.fit"]).files == [tmp_path / "gone.fit"]


def test_what_is_passed_over_in_a_folder_is_named_with_the_reason(tmp_path: Path) -> None:
    touched(tmp_path, "a.fit", "b/photo.jpg", "b/rr.txt", "old.zip", ".hidden.fit")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    reasons = {path.name: reason for path, reason in find_recordings([tmp_path]).passed_over}
    assert reasons["photo.jpg"] == "no recording (FIT, TCX, GPX or CSV)"
    assert "talkpace hrv" in reasons["rr.txt"]
    assert "unpack it" in reasons["old.zip"]
    assert reasons[".hidden.fit"] == "a hidden file"
    assert "not followed" in reasons["again"]


def test_every_file_is_named_however_many_there_are(tmp_path: Path) -> None:
    photos = touched(tmp_path, *(f"{number}.JPG" for number in range(200)))
    touched(tmp_path, "a.fit")
    assert {path for path, _ in find_recordings([tmp_path]).passed_over} == set(photos)


def test_packed_recordings_are_found_with_the_others_of_their_kind(tmp_path: Path) -> None:
    tcx, fit, gpx = touched(tmp_path, "a.TCX.gz", "b.fit.gz", "c.gpx.gz")
    other, _ = touched(tmp_path, "d.tar.gz", "e.fit.gz.txt")
    found = find_recordings([tmp_path])
    assert found.files == [fit, tcx, gpx]
    assert found.passed_over[0] == (other, "an archive: unpack it, then import the folder")


def strava_export(folder: Path) -> Path:
    """An archive with three activities, one of them entered by hand."""
    touched(
        folder, "activities/1.fit.gz", "activities/2.gpx.gz", "bikes.csv", "routes/lake.gpx", "media/1.jpg"
    )
    (folder / "activities.csv").write_text(
        "Activity ID,Activity Date,Activity Name,Activity Type,Description,Filename\n"
        '1,"Jan 1, 2024, 7:00:00 AM","Ride, with ""friends""",Ride,"two\nlines",activities/1.fit.gz\n'
        '2,"Jan 2, 2024, 7:00:00 AM",Weights,Weight Training,,activities/2.gpx.gz\n'
        '3,"Jan 3, 2024, 7:00:00 AM",By hand,Walk,,\n'
    )
    return folder


def test_an_archive_of_strava_yields_its_activities_and_their_types(tmp_path: Path) -> None:
    folder = strava_export(tmp_path / "export_123")
    found = find_recordings([tmp_path])
    activities = folder / "activities"
    assert found.files == [activities / "1.fit.gz", activities / "2.gpx.gz"]
    assert found.activities == {activities / "2.gpx.gz": Activity.STRENGTH}
    assert (
        folder / "activities.csv",
        "Strava's list of activities, read for their types; 1 of them without a file",
    ) in found.passed_over
    named = {path.name for path, _ in found.passed_over}
    assert named == {"activities.csv", "bikes.csv", "lake.gpx", "1.jpg"}
    assert found.failed == []


def test_a_recording_that_is_called_activities_is_a_recording(tmp_path: Path) -> None:
    (tmp_path / "activities").mkdir()
    recording = tmp_path / "activities.csv"
    recording.write_text("time,hr,speed,power\n0,120,3,200\n")
    assert find_recordings([tmp_path]).files == [recording]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'"', b"a,b,c,d\n" + b"x" * 200_000])
def test_a_damaged_list_of_activities_stops_nothing(tmp_path: Path, content: bytes) -> None:
    touched(tmp_path, "activities/1.fit")
    (tmp_path / "activities.csv").write_bytes(content)
    assert tmp_path / "activities" / "1.fit" in find_recordings([tmp_path]).files
