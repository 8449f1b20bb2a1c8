"""How the speaker plays: one cue at a time, by rank, and a fault costs nothing but the sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from talkpace.alerts.alerts import Alerts
from talkpace.alerts.fake import FakeOutputs
from talkpace.alerts.outputs import AlertDeviceError
from talkpace.alerts.pacing import Pacing, sounds
from talkpace.alerts.player import Player
from talkpace.alerts.speaker.pcm import samples_of, silence
from talkpace.alerts.speaker.speaker import Speaker
from talkpace.alerts.speaker.tones import render
from talkpace.config.alert_patterns import PATTERNS
from talkpace.config.model import QuietHoursConfig
from talkpace.diagnostics import Health, HealthState
from talkpace.training.events import Event, EventName
from talkpace.training.warning import WarningState

from ...fake_clock import FakeClock, let_run
from .fake_sound import FakeSound, Sound
from .pitch import sounding

WAKE_MS = 200
SPEECH = b"\x01\x00" * 22_050
NAMED_SPEECH = b"\x02\x00" * 22_050
OVER, STARTED = Event(EventName.OVER, 0), Event(EventName.SESSION_STARTED, 0)
UNPLUGGED = AlertDeviceError("the device usb does not exist or was unplugged", "connect the speaker")
PACING = Pacing(inhale_ms=4000, exhale_ms=6000)


class Clips:
    """Two events have a sentence; the one with the athlete's name is another."""

    def clip(self, key: str, athlete: str | None) -> bytes | None:
        if key not in {"events.over", "training.half_hour"}:
            return None
        return SPEECH if athlete is None else NAMED_SPEECH


class Room:
    """Alerts with a speaker, and what is heard of it."""

    def __init__(self, *quiet_hours: QuietHoursConfig) -> None:
        self.clock = FakeClock()
        self.sound = FakeSound(self.clock)
        self.outputs = FakeOutputs(self.clock.monotonic_ms)
        self.healths: list[Health] = []
        self.speaker = Speaker(
            self.sound, self.clock, volume=1.0, wake_ms=WAKE_MS, clips=Clips(),
            on_health=lambda: self.healths.append(self.alerts.health),
        )  # fmt: skip
        self.alerts = Alerts(
            Player(self.outputs, PATTERNS, self.clock, speaker=self.speaker), quiet_hours, self.clock
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.alerts.run())
        await self.clock.advance(0.1)
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def hear(self, seconds: float) -> list[Sound]:
        """Let time pass; return what has sounded so far."""
        await self.clock.advance(seconds)
        return self.sound.sounds


def has(sound: Sound, hz: int) -> bool:
    return bool(sounding(bytes(sound.pcm), hz))


async def test_at_the_start_the_device_is_tried_with_silence() -> None:
    room = Room()
    async with room.open():
        assert [bytes(one.pcm) for one in room.sound.calls] == [silence(50)]
        assert room.healths == []


async def test_a_warning_is_a_chime_and_then_its_sentence() -> None:
    room = Room()
    async with room.open():
        room.alerts.event("anna", OVER)
        (sound,) = await room.hear(5)
    pcm = bytes(sound.pcm)
    assert sounding(pcm, 2400) == [(WAKE_MS, WAKE_MS + 300), (WAKE_MS + 440, WAKE_MS + 760)]
    assert SPEECH in pcm
    assert sound.complete


async def test_the_sound_begins_at_once() -> None:
    room = Room()
    async with room.open():
        room.alerts.event("anna", OVER)
        await let_run()
        assert room.sound.calls[-1].at_ms == room.clock.monotonic_ms()


async def test_a_sleeping_speaker_is_woken_by_silence_and_one_that_sounded_a_moment_ago_is_not() -> None:
    room = Room()
    async with room.open():
        await room.hear(60)
        room.alerts.test("over")
        await room.hear(5)
        room.alerts.test("over")
        first, second = await room.hear(5)
    assert bytes(first.pcm).startswith(silence(WAKE_MS))
    assert sounding(bytes(first.pcm), 2400)[0][0] == WAKE_MS
    assert sounding(bytes(second.pcm), 2400)[0][0] == 0


async def test_the_cues_of_two_athletes_do_not_overlap() -> None:
    room = Room()
    async with room.open():
        room.alerts.event("anna", OVER)
        room.alerts.event("ben", OVER)
        first, second = await room.hear(10)
    assert first.end_ms is not None
    assert second.complete
    assert second.at_ms >= first.end_ms


async def test_a_sentence_says_who_is_meant_while_others_train() -> None:
    room = Room()
    async with room.open():
        room.alerts.state("anna", WarningState.NONE)
        room.alerts.event("anna", OVER)
        (alone,) = await room.hear(5)
        room.alerts.state("ben", WarningState.NONE)
        room.alerts.event("anna", OVER)
        (_, together) = await room.hear(5)
    assert SPEECH in alone.pcm
    assert NAMED_SPEECH in together.pcm


async def test_a_warning_cuts_a_note_which_is_played_afterwards() -> None:
    room = Room()
    async with room.open():
        room.alerts.sign("ben", "measure_end")
        await room.hear(0.2)
        room.alerts.event("anna", OVER)
        cut, warning, again = await room.hear(10)
    assert not cut.complete
    assert has(warning, 2400)
    assert has(again, 1500)
    assert again.complete


async def test_a_warning_cuts_a_breathing_tone_which_goes_on_in_time() -> None:
    room = Room()
    async with room.open():
        room.alerts.pace("ben", PACING)
        (breath,) = await room.hear(2)
        room.alerts.event("anna", OVER)
        await let_run()
        assert not breath.complete
        _, warning, rest = await room.hear(3)
        began_ms = rest.at_ms
        await room.hear(30)
    assert has(warning, 2400)
    assert warning.complete
    whole = render(sounds(PACING, pitched=True), 1.0)
    piece = bytes(rest.pcm[2000:42_000])
    assert whole.index(piece) == 2 * samples_of(began_ms - breath.at_ms) + 2000


