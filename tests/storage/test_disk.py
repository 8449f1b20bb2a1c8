"""A full or read-only disk is a clear error; once it is over, the same batch goes in."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from talkpace.errors import StoreFullError, StoreReadOnlyError
from talkpace.storage.records import RecordItem
from talkpace.storage.store import Store

from .samples import measurement, opened, outgoing

_NOBODY = 65534

BATCH: list[RecordItem] = [outgoing(1), *[measurement(i) for i in range(30_000)]]


def fill(ballast: Path) -> None:
    """Until the disk has no room left."""
    with ballast.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(4096))
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    return
                raise


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts a file system on a new folder; takes it away at the end."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk of its own")
    mounted: list[Path] = []

    def mount(*arguments: str) -> Path:
        folder = tmp_path / f"disk-{len(mounted)}"
        folder.mkdir()
        done = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this machine does not let us mount a disk: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_database_leaves_no_batch_in_part(tmp_path: Path) -> None:
    with Store.open(tmp_path / "talkpace.db") as store:
        store.write([opened()])
        store._db.execute("PRAGMA max_page_count = 100")
        with pytest.raises(StoreFullError, match="no space left"):
            store.write(BATCH)
        assert store.last_offset_ms("019f-1") is None
        assert store.outbox(1) == []
        store._db.execute("PRAGMA max_page_count = 100000")
        assert len(store.write(BATCH)) == 1
        assert [*store.measurements("019f-1")] == BATCH[1:]


def test_recording_resumes_once_a_full_disk_has_space(mount: Callable[..., Path]) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=1M", "tmpfs")
    ballast = disk / "ballast"
    with Store.open(disk / "talkpace.db") as store:
        store.write([opened()])
        fill(ballast)
        batch: list[RecordItem] = [outgoing(1), *[measurement(i) for i in range(2_000)]]
        for _ in range(3):
            with pytest.raises(StoreFullError, match="no space left"):
                store.write(batch)
        assert store.last_offset_ms("019f-1") is None
        ballast.unlink()
        assert len(store.write(batch)) == 1
        assert [*store.measurements("019f-1")] == batch[1:]
        assert store.integrity() == "ok"


def test_a_disk_full_before_the_start_raises_store_full(mount: Callable[..., Path]) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=1M", "tmpfs")
    fill(disk / "ballast")
    with pytest.raises(StoreFullError):
        Store.open(disk / "talkpace.db")
    (disk / "ballast").unlink()
    with Store.open(disk / "talkpace.db") as store:
        assert store.integrity() == "ok"


def test_a_read_only_disk_can_be_read(mount: Callable[..., Path]) -> None:
    disk = mount("-t", "tmpfs", "-o", "size=4M", "tmpfs")
    path = disk / "talkpace.db"
    with Store.open(path) as store:
        store.write([opened(), measurement(0)])
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(StoreReadOnlyError, match="read-only"):
        Store.open(path)
    with Store.open(path, read_only=True) as store:
        assert [*store.measurements("019f-1")] == [measurement(0)]


def test_a_reader_whose_disk_is_read_only_sees_what_a_writer_elsewhere_writes(
    mount: Callable[..., Path], tmp_path: Path
) -> None:
    """As the page's sandbox sees the daemon's folder, whether or not the daemon runs."""
    folder = tmp_path / "state"
    folder.mkdir()
    view = mount("--bind", str(folder))
    subprocess.run(["mount", "-o", "remount,bind,ro", str(view)], check=True)
    code = (
        "import sys; from pathlib import Path; from talkpace.storage.store import Store\n"
        "with Store.open(Path(sys.argv[1]), read_only=True) as store:\n"
        "    print(len(list(store.measurements('019f-1'))))"
    )

    def count() -> int:
        command = [sys.executable, "-c", code, str(view / "talkpace.db")]
        return int(subprocess.run(command, check=True, capture_output=True).stdout)

    with Store.open(folder / "talkpace.db") as store:
        store.write([opened(), measurement(0)])
        assert count() == 1
    assert count() == 1
    with Store.open(folder / "talkpace.db") as store:
        assert (folder / "talkpace.db-wal").stat().st_size == 0  # where a reader must expect a writer
        assert count() == 1
        store.write([measurement(1000)])
        assert count() == 2


def test_a_disk_becoming_read_only_raises_an_error(mount: Callable[..., Path], tmp_path: Path) -> None:
    """As ext4 does after an error on a dying card."""
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(16 << 20)
    try:
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    except FileNotFoundError:
        pytest.skip("mkfs.ext4 is not installed")
    disk = mount("-o", "loop,errors=remount-ro", str(image))
    number = disk.stat().st_dev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve().name
    trigger = Path(f"/sys/fs/ext4/{device}/trigger_fs_error")
    if not trigger.exists():
        pytest.skip("this kernel cannot feign an error of the disk")
    with Store.open(disk / "talkpace.db") as store:
        store.write([opened(), measurement(0)])
        trigger.write_text("feigned\n")
        for _ in range(2):
            with pytest.raises(StoreReadOnlyError, match="read-only"):
                store.write([measurement(1000)])
        assert [*store.measurements("019f-1")] == [measurement(0)]


@pytest.fixture
def private_folder() -> Iterator[Path]:
    """A folder of a user for whom permissions hold, as whom the test runs."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        if user == 0:
            os.chown(name, _NOBODY, _NOBODY)
            os.seteuid(_NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(user)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(("which", "mode"), [("talkpace.db", 0o400), ("", 0o500), ("talkpace.db", 0o000)])
def test_a_database_without_write_permission_can_be_read(
    private_folder: Path, which: str, mode: int, *, read_only: bool
) -> None:
    path = private_folder / "data" / "talkpace.db"
    with Store.open(path) as store:
        store.write([opened()])
    target = path.parent / which
    before = target.stat().st_mode
    target.chmod(mode)
    try:
        if read_only and mode:
            with Store.open(path, read_only=True) as store:
                assert store.session_exists("019f-1")
        else:
            with pytest.raises(StoreReadOnlyError):
                Store.open(path, read_only=read_only)
    finally:
        target.chmod(before)
