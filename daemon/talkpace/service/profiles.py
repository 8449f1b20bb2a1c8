"""Athletes' own settings and answers to the talk test: changed by command, stored and published."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from ..clock import Clock
from ..mqtt.payloads import AthletePayload
from ..pipeline.mute import DEFAULT_MUTE_S
from ..pipeline.registry import AthleteRegistry, Command, with_actions
from ..pipeline.sinks import PublishSink, RecordSink
from ..storage.athletes import MQTT, MUTE_S, AthleteHistory
from ..storage.calibration import adopted_ceiling, effort_answers
from ..storage.records import AthleteChange, TalkTestAnswered
from ..training.calibration_age import AdoptedCeiling, EffortAnswer
from ..training.heart_condition import MAXIMUM_NEEDED
from ..training.talk_test import TalkTest, TalkTestAnswer, parse_talk_tests, suggest_ceiling

MAX_CHANGES_PER_MINUTE = 10
_MINUTE_MS = 60_000
_EFFORTS = 100
"""latest answers that may contradict an adopted ceiling"""
_ANSWER_INTERVAL_MS = 5_000
"""minimum interval between two answers: a button may be pressed twice"""


class Profiles:
    """All athletes' settings and answers. A change is in force at once; the recorder writes it later."""

    def __init__(
        self,
        *,
        registry: AthleteRegistry,
        clock: Clock,
        record: RecordSink,
        publish: PublishSink | None,
        on_change: Callable[[str], None] = lambda _athlete: None,
    ) -> None:
        """`on_change` is called with an athlete whose settings or answers have changed."""
        self.book = AthleteHistory([])
        self._registry = registry
        self._clock = clock
        self._record = record
        self._publish = publish
        self._on_change = on_change
        self._efforts: dict[str, deque[EffortAnswer]] = {}
        self._changes: dict[tuple[str, str], AthleteChange] = {}
        self._set_ms: dict[str, deque[int]] = {}
        self._talk_tests: dict[str, list[TalkTest]] = {}
        self._answered_ms: dict[str, int] = {}

    def load_profiles(self, book: AthleteHistory) -> None:
        """Load what the store has; changes made here that may not be written yet stay in force."""
        self.book = book.with_changes(self._changes.values())

    def restore_talk_tests(self, answers: Iterable[TalkTestAnswered]) -> None:
        """Restore earlier answers, oldest first."""
        for answered in answers:
            self._add_answer(answered)
        self.announce()

    def announce(self) -> None:
        """Apply the settings to the pipelines, and publish them, changed or not."""
        for athlete, pipeline in self._registry.pipelines.items():
            pipeline.mute_s = self._mute_s(athlete)
            pipeline.publish_states()
            if self._publish is not None:
                self._publish.state(f"{athlete}/athlete", self._payload(athlete))

    def commands(self) -> Mapping[str, Command]:
        """Return the commands that change settings, and `talk_test`."""
        return with_actions(
            {
                "ceiling": self._set_ceiling,
                "heart_rate_drug": partial(self._set_condition, "heart_rate_drug"),
                "irregular_rhythm": partial(self._set_condition, "irregular_rhythm"),
                "mute_time": self._set_mute_time,
                "talk_test": self._answer,
            }
        )

    # -- commands; each raises ValueError without changing anything --------------------------------

    def _set_ceiling(self, athlete: str, ceiling: float | None, now_ms: int) -> None:
        """Set the own ceiling from the next session on; an active session keeps its profile."""
        self._set(athlete, "ceiling", ceiling, now_ms)

    def _set_condition(self, key: str, athlete: str, applies: bool, now_ms: int) -> None:  # noqa: FBT001
        """Set a condition; with one, no formula is used, and without a maximum nothing could be warned of."""
        if applies and self.book.latest(athlete).max_heart_rate is None:
            raise ValueError(MAXIMUM_NEEDED)
        self._set(athlete, key, applies, now_ms)

    def _set_mute_time(self, athlete: str, seconds: float, now_ms: int) -> None:
        self._set(athlete, MUTE_S, seconds, now_ms)

    def _set(self, athlete: str, key: str, value: object, now_ms: int) -> None:
        """Change a setting; the rate is limited, as every change is stored for ever."""
        before = self._set_ms.setdefault(athlete, deque(maxlen=MAX_CHANGES_PER_MINUTE))
        if len(before) == MAX_CHANGES_PER_MINUTE and now_ms - before[0] < _MINUTE_MS:
            raise ValueError(f"{MAX_CHANGES_PER_MINUTE} changes in a minute are the maximum; try again later")
        change = AthleteChange(athlete, key, value, self._clock.wall(), MQTT)
        self.book = self.book.with_changes([change])
        before.append(now_ms)
        self._changes[athlete, key] = change
        self._record.put(change)
        self.announce()
        self._on_change(athlete)

    def _answer(self, athlete: str, answer: TalkTestAnswer, now_ms: int) -> None:
        pipeline = self._registry.pipelines[athlete]
        live = pipeline.training.live(now_ms)
        if live.heart_rate is None or live.effort is None:
            raise ValueError("there is no current heart rate to which the answer could belong")
        if now_ms - self._answered_ms.get(athlete, now_ms - _ANSWER_INTERVAL_MS) < _ANSWER_INTERVAL_MS:
            raise ValueError("the last answer is less than 5 s old")
        ceiling, _ = pipeline.training.ceiling()
        answered = TalkTestAnswered(
            athlete=athlete,
            session=pipeline.active_session.id if pipeline.active_session else None,
            at=self._clock.wall(),
            answer=answer.value,
            heart_rate=live.heart_rate,
            effort=live.effort,
            ceiling=round(float(ceiling), 4),
            steady=pipeline.training.is_steady(),
        )
        self._answered_ms[athlete] = now_ms
        self._record.put(answered)
        self._add_answer(answered)
        self.announce()
        self._on_change(athlete)

    def adopted_ceiling(self, athlete: str) -> AdoptedCeiling | None:
        """Return the ceiling in force with the latest answers; None where no calibration has set it."""
        return adopted_ceiling(self.book, athlete, self._efforts.get(athlete, ()))

    def _add_answer(self, answered: TalkTestAnswered) -> None:
        row = (answered.answer, answered.heart_rate, answered.session, answered.steady)
        self._talk_tests.setdefault(answered.athlete, []).extend(parse_talk_tests([row]))
        efforts = self._efforts.setdefault(answered.athlete, deque(maxlen=_EFFORTS))
        efforts.extend(effort_answers([answered]))

    def _mute_s(self, athlete: str) -> float:
        set_s = self.book.mute_s(athlete)
        return DEFAULT_MUTE_S if set_s is None else set_s

    def _payload(self, athlete: str) -> AthletePayload:
        values, tests = self.book.latest(athlete), self._talk_tests.get(athlete, [])
        profile = self._registry.pipelines[athlete].profile()
        suggestion = suggest_ceiling(tests, profile)
        return AthletePayload(
            name=self.book.name(athlete),
            max_heart_rate=round(float(profile.max_heart_rate), 1),
            max_heart_rate_source=profile.max_heart_rate_source,
            ceiling=values.ceiling,
            mute_s=self._mute_s(athlete),
            suggested_ceiling=None if suggestion is None else suggestion.ceiling,
            suggested_ceiling_lowest=None if suggestion is None else suggestion.lowest,
            suggested_ceiling_highest=None if suggestion is None else suggestion.highest,
            talk_tests=len(tests),
            heart_rate_drug=values.heart_rate_drug,
            irregular_rhythm=values.irregular_rhythm,
        )
