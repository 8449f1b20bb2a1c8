"""The broker's password: where it is read from, and the required file mode."""

from __future__ import annotations

from pathlib import Path

import pytest

from talkpace.config.model import MqttConfig
from talkpace.errors import ConfigurationError
from talkpace.mqtt.broker import read_password


def written(path: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)
    return path


def test_the_password_is_the_first_line_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "password", " s3 cret \r\nof no interest\n")
    assert read_password(MqttConfig(password_file=path), {}) == " s3 cret "


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path / "password", "secret", mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_password(MqttConfig(password_file=path), {})


def test_the_mode_of_a_systemd_credential_is_not_checked(tmp_path: Path) -> None:
    path = written(tmp_path / "other-name", "secret", 0o440)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_password(MqttConfig(password_file=path), environ) == "secret"


def test_without_password_file_the_systemd_credential_is_used(tmp_path: Path) -> None:
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_password(MqttConfig(), environ) is None
    written(tmp_path / "mqtt-password", "secret\n", 0o440)
    assert read_password(MqttConfig(), environ) == "secret"


def test_without_file_and_credential_there_is_no_password() -> None:
    assert read_password(MqttConfig(), {}) is None


@pytest.mark.parametrize("content", [b"", b"\nsecond line", b"\xff\xfe"])
def test_a_file_without_a_password_is_an_error_that_does_not_quote_its_content(
    tmp_path: Path, content: bytes
) -> None:
    path = written(tmp_path / "password", content)
    with pytest.raises(ConfigurationError, match=r"mqtt\.password_file") as raised:
        read_password(MqttConfig(password_file=path), {})
    assert "second line" not in str(raised.value)


def test_a_missing_file_and_a_directory_are_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(ConfigurationError, match=r"mqtt\.password_file"):
            read_password(MqttConfig(password_file=path), {})
