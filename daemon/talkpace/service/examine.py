"""What `talkpace doctor` looks at besides the edges: athletes, the store, the clock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import datetime

from ..config.model import Configuration
from ..effort.athlete import judge_by
from ..errors import StoreError
from ..record.store import Store
from .clock import Clock, SystemClock
from .finding import Finding
from .known import known_athletes
from .paths import store_path

_ROOM_MB = 50


def athlete_finding(configuration: Configuration, environ: Mapping[str, str]) -> Finding:
    """Whether somebody can train here."""
    now = datetime.now().astimezone()
    try:
        book = known_athletes(configuration, environ).book
    except StoreError as error:
        return Finding("athletes", ok=False, says=str(error), remedy="see the database below")
    able, unable = [], []
    for who in book.athletes:
        try:
            judge_by(book.latest(who), year=now.year, ceilings=configuration.ceilings.by_activity())
        except ValueError as error:
            unable.append(f"{who}: {error}")
        else:
            able.append(who)
    if unable or not able:
        return Finding(
            "athletes",
            ok=False,
            says="; ".join(unable) or "nobody is declared",
            remedy="talkpace athlete add ID birth_year=… (or set ID max_heart_rate=…), or edit [[athletes]]",
        )
    return Finding("athletes", ok=True, says=f"can be judged: {', '.join(able)}", remedy=None)


def store_finding(configuration: Configuration, environ: Mapping[str, str]) -> Finding:
    """Whether the database can be opened and written, is whole, and has room to grow."""
    path = store_path(configuration, environ)
    try:
        missing = not path.exists()
        read_only = not missing and bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        missing = read_only = False  # it cannot even be looked for; opening it says why
    if missing:
        return Finding("database", ok=True, says=f"{path} will be made when the daemon starts", remedy=None)
    if read_only:  # as it becomes by itself when a card fails
        return Finding(
            "database",
            ok=False,
            says=f"the disk of {path} is read-only: nothing can be recorded",
            remedy="see `dmesg` for why; check the disk or replace the card; then restart, or remount it",
        )
    try:
        with Store.open(path, read_only=True) as store:
            whole = store.integrity()
            count = len(store.sessions())
    except StoreError as error:
        return Finding("database", ok=False, says=str(error), remedy=_who_may(path))
    if whole != "ok":
        return Finding(
            "database", ok=False, says=f"{path} is damaged: {whole}", remedy="restore it from a back-up"
        )
    free_mb = shutil.disk_usage(path.parent).free // 1_000_000
    if free_mb < _ROOM_MB:
        return Finding(
            "database",
            ok=False,
            says=f"only {free_mb} MB are free beside {path}",
            remedy="make room on the disk",
        )
    return Finding(
        "database", ok=True, says=f"{path}: whole, {count} session(s), {free_mb} MB free", remedy=None
    )


def _who_may(path: object) -> str:
    return f"run this as the daemon's user (sudo -u talkpace talkpace doctor), and see `ls -l {path}`"


def clock_finding(clock: Clock | None = None) -> Finding:
    """Whether dates can be trusted."""
    synchronised = (clock or SystemClock()).synchronised()
    if synchronised:
        return Finding("clock", ok=True, says="the system's clock is synchronised", remedy=None)
    if synchronised is None:
        return Finding(
            "clock", ok=True, says="the system does not say whether its clock is right", remedy=None
        )
    return Finding(
        "clock",
        ok=False,
        says="the system's clock is not synchronised: sessions may get a wrong date, corrected later",
        remedy="connect the network, and see `timedatectl`",
    )
