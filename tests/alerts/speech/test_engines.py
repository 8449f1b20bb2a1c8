"""espeak-ng as it is installed, and programs in the place of piper."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from talkpace.alerts.speaker.pcm import duration_ms
from talkpace.alerts.speech.engines import EspeakEngine, PiperEngine, SpeechEngine, choose_engine
from talkpace.alerts.speech.errors import SpeechError
from talkpace.alerts.speech.wav import decode_wav
from talkpace.config.voice import VoiceConfig
from talkpace.language.sentences import Language

from .wav_files import script, wav

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


async def length_ms(engine: SpeechEngine, text: str) -> int:
    return duration_ms(decode_wav(await engine.render(text)))


@needs_espeak
@pytest.mark.parametrize(("voice", "text"), [("en", "Ease off a little"), ("de", "Störung, bitte nachsehen")])
async def test_espeak_speaks_a_sentence_in_one_to_three_seconds(voice: str, text: str) -> None:
    assert 700 < await length_ms(EspeakEngine(voice, 1.0), text) < 3000


@needs_espeak
async def test_at_twice_the_speed_it_takes_about_half_the_time() -> None:
    slow, fast = [await length_ms(EspeakEngine("en", speed), "Ease off a little") for speed in (1.0, 2.0)]
    assert 0.35 < fast / slow < 0.7


@needs_espeak
async def test_a_text_that_looks_like_an_option_is_spoken() -> None:
    assert await length_ms(EspeakEngine("en", 1.0), "--version, ease off") > 700


@needs_espeak
async def test_a_voice_that_is_not_installed_is_reported_with_what_to_do() -> None:
    with pytest.raises(SpeechError, match="voice does not exist") as error:
        await EspeakEngine("xx", 1.0).render("Hello")
    assert "espeak-ng --voices" in error.value.remedy


@needs_espeak
async def test_the_identity_has_version_voice_and_speed() -> None:
    assert (await EspeakEngine("en", 1.5).identity()).startswith("eSpeak NG text-to-speech: ")
    assert (await EspeakEngine("en", 1.5).identity()).endswith("voice en, speed 1.5")


async def test_without_espeak_it_is_said_how_to_install_it() -> None:
    with pytest.raises(SpeechError, match="no-espeak is not installed") as error:
        await EspeakEngine("en", 1.0, program="no-espeak").identity()
    assert "sudo apt install espeak-ng" in error.value.remedy


def piper(path: Path, body: str, *, timeout_s: float = 20) -> PiperEngine:
    model = path / "voice.onnx"
    model.write_bytes(b"model")
    (path / "voice.onnx.json").write_bytes(b"{}")
    return PiperEngine(model, 2.0, str(script(path / "piper", body)), timeout_s)


async def test_piper_gets_model_speed_and_text(tmp_path: Path) -> None:
    (tmp_path / "hello.wav").write_bytes(wav())
    engine = piper(
        tmp_path, f'echo "$@" >{tmp_path}/arguments; cat >{tmp_path}/text; cat {tmp_path}/hello.wav'
    )
    assert await engine.render("Ben, ease off") == wav()
    arguments = (tmp_path / "arguments").read_text(encoding="utf-8")
    assert arguments == f"--model {tmp_path}/voice.onnx --output_file - --length_scale 0.50\n"
    assert (tmp_path / "text").read_text(encoding="utf-8") == "Ben, ease off\n"


async def test_another_model_is_another_voice(tmp_path: Path) -> None:
    engine = piper(tmp_path, "true")
    before = await engine.identity()
    (tmp_path / "voice.onnx").write_bytes(b"another model")
    assert await engine.identity() != before


@pytest.mark.parametrize("missing", ["voice.onnx", "voice.onnx.json"])
async def test_a_file_of_the_voice_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    engine = piper(tmp_path, "true")
    (tmp_path / missing).unlink()
    with pytest.raises(SpeechError, match=rf"/{missing} cannot be read: No such file") as error:
        await engine.identity()
    assert "model_file" in error.value.remedy


async def test_piper_that_hangs_is_ended_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=r"/piper took longer than 0\.2 s") as error:
        await piper(tmp_path, "exec sleep 1000", timeout_s=0.2).render("Hello")
    assert "run it as the user talkpace" in error.value.remedy


@pytest.mark.parametrize(
    ("settings", "engine"),
    [
        ({"engine": "none"}, None),
        ({"engine": "espeak-ng"}, EspeakEngine("de", 1.0)),
        ({"engine": "espeak-ng", "voice": "de+f3", "speed": 1.2}, EspeakEngine("de+f3", 1.2)),
        ({"model_file": "/opt/v.onnx"}, PiperEngine(Path("/opt/v.onnx"), 1.0)),
        (
            {"engine": "piper", "model_file": "/opt/v.onnx", "program_file": "/opt/piper"},
            PiperEngine(Path("/opt/v.onnx"), 1.0, "/opt/piper"),
        ),
    ],
)
def test_the_engine_is_the_one_that_is_set(settings: dict[str, object], engine: SpeechEngine | None) -> None:
    assert choose_engine(VoiceConfig.model_validate(settings), Language.GERMAN) == engine


def test_by_default_it_is_espeak_where_that_is_installed_else_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert choose_engine(VoiceConfig(), Language.ENGLISH) == EspeakEngine("en", 1.0)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert choose_engine(VoiceConfig(), Language.ENGLISH) is None


@pytest.mark.parametrize("key", ["model_file", "program_file"])
def test_a_path_of_a_user_who_does_not_exist_is_reported(key: str) -> None:
    settings = VoiceConfig.model_validate({"model_file": "/opt/voice.onnx", key: "~no-such-user/voice.onnx"})
    with pytest.raises(SpeechError, match="no such user"):
        choose_engine(settings, Language.ENGLISH)


@pytest.mark.parametrize("key", ["model_file", "program_file"])
def test_an_empty_path_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match="name a file"):
        VoiceConfig.model_validate({key: ""})
