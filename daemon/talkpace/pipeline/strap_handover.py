"""Hands a strap over from one athlete to another, with its link and with the session that it has begun."""

from __future__ import annotations

import logging

from ..sources.events import LinkDown, LinkUp
from .athlete import AthletePipeline

_log = logging.getLogger(__name__)


def hand_over(address: str, former: AthletePipeline, owner: AthletePipeline | None, now_ms: int) -> None:
    """Hand a strap over; None stands for nobody.

    A session that began with it less than five minutes ago moves to the new owner, unless one of theirs
    is in progress; later it ends with the last beat. Where another strap of the former owner's is connected,
    the session stays and goes on with that one.
    """
    session = former.active_session
    feeds_session = session is not None and address in {session.strap_address, former.straps.selected}
    strap = former.straps.connected.get(address)
    battery_percent = former.straps.battery_percent.get(address)
    if strap is not None:
        former.strap_event(LinkDown(now_ms, address, f"no longer a strap of {former.athlete}"))
    if owner is None:
        return
    if feeds_session and not former.straps.connected:
        if owner.active_session is None and former.can_move_session(address, now_ms):
            owner.adopt_session(former.release_session(now_ms), now_ms)
        else:
            former.end_of_recording(now_ms)
    if strap is not None:
        owner.strap_event(LinkUp(now_ms, strap))
        if battery_percent is not None:
            owner.straps.restore_battery(address, battery_percent)
    _log.info("strap %s of %s is now one of %s", address, former.athlete, owner.athlete)
