"""Tones for a passive buzzer, on a fake /sys/class/pwm that refuses what the kernel refuses."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talkpace.alerts.factory import Host, open_outputs
from talkpace.alerts.outputs import AlertDeviceError
from talkpace.alerts.pwm import PwmBuzzer, PwmLed, open_pwm, open_pwm_led, write_attribute
from talkpace.config.model import AlertsConfig

from .fake_pwm import FakePwm


@pytest.fixture
def pwm(tmp_path: Path) -> FakePwm:
    return FakePwm(tmp_path)


def opened(pwm: FakePwm, channel: int = 0, *, active_low: bool = False) -> PwmBuzzer:
    return open_pwm(0, channel, active_low=active_low, root=pwm.root, write=pwm.write)


def test_a_channel_is_exported_and_silent_at_first(pwm: FakePwm) -> None:
    opened(pwm)
    assert pwm.tone_hz is None
    assert pwm.attribute("period") != "0"


@pytest.mark.parametrize("tone_hz", [100, 700, 2400, 8000])
def test_it_sounds_in_the_pitch_asked_for_with_equal_halves(pwm: FakePwm, tone_hz: int) -> None:
    buzzer = opened(pwm)
    buzzer.sound(tone_hz)
    assert pwm.tone_hz == tone_hz
    assert int(pwm.attribute("duty_cycle")) == int(pwm.attribute("period")) // 2
    buzzer.sound(None)
    assert pwm.tone_hz is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(tones=st.lists(st.one_of(st.none(), st.integers(100, 8000)), min_size=1, max_size=6))
def test_any_tone_follows_any_other(
    tmp_path_factory: pytest.TempPathFactory, tones: list[int | None]
) -> None:
    pwm = FakePwm(tmp_path_factory.mktemp("pwm"))
    buzzer = opened(pwm)
    for tone in tones:
        buzzer.sound(tone)
        assert pwm.tone_hz == tone


def test_a_channel_that_was_left_sounding_is_silenced(pwm: FakePwm) -> None:
    pwm.export(period="2000000", duty_cycle="1000000", enable="1")
    buzzer = opened(pwm)
    assert pwm.tone_hz is None
    buzzer.sound(8000)
    assert pwm.tone_hz == 8000


def test_active_low_is_the_inversed_polarity(pwm: FakePwm) -> None:
    opened(pwm, active_low=True)
    assert pwm.attribute("polarity") == "inversed"


def test_a_polarity_that_was_left_is_set_right(pwm: FakePwm) -> None:
    pwm.export(period="2000000", duty_cycle="1000000", enable="1", polarity="inversed")
    opened(pwm)
    assert pwm.attribute("polarity") == "normal"


def test_closing_is_silent_and_gives_the_channel_back_and_may_be_repeated(pwm: FakePwm) -> None:
    buzzer = opened(pwm)
    buzzer.sound(2400)
    buzzer.close()
    buzzer.close()
    assert pwm.written[-3:] == [("duty_cycle", "0"), ("enable", "0"), ("unexport", "0")]
    assert not pwm.node().exists()


def test_a_channel_that_another_exported_stays_exported(pwm: FakePwm) -> None:
    pwm.export()
    buzzer = opened(pwm)
    buzzer.sound(2400)
    buzzer.close()
    assert pwm.tone_hz is None


def test_a_channel_that_appears_late_is_waited_for(tmp_path: Path) -> None:
    pwm = FakePwm(tmp_path, exports_late=True)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            pwm.export()

    buzzer = open_pwm(0, 0, root=pwm.root, write=pwm.write, pause=pause)
    buzzer.sound(1000)
    assert pwm.tone_hz == 1000
    assert len(pauses) == 3


def test_a_channel_that_never_becomes_writable_is_given_up(tmp_path: Path) -> None:
    pwm = FakePwm(tmp_path, exports_late=True)
    waited: list[float] = []
    with pytest.raises(AlertDeviceError, match="did not become writable") as refused:
        open_pwm(0, 0, root=pwm.root, write=pwm.write, pause=waited.append)
    assert "group gpio" in refused.value.remedy
    assert sum(waited) <= 2.001


def test_a_missing_chip_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AlertDeviceError, match=r"no PWM chip at .*pwmchip0") as refused:
        open_pwm(0, 0, root=tmp_path)
    assert "dtoverlay=pwm" in refused.value.remedy


def test_a_channel_that_the_chip_lacks_is_refused(pwm: FakePwm) -> None:
    with pytest.raises(AlertDeviceError, match="pwm5 cannot be used: No such device") as refused:
        opened(pwm, 5)
    assert "pwm_channel" in refused.value.remedy


def test_a_lack_of_permission_is_named(pwm: FakePwm) -> None:
    def denied(path: Path, text: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with pytest.raises(AlertDeviceError, match="no permission for") as refused:
        open_pwm(0, 0, root=pwm.root, write=denied)
    assert "group gpio" in refused.value.remedy


def test_an_attribute_is_written_to_its_file_and_a_missing_one_is_not_made(tmp_path: Path) -> None:
    attribute = tmp_path / "period"
    attribute.write_text("123456\n")
    write_attribute(attribute, "42")
    assert attribute.read_text() == "42"
    with pytest.raises(FileNotFoundError):
        write_attribute(tmp_path / "nothing", "42")
    assert not (tmp_path / "nothing").exists()


def test_a_passive_buzzer_is_opened_as_configured(pwm: FakePwm) -> None:
    pwm.export(1)
    outputs = open_outputs(
        AlertsConfig.model_validate({"buzzer": {"kind": "passive", "pwm_chip": 0, "pwm_channel": 1}}),
        Host(pwm=pwm.root),
    )
    assert outputs.health.text == "ok"
    outputs.sound(1000)
    assert (pwm.node(1) / "period").read_text() == "1000000"
    assert (pwm.node(1) / "enable").read_text() == "1"
    outputs.close()
    outputs.close()
    assert (pwm.node(1) / "enable").read_text() == "0"


def test_a_passive_buzzer_without_pwm_is_silent_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outputs = open_outputs(AlertsConfig.model_validate({"buzzer": {"kind": "passive"}}), Host(pwm=tmp_path))
    assert outputs.health.text.startswith("buzzer off: there is no PWM chip at")
    assert len(caplog.records) == 1
    outputs.sound(1000)
    outputs.close()


def test_from_one_tone_to_the_next_it_does_not_fall_silent(pwm: FakePwm) -> None:
    buzzer = opened(pwm)
    buzzer.sound(400)
    pwm.written.clear()
    for tone_hz in (420, 440, 420, 400):
        buzzer.sound(tone_hz)
        assert pwm.tone_hz == tone_hz
    assert ("duty_cycle", "0") not in pwm.written
    assert "enable" not in dict(pwm.written)


# -- an LED that can fade -----------------------------------------------------------------------------


def led(pwm: FakePwm) -> PwmLed:
    return open_pwm_led(0, 1, root=pwm.root, write=pwm.write)


def brightness(pwm: FakePwm) -> float:
    node = pwm.node(1)
    if (node / "enable").read_text().strip() != "1":
        return 0.0
    return int((node / "duty_cycle").read_text()) / int((node / "period").read_text())


def test_an_led_is_dark_at_first_and_lit_in_any_colour(pwm: FakePwm) -> None:
    lamp = led(pwm)
    assert brightness(pwm) == 0
    lamp.light("red")
    assert brightness(pwm) == 1
    lamp.light(None)
    assert brightness(pwm) == 0


def test_it_glows_more_and_more_and_half_looks_like_half(pwm: FakePwm) -> None:
    lamp, seen = led(pwm), []
    for level in (0.0, 0.1, 0.3, 0.5, 0.8, 1.0):
        lamp.glow(level)
        seen.append(brightness(pwm))
    assert seen == sorted(set(seen))
    assert seen[0] == 0
    assert seen[-1] == 1
    assert seen[3] == pytest.approx(0.5**2.2, rel=1e-3)


def test_buzzer_and_led_may_not_share_a_channel() -> None:
    with pytest.raises(ValueError, match="same PWM channel"):
        AlertsConfig.model_validate(
            {"buzzer": {"kind": "passive", "pwm_channel": 1}, "led": {"kind": "pwm", "pwm_channel": 1}}
        )


def test_outputs_say_what_their_hardware_can(pwm: FakePwm) -> None:
    settings = AlertsConfig.model_validate({"buzzer": {"kind": "passive"}, "led": {"kind": "pwm"}})
    outputs = open_outputs(settings, Host(pwm=pwm.root))
    # Its files are no sysfs: nothing appears in them when a channel is exported.
    assert not outputs.fades
    pwm.export(0)
    pwm.export(1)
    outputs = open_outputs(settings, Host(pwm=pwm.root))
    assert outputs.pitched
    assert outputs.fades
    outputs.glow(1)
    assert brightness(pwm) == 1
    outputs.close()
    assert brightness(pwm) == 0
