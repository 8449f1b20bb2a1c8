"""Checks of `talkpace doctor`: athletes, database, clock, and the daemon that runs now."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import datetime

from pydantic import ValidationError

from ..clock import Clock, SystemClock
from ..config.model import Configuration
from ..control.client import ControlClient
from ..diagnostics import Finding
from ..errors import ConfigurationError, DaemonError, DaemonNotRunningError, StoreError
from ..mqtt.payloads import NodePayload
from ..storage.paths import control_paths, daemon_database, store_path
from ..storage.queries import load_athletes
from ..storage.store import Store
from ..training.profile import require_profile
from .health import LossCounters, failed_parts, losses_of, summarise_health

_MIN_FREE_MB = 50


def athlete_finding(configuration: Configuration, environ: Mapping[str, str]) -> Finding:
    """Check that every athlete has a profile, and that there is one."""
    now = datetime.now().astimezone()
    try:
        book = load_athletes(configuration, environ).history
    except StoreError as error:
        return Finding("athletes", ok=False, detail=str(error), remedy="see the database below")
    resolved, failed = [], []
    for athlete in book.athletes:
        try:
            require_profile(
                athlete, book.latest(athlete), year=now.year, ceilings=configuration.ceilings.by_activity()
            )
        except ConfigurationError as error:
            failed.append(str(error))
        else:
            resolved.append(athlete)
    if failed or not resolved:
        return Finding(
            "athletes",
            ok=False,
            detail="; ".join(failed) or "no athlete is configured",
            remedy="talkpace athlete add ID max_heart_rate=… (or birth_year=…), or edit [[athletes]]",
        )
    if without := [athlete for athlete in resolved if book.latest(athlete).lacks_own_ceiling]:
        return Finding(
            "athletes",
            ok=False,
            detail=f"{', '.join(without)} should have a ceiling of their own",
            remedy="ask your physician, or use the talk test; then: talkpace athlete set ID ceiling=0.60",
        )
    return Finding("athletes", ok=True, detail=f"thresholds are known for {', '.join(resolved)}")


def store_finding(configuration: Configuration, environ: Mapping[str, str]) -> Finding:
    """Check that the database can be opened and written, is intact, and has space to grow."""
    path = store_path(configuration, environ)
    try:
        missing = not path.exists()
        read_only = not missing and bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        missing = read_only = False  # opening the database reports the reason
    if missing:
        return Finding("database", ok=True, detail=f"{path} will be created when the daemon starts")
    if read_only:  # the kernel remounts a failing SD card so
        return Finding(
            "database",
            ok=False,
            detail=f"the disk of {path} is read-only: nothing can be recorded",
            remedy="see `dmesg` for the reason; check or replace the disk; then restart or remount it",
        )
    try:
        with Store.open(path, read_only=True) as store:
            integrity = store.integrity()
            count = len(store.sessions())
    except StoreError as error:
        return Finding("database", ok=False, detail=str(error), remedy=_permission_remedy(path))
    if integrity != "ok":
        return Finding(
            "database", ok=False, detail=f"{path} is damaged: {integrity}", remedy="restore it from a backup"
        )
    free_mb = shutil.disk_usage(path.parent).free // 1_000_000
    if free_mb < _MIN_FREE_MB:
        return Finding(
            "database",
            ok=False,
            detail=f"only {free_mb} MB are free on the disk of {path}",
            remedy="free space on the disk",
        )
    return Finding("database", ok=True, detail=f"{path}: intact, {count} session(s), {free_mb} MB free")


def _permission_remedy(path: object) -> str:
    return f"run this as the daemon's user (sudo -u talkpace talkpace doctor), and see `ls -l {path}`"


def clock_finding(clock: Clock | None = None) -> Finding:
    """Check that the wall clock is synchronised."""
    synchronised = (clock or SystemClock()).synchronised()
    if synchronised:
        return Finding("clock", ok=True, detail="the system clock is synchronised")
    if synchronised is None:
        return Finding(
            "clock", ok=True, detail="the system does not report whether its clock is synchronised"
        )
    return Finding(
        "clock",
        ok=False,
        detail="the system clock is not synchronised: sessions are dated wrong until it is",
        remedy="connect the network and see `timedatectl`",
    )


def daemon_finding(configuration: Configuration, environ: Mapping[str, str]) -> Finding:
    """Ask the daemon that runs now for its health; that none runs is no fault."""
    try:
        with ControlClient.connect(
            control_paths(configuration, environ), daemon_database(configuration, environ)
        ) as client:
            return health_finding(NodePayload.model_validate(client.call("health")))
    except DaemonNotRunningError:
        return Finding("daemon", ok=True, detail="not running")
    except (DaemonError, ValidationError) as error:
        remedy = "see `journalctl -u talkpace`; if that does not help: sudo systemctl restart talkpace"
        return Finding("daemon", ok=False, detail=str(error).splitlines()[0], remedy=remedy)


def health_finding(node: NodePayload) -> Finding:
    """Judge the health of a daemon that runs."""
    failed = "; ".join(f"{part}: {text}" for part, text in failed_parts(node).items())
    if failed:
        remedy = "see the other checks, and `journalctl -u talkpace`"
        return Finding("daemon", ok=False, detail=f"running; {failed}{_losses(node)}", remedy=remedy)
    if losses_of(node).data:
        remedy = "see `journalctl -u talkpace`; `systemctl restart talkpace` resets the counts"
        return Finding("daemon", ok=False, detail=f"running{_losses(node)}", remedy=remedy)
    return Finding("daemon", ok=True, detail=f"running; {summarise_health(node)}")


def _losses(node: NodePayload) -> str:
    losses = losses_of(node)
    return f"; lost since its start: {losses}" if losses != LossCounters() else ""
