"""What is committed is what the sources give, and small."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .fake_web import BUILT
from .node_modules import CLIENT, node_modules

LARGEST = 60_000
"""bytes of the live page, packed"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources and of the colours, which the reports share, with the tools of the lock."""
    tree = tmp_path_factory.mktemp("tree")
    folder = tree / "client"
    palette = Path("daemon/talkpace/report/palette.css")
    (tree / palette).parent.mkdir(parents=True)
    shutil.copy(CLIENT.parent / palette, tree / palette)
    shutil.copytree(CLIENT, folder, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(node_modules())
    return folder


def test_building_again_gives_the_same_bytes(client: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    _npm(client, "vite", "build", "--outDir", str(built))
    assert _contents(built) == _contents(BUILT)


def test_the_types_are_right_and_every_language_has_every_text(client: Path) -> None:
    _npm(client, "tsc", "--noEmit")


def test_the_live_page_is_small() -> None:
    contents = _contents(BUILT)
    index = contents["index.html"].decode()
    loaded = {name: content for name, content in contents.items() if name in index or name == "index.html"}
    assert len(loaded) > 2, loaded.keys()
    languages = [content for name, content in contents.items() if re.match(r"assets/(en|de)-", name)]
    assert len(languages) == 2, contents.keys()
    sizes = {name: len(gzip.compress(content)) for name, content in loaded.items()}
    sizes["language"] = max(len(gzip.compress(content)) for content in languages)
    assert sum(sizes.values()) < LARGEST, sizes


def test_the_wheel_has_the_page_and_not_its_sources(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=CLIENT.parent, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    page = {name.removeprefix("talkpace/web/built/") for name in names if "/built/" in name}
    assert page == _contents(BUILT).keys()
    assert [name for name in names if name.endswith((".ts", ".tsx"))] == []


def test_no_file_names_another_host() -> None:
    """Names of XML namespaces are no addresses."""
    for name, content in _contents(BUILT).items():
        found = content.replace(b"http://www.w3.org/", b"")
        assert b"http://" not in found, name
        assert b"https://" not in found, name


def _npm(folder: Path, program: str, *arguments: str) -> None:
    command = [str(folder / "node_modules" / ".bin" / program), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
