"""The days of `talkpace calibrate`: what they propose, and its adoption."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

import click

from ..errors import ConfigurationError, DaemonRefusedError
from .daemon_client import find_daemon
from .output import note, print_json, print_table

if TYPE_CHECKING:
    from ..config.model import Configuration


def show_days(configuration: Configuration, athlete: str, *, as_json: bool) -> None:
    """List the days that are measured, and what they propose."""
    from ..guided.calibration_summary import proposal_lines
    from ..habits.calibration_status import calibration_days
    from ..language.sentences import sentences
    from ..storage.calibration import load_calibrations
    from ..storage.queries import load_athletes, open_existing_store
    from ..training.calibration_result import days_that_count, propose
    from .athlete_view import current_profile

    book = load_athletes(configuration, os.environ).history
    profile = current_profile(athlete, book.latest(athlete), configuration)
    zone = configuration.habits.zone_of(athlete, os.environ)
    now = datetime.now(zone)
    with open_existing_store(configuration, os.environ) as store:
        history = None if store is None else load_calibrations(store, athlete, zone, now)
    days = [] if history is None else calibration_days(history, now)
    reason = profile.hrv_reason
    proposal = None if reason else propose(days, profile, now.date())
    if as_json:
        print_json(
            {
                "athlete": athlete,
                "days": [
                    {
                        "day": one.day.isoformat(),
                        "heart_rate": one.heart_rate,
                        "device": one.device.value,
                        "mets": one.mets,
                        "doubts": [doubt.value for doubt in one.doubts],
                        "alpha1": one.alpha1,
                        "alpha1_personal": one.alpha1_personal,
                    }
                    for one in days
                ],
                "proposal": None
                if proposal is None
                else {
                    "ceiling": proposal.ceiling,
                    "heart_rate": proposal.heart_rate,
                    "range": [proposal.lowest, proposal.highest],
                    "day": proposal.day.isoformat(),
                    "fixed_heart_rate": proposal.fixed,
                    "alpha1_heart_rate": proposal.alpha1,
                    "alpha1_personal_heart_rate": proposal.alpha1_personal,
                    "doubts": [doubt.value for doubt in proposal.doubts],
                },
            }
        )
        return
    if not days:
        note("no day has been measured within 90 days; start with: talkpace calibrate")
        return
    rows = [
        (one.day.isoformat(), str(one.heart_rate), one.device.value, str(one.mets), ", ".join(one.doubts))
        for one in days
    ]
    print_table(("day", "bpm", "device", "METs", "doubts"), rows)
    lines = sentences(configuration.habits.calibration.language)
    if reason:
        note(f"no ceiling is proposed: {reason}")
        return
    for line in proposal_lines(lines, proposal, len(days_that_count(days, now.date()))):
        click.echo(line)


def adopt_proposal(configuration: Configuration, athlete: str, *, as_json: bool) -> None:
    """Set the proposed ceiling, through the daemon where it runs."""
    from ..control.calibration_models import CalibrationAdopted
    from ..storage.calibration import adopt_ceiling
    from ..storage.paths import store_path
    from ..storage.store import Store

    client = find_daemon(configuration)
    if client is not None:
        with client:
            try:
                result = client.call("calibration.adopt", athlete=athlete)
            except DaemonRefusedError as error:
                raise ConfigurationError(str(error)) from None
    else:
        zone = configuration.habits.zone_of(athlete, os.environ)
        with Store.open(store_path(configuration, os.environ)) as store:
            proposal = adopt_ceiling(store, configuration, athlete, zone, datetime.now(zone))
        result = CalibrationAdopted.of(proposal).model_dump(mode="json")
    if as_json:
        print_json({"athlete": athlete, **result})
        return
    ceiling = f"a ceiling of {result['ceiling']:.0%} ({result['heart_rate']} bpm)"
    click.echo(f"{athlete}: {ceiling}, from the next session on")
    if result["ceiling"] > configuration.ceilings.cardio:
        note(
            "the lower of the athlete's and the activity's ceiling counts: to go above "
            f"{configuration.ceilings.cardio:.0%}, also raise ceilings.cardio in the configuration"
        )
    if result["doubts"]:
        note("it is uncertain; see: talkpace calibrate show")
    note(f"to take it back: talkpace athlete set {athlete} ceiling=")