async def test_the_end_of_an_exercise_ends_its_tone() -> None:
    room = Room()
    async with room.open():
        room.alerts.pace("ben", PACING)
        (breath,) = await room.hear(2)
        room.alerts.pace("ben", None)
        await room.hear(5)
        before = len(breath.pcm)
        await room.hear(30)
    assert len(breath.pcm) == before
    assert len(room.sound.sounds) == 1


async def test_a_breathing_tone_is_silent_while_the_heart_rate_is_too_high() -> None:
    room = Room()
    async with room.open():
        room.alerts.state("ben", WarningState.OVER)
        room.alerts.pace("ben", PACING)
        assert await room.hear(20) == []


async def test_mute_and_quiet_hours_silence_chime_and_sentence() -> None:
    from datetime import time

    room = Room(QuietHoursConfig(start=time(0, 0), end=time(1, 0)))
    async with room.open():
        room.alerts.event("anna", OVER)
        room.alerts.say("anna", "training.half_hour")
        assert await room.hear(5) == []
        room.alerts.quiet_hours = []
        room.alerts.event("anna", OVER)
        await room.hear(0.5)
        room.alerts.mute("anna", 60)
        (cut,) = await room.hear(5)
        assert not cut.complete
        room.alerts.event("anna", OVER)
        room.alerts.say("anna", "training.half_hour")
        assert len(await room.hear(5)) == 1


async def test_a_sentence_alone_waits_until_nothing_else_sounds() -> None:
    room = Room()
    async with room.open():
        room.alerts.event("anna", OVER)
        room.alerts.say("anna", "training.half_hour")
        room.alerts.say("anna", "training.unknown")
        chime, sentence = await room.hear(10)
    assert has(chime, 2400)
    assert sentence.audible.startswith(SPEECH.rstrip(b"\0")[:1000])


async def test_a_device_that_fails_is_one_fault_and_costs_no_other_alert() -> None:
    room = Room()
    async with room.open():
        room.sound.error = UNPLUGGED
        for _ in range(3):
            room.alerts.event("anna", OVER)
            await room.hear(5)
        fault = Health.failed("speaker off: the device usb does not exist or was unplugged")
        assert room.healths == [fault]
        assert [tone for _, tone in room.outputs.sounds].count(2400) == 6
        assert room.outputs.lights
        room.sound.error = None
        await room.hear(70)
        assert room.healths == [fault, room.outputs.health]
        room.alerts.event("anna", OVER)
        assert len(await room.hear(5)) == 1


async def test_a_device_that_fails_is_tried_again_with_silence_more_and_more_rarely() -> None:
    room = Room()
    room.sound.error = UNPLUGGED
    async with room.open():
        await room.hear(3600)
        times = [one.at_ms for one in room.sound.calls]
    assert 60 <= len(times) <= 140
    assert times[1] - times[0] <= 1000


async def test_while_the_device_fails_a_warning_is_tried_at_once_and_a_breath_is_not_tried_in_a_loop() -> (
    None
):
    room = Room()
    room.sound.error = UNPLUGGED
    async with room.open():
        await room.hear(600)
        tries = len(room.sound.calls)
        room.alerts.pace("ben", PACING)
        await room.hear(10)
        assert len(room.sound.calls) <= tries + 2
        tries = len(room.sound.calls)
        room.alerts.event("anna", OVER)
        await let_run()
        assert len(room.sound.calls) == tries + 1


async def test_a_test_of_an_alert_sounds_in_quiet_hours_with_its_sentence() -> None:
    from datetime import time

    room = Room(QuietHoursConfig(start=time(0, 0), end=time(1, 0)))
    async with room.open():
        room.alerts.test("over")
        (sound,) = await room.hear(5)
    assert SPEECH in sound.pcm


async def test_an_instruction_replaces_the_athlete_s_earlier_one() -> None:
    room = Room()
    async with room.open():
        room.alerts.say("anna", "training.half_hour")
        await room.hear(0.5)
        room.alerts.say("anna", "training.half_hour")
        await room.hear(0.5)
        room.alerts.sign("anna", "measure_end", sentence="training.half_hour")
        *cut, last = await room.hear(10)
    assert [sound.complete for sound in cut] == [False] * 2
    assert has(last, 1500)
    assert last.complete


async def test_instructions_of_two_athletes_wait_for_each_other() -> None:
    room = Room()
    async with room.open():
        room.alerts.say("anna", "training.half_hour")
        await room.hear(0.5)
        room.alerts.say("ben", "training.half_hour")
        sounds = await room.hear(10)
    assert [sound.complete for sound in sounds] == [True, True]


async def test_a_device_that_is_in_use_for_a_moment_is_tried_again() -> None:
    room = Room()
    async with room.open():
        room.sound.error = AlertDeviceError("the device is in use", "stop the program")
        room.alerts.event("anna", OVER)
        await room.hear(0.1)
        room.sound.error = None
        (sound,) = await room.hear(5)
    assert has(sound, 2400)
    assert [health.state for health in room.healths] == [HealthState.FAILED, HealthState.OK]


async def test_nothing_sounds_once_it_has_stopped() -> None:
    room = Room()
    async with room.open():
        room.alerts.event("anna", OVER)
        await room.hear(0.5)
    (cut,) = room.sound.sounds
    assert not cut.complete
    room.alerts.event("anna", OVER)
    await room.hear(5)
    assert room.sound.sounds == [cut]
