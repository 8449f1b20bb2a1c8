"""What athletes set and answer by command, over MQTT: kept in the record, and shown to the dashboard."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field, TypeAdapter

from ..effort.talk_test import Answer, TalkTest, as_tests, suggested_ceiling
from ..pipeline.commands import Command
from ..pipeline.mute import DEFAULT_MUTE_S, LONGEST_MUTE_S
from ..pipeline.room import Room
from ..pipeline.sinks import PublishSink, RecordSink
from ..publish.payloads import AthletePayload
from ..record.athletes import MQTT, MUTE_S, AthleteBook
from ..record.items import TalkTestAnswered
from ..record.rows import AthleteChange
from .clock import Clock

MOST_IN_A_MINUTE = 10
_MINUTE_MS = 60_000
_REST_MS = 5_000
"""a pressed button may be pressed twice; nobody's breath changes so soon"""

OwnCeiling = Annotated[float, Field(gt=0, le=1.5, allow_inf_nan=False, strict=True)] | None
OwnMuteTime = Annotated[float, Field(ge=60, le=LONGEST_MUTE_S, allow_inf_nan=False, strict=True)]


class Profiles:
    """Everyone's values and answers. What is set holds at once; the record follows, as `Recorder` says."""

    def __init__(
        self,
        *,
        room: Room,
        clock: Clock,
        record: RecordSink,
        publish: PublishSink | None,
    ) -> None:
        self.book = AthleteBook([])
        self._room = room
        self._clock = clock
        self._record = record
        self._publish = publish
        self._said: dict[tuple[str, str], AthleteChange] = {}
        self._set_ms: dict[str, deque[int]] = {}
        self._tests: dict[str, list[TalkTest]] = {}
        self._answered_ms: dict[str, int] = {}

    def know(self, book: AthleteBook) -> None:
        """Take in what the store says; what was said here, and may not be written yet, holds too."""
        self.book = book.and_also(self._said.values())

    def talk_tests_were(self, answers: Iterable[TalkTestAnswered]) -> None:
        """What was answered before, oldest first."""
        for answered in answers:
            self._remember(answered)
        self.announce()

    def announce(self) -> None:
        """Tell pipelines and dashboard what holds now, changed or not."""
        for athlete, pipeline in self._room.pipelines.items():
            pipeline.mute_s = self._mute_s(athlete)
            pipeline.announce()
            if self._publish is not None:
                self._publish.state(f"{athlete}/athlete", self._payload(athlete))

    def commands(self) -> Mapping[str, Command]:
        """Those that change what holds from now on, and the talk test."""
        return {
            "ceiling": Command(TypeAdapter(OwnCeiling), self._set_ceiling),
            "mute_time": Command(TypeAdapter(OwnMuteTime), self._set_mute_time),
            "talk_test": Command(TypeAdapter(Answer), self._answer),
        }

    # -- commands; each raises ValueError, and then has changed nothing ----------------------------

    def _set_ceiling(self, athlete: str, ceiling: float | None, now_ms: int) -> None:
        """From the next session on: one that is under way keeps what it is judged by."""
        self._set(athlete, "ceiling", ceiling, now_ms)

    def _set_mute_time(self, athlete: str, seconds: float, now_ms: int) -> None:
        self._set(athlete, MUTE_S, seconds, now_ms)

    def _set(self, athlete: str, key: str, value: object, now_ms: int) -> None:
        """Every change is kept for good, so there is an end to how many there can be."""
        before = self._set_ms.setdefault(athlete, deque(maxlen=MOST_IN_A_MINUTE))
        if len(before) == MOST_IN_A_MINUTE and now_ms - before[0] < _MINUTE_MS:
            raise ValueError(f"{MOST_IN_A_MINUTE} changes within a minute are enough; try again later")
        change = AthleteChange(athlete, key, value, self._clock.wall(), MQTT)
        self.book = self.book.and_also([change])
        before.append(now_ms)
        self._said[athlete, key] = change
        self._record.put(change)
        self.announce()

    def _answer(self, athlete: str, answer: Answer, now_ms: int) -> None:
        pipeline = self._room.pipelines[athlete]
        live = pipeline.training.live(now_ms)
        if live.heart_rate is None or live.effort is None:
            raise ValueError("there is no heart rate now that the answer could be for")
        if now_ms - self._answered_ms.get(athlete, now_ms - _REST_MS) < _REST_MS:
            raise ValueError("there was an answer a moment ago")
        ceiling, _ = pipeline.training.ceiling()
        answered = TalkTestAnswered(
            athlete=athlete,
            session=pipeline.kept.id if pipeline.kept else None,
            at=self._clock.wall(),
            answer=answer.value,
            heart_rate=live.heart_rate,
            effort=live.effort,
            ceiling=round(float(ceiling), 4),
        )
        self._answered_ms[athlete] = now_ms
        self._record.put(answered)
        self._remember(answered)
        self.announce()

    def _remember(self, answered: TalkTestAnswered) -> None:
        kept = (answered.answer, answered.heart_rate, answered.session)
        self._tests.setdefault(answered.athlete, []).extend(as_tests([kept]))

    def _mute_s(self, athlete: str) -> float:
        set_s = self.book.mute_s(athlete)
        return DEFAULT_MUTE_S if set_s is None else set_s

    def _payload(self, athlete: str) -> AthletePayload:
        values, tests = self.book.latest(athlete), self._tests.get(athlete, [])
        judgement = self._room.pipelines[athlete].judgement()
        return AthletePayload(
            name=self.book.name(athlete),
            max_heart_rate=round(float(judgement.max_heart_rate), 1),
            max_heart_rate_source=judgement.max_heart_rate_source,
            ceiling=values.ceiling,
            mute_s=self._mute_s(athlete),
            suggested_ceiling=suggested_ceiling(tests, judgement),
            talk_tests=len(tests),
        )
