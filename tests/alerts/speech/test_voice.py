"""What is spoken when, what is rendered when, and what a fault costs."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from talkpace.alerts.speaker.pcm import duration_ms, from_bytes
from talkpace.alerts.speech import voice as voice_module
from talkpace.alerts.speech.cache import SpeechCache
from talkpace.alerts.speech.engines import EspeakEngine
from talkpace.alerts.speech.errors import SpeechError
from talkpace.alerts.speech.phrases import phrases
from talkpace.alerts.speech.voice import SpeechSettings, Voice
from talkpace.config.speaker import SpeakerConfig
from talkpace.diagnostics import Health, HealthState
from talkpace.language.sentences import Language, sentences

from .wav_files import wav

EVENTS = [key for key in sentences(Language.ENGLISH) if key.startswith("events.")]
TWO = {"anna": "Anna", "ben": "Ben"}
TICK_S = 0.001


class FakeEngine:
    """Renders each text as a tone of its own length, and remembers the texts."""

    def __init__(self) -> None:
        self.rendered: list[str] = []
        self.starts = 0
        self.fails_at: str | None = None
        self.content: bytes | None = None

    async def identity(self) -> str:
        self.starts += 1
        return "fake"

    async def render(self, text: str) -> bytes:
        if self.fails_at is not None and self.fails_at in text:
            raise SpeechError("fake failed", "mend it")
        self.rendered.append(text)
        return self.content if self.content is not None else wav(seconds=0.01 + len(text) / 1000)


class Speech:
    """A voice with a fake engine, as the daemon has it."""

    def __init__(self, folder: Path, **speaker: object) -> None:
        self.engine = FakeEngine()
        self.training = False
        self.polls = 0
        self.healths: list[Health] = []
        self.speaker = {"enabled": True} | speaker
        self.voice = Voice(
            self.settings(),
            SpeechCache(folder),
            is_training=self.is_training,
            on_health=lambda: self.healths.append(self.voice.health),
            choose=lambda _voice, _language: self.engine,
        )

    def is_training(self) -> bool:
        self.polls += 1
        return self.training

    def settings(self, names: dict[str, str] | None = None, **speaker: object) -> SpeechSettings:
        config = SpeakerConfig.model_validate(self.speaker | speaker)
        return SpeechSettings(config, band_minutes=30, names=names or {})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self.voice.run())
            yield
            task.cancel()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(TICK_S)

    def speaks(self, key: str, athlete: str | None = None) -> bool:
        return self.voice.clip(key, athlete) is not None

    async def until_all(self) -> None:
        await self.until(lambda: all(self.speaks(key) for key in EVENTS))


@pytest.fixture
def speech(tmp_path: Path) -> Speech:
    return Speech(tmp_path / "speech")


async def test_all_sentences_are_rendered_in_the_background(speech: Speech) -> None:
    assert not speech.speaks("events.over")
    async with speech.running():
        await speech.until_all()
        assert not speech.speaks("events.nap_1")
        await speech.until(lambda: speech.healths == [Health(HealthState.OK, "ok")])


async def test_an_athlete_is_called_by_name_where_there_are_two(speech: Speech) -> None:
    async with speech.running():
        speech.voice.configure(speech.settings(TWO))
        await speech.until(lambda: speech.speaks("events.drink", "ben"))
        await speech.until(lambda: "Ben, Drink a glass of water" in speech.engine.rendered)
        assert speech.voice.clip("events.over", "anna") != speech.voice.clip("events.over", None)
        assert speech.voice.clip("events.over", "a guest") == speech.voice.clip("events.over", None)


async def test_after_a_restart_nothing_is_rendered_again(tmp_path: Path) -> None:
    for expected in (len(phrases(Language.ENGLISH, {}, band_minutes=30)), 0):
        speech = Speech(tmp_path / "speech")
        async with speech.running():
            await speech.until(lambda speech=speech: bool(speech.healths))  # type: ignore[misc]
        assert len(speech.engine.rendered) == expected


async def test_another_language_is_rendered_and_the_old_sentences_are_deleted(
    speech: Speech, tmp_path: Path
) -> None:
    async with speech.running():
        await speech.until_all()
        before = {file.name for file in (tmp_path / "speech").iterdir()}
        speech.voice.configure(speech.settings(language="de"))
        await speech.until(lambda: "Trink ein Glas Wasser" in speech.engine.rendered)
        await speech.until(lambda: not before & {file.name for file in (tmp_path / "speech").iterdir()})


async def test_another_volume_renders_nothing(speech: Speech) -> None:
    async with speech.running():
        await speech.until(lambda: bool(speech.healths))
        count, loud = len(speech.engine.rendered), speech.voice.clip("events.over", None)
        speech.voice.configure(speech.settings(volume=0.4))
        await speech.until(lambda: speech.voice.clip("events.over", None) != loud)
        assert len(speech.engine.rendered) == count
        assert loud is not None
        quiet = speech.voice.clip("events.over", None)
        assert quiet is not None
        assert max(from_bytes(quiet)) == pytest.approx(max(from_bytes(loud)) / 4, rel=0.01)


async def test_without_a_speaker_nothing_is_rendered(tmp_path: Path) -> None:
    speech = Speech(tmp_path / "speech", enabled=False)
    async with speech.running():
        speech.voice.configure(speech.settings(TWO))
        speech.voice.configure(speech.settings(TWO, enabled=True))
        await speech.until_all()
        speech.voice.configure(speech.settings(TWO))
        await speech.until(lambda: not speech.speaks("events.over"))


async def test_while_somebody_trains_names_wait(speech: Speech, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_module, "_TRAINING_POLL_S", TICK_S)
    speech.training = True
    async with speech.running():
        speech.voice.configure(speech.settings(TWO))
        await speech.until_all()
        await speech.until(lambda: not speech.voice._changed.is_set())
        starts, polls = speech.engine.starts, speech.polls
        await speech.until(lambda: speech.polls > polls + 60)
        assert not any("Anna" in text for text in speech.engine.rendered)
        assert speech.engine.starts == starts
        speech.training = False
        await speech.until(lambda: "Ben, Drink a glass of water" in speech.engine.rendered)


async def test_while_somebody_trains_another_language_waits_and_the_old_one_is_spoken(
    speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_module, "_TRAINING_POLL_S", TICK_S)
    async with speech.running():
        await speech.until_all()
        speech.training = True
        speech.voice.configure(speech.settings(language="de"))
        await speech.until(lambda: not speech.voice._changed.is_set())
        assert speech.speaks("events.over")
        assert "Etwas langsamer" not in speech.engine.rendered
        speech.training = False
        await speech.until(lambda: "Trink ein Glas Wasser" in speech.engine.rendered)


async def test_an_engine_that_fails_is_reported_once_and_tried_again(
    speech: Speech, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(voice_module, "_RETRY_S", TICK_S)
    monkeypatch.setattr(voice_module, "_LONGEST_RETRY_S", TICK_S)
    speech.engine.fails_at = "Slow down"
    async with speech.running():
        await speech.until(lambda: speech.healths == [Health.failed("speech: fake failed")])
        assert speech.speaks("events.over")
        speech.engine.fails_at = None
        await speech.until_all()
        await speech.until(lambda: len(speech.healths) == 2)
    assert speech.healths[-1].state is HealthState.OK
    assert [record.message for record in caplog.records] == ["speech: fake failed; mend it"]


async def test_garbage_of_an_engine_is_reported_and_nothing_of_it_is_played(speech: Speech) -> None:
    speech.engine.content = b"Segmentation fault"
    async with speech.running():
        await speech.until(lambda: bool(speech.healths))
        assert not speech.speaks("events.over")
    assert speech.healths[0].text == "speech: what the voice has rendered is no WAV file"


async def test_a_name_that_cannot_be_spoken_costs_no_other(speech: Speech) -> None:
    speech.engine.fails_at = "Anna"
    async with speech.running():
        speech.voice.configure(speech.settings(TWO))
        await speech.until(lambda: "Ben, Drink a glass of water" in speech.engine.rendered)
        assert speech.voice.clip("events.over", "anna") == speech.voice.clip("events.over", None)
    assert {health.state for health in speech.healths} <= {HealthState.OK}


async def test_a_recording_of_the_household_replaces_the_words_also_those_with_a_name(tmp_path: Path) -> None:
    (tmp_path / "over.wav").write_bytes(wav(seconds=2))
    speech = Speech(tmp_path / "speech", files={"over": str(tmp_path / "over.wav")})
    async with speech.running():
        speech.voice.configure(speech.settings(TWO))
        await speech.until(lambda: "Ben, Drink a glass of water" in speech.engine.rendered)
        own = speech.voice.clip("events.over", "ben")
        assert own is not None
        assert duration_ms(own) == pytest.approx(2000, abs=2)
    assert not any("Ease off a little" in text for text in speech.engine.rendered)


async def test_a_recording_that_is_none_is_reported_and_the_words_are_spoken(tmp_path: Path) -> None:
    (tmp_path / "over.wav").write_bytes(b"ID3 music")
    speech = Speech(tmp_path / "speech", files={"over": str(tmp_path / "over.wav")})
    async with speech.running():
        await speech.until_all()
        await speech.until(lambda: bool(speech.healths))
    assert speech.healths[0].text == (
        f"speech: alerts.speaker.files.over: {tmp_path}/over.wav is an MP3 file, and no WAV file"
    )


async def test_without_an_engine_recordings_are_played(tmp_path: Path) -> None:
    (tmp_path / "over.wav").write_bytes(wav())
    speaker = {"enabled": True, "voice": {"engine": "none"}, "files": {"over": str(tmp_path / "over.wav")}}
    settings = SpeechSettings(SpeakerConfig.model_validate(speaker), band_minutes=30)
    healths: list[Health] = []
    voice = Voice(settings, SpeechCache(tmp_path / "speech"), on_health=lambda: healths.append(voice.health))
    async with asyncio.TaskGroup() as group, asyncio.timeout(30):
        task = group.create_task(voice.run())
        while not healths:  # noqa: ASYNC110
            await asyncio.sleep(TICK_S)
        task.cancel()
    assert voice.clip("events.over", "anna") is not None
    assert voice.clip("events.easy_again", None) is None


async def test_names_beyond_the_limit_of_memory_are_left_out(
    speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_module, "MOST_BYTES", 40_000)
    async with speech.running():
        speech.voice.configure(
            speech.settings({f"guest-{number}": f"Guest {number}" for number in range(99)})
        )
        await speech.until(lambda: bool(speech.healths))
    total = sum(len(pcm) for pcm in speech.voice._clips.values())
    assert 40_000 <= total < 60_000
    assert all(speech.speaks(key) for key in EVENTS)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
async def test_espeak_speaks_every_sentence_of_two_athletes_in_german(tmp_path: Path) -> None:
    healths: list[Health] = []
    settings = SpeechSettings(
        SpeakerConfig(enabled=True, language=Language.GERMAN), band_minutes=30, names=TWO
    )
    voice = Voice(
        settings,
        SpeechCache(tmp_path / "speech"),
        on_health=lambda: healths.append(voice.health),
        choose=lambda _voice, language: EspeakEngine(language.value, 1.0),
    )
    async with asyncio.TaskGroup() as group, asyncio.timeout(60):
        task = group.create_task(voice.run())
        while not healths:  # noqa: ASYNC110
            await asyncio.sleep(TICK_S)
        task.cancel()
    assert healths == [Health(HealthState.OK, "ok")]
    for key in EVENTS:
        plain, called = voice.clip(key, None), voice.clip(key, "anna")
        assert plain is not None
        assert called is not None
        assert 400 < duration_ms(plain) < duration_ms(called) < 4000
