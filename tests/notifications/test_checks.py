"""What `talkpace doctor` says of each address, without sending anything."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from talkpace.config.notifications import NotificationKind, NotifyConfig
from talkpace.diagnostics import Finding
from talkpace.notifications.checks import notification_findings


def find(folder: Path, address: str, *, mode: int = 0o600, athletes: list[str] | None = None) -> Finding:
    path = folder / "address"
    path.write_text(address, encoding="utf-8")
    path.chmod(mode)
    settings = NotifyConfig(
        name="phone", address_file=path, events=[NotificationKind.SUMMARY], athletes=athletes or []
    )
    [finding] = notification_findings([settings], {}, ["anna"])
    assert "secret" not in finding.detail
    return finding


def test_an_address_that_can_be_used_is_found(tmp_path: Path) -> None:
    finding = find(tmp_path, "https://ntfy.sh/secret\n", athletes=["anna"])
    assert (finding.check, finding.ok, finding.remedy) == ("notifications to phone", True, None)


def test_plain_http_is_told_with_a_remedy(tmp_path: Path) -> None:
    finding = find(tmp_path, "http://10.0.0.5/secret")
    assert (finding.ok, "unencrypted" in finding.detail) == (True, True)
    assert finding.remedy is not None


@pytest.mark.parametrize(
    ("address", "mode", "reason"),
    [
        ("https://ntfy.sh/secret", 0o640, "can be read by others; run `chmod 600"),
        ("", 0o600, "has no address on its first line"),
        ("secret", 0o600, "this is no address"),
    ],
)
def test_an_unusable_file_is_told(tmp_path: Path, address: str, mode: int, reason: str) -> None:
    finding = find(tmp_path, address, mode=mode)
    assert (finding.ok, reason in finding.detail) == (False, True)


def test_an_athlete_that_nobody_is_is_told(tmp_path: Path) -> None:
    finding = find(tmp_path, "https://ntfy.sh/secret", athletes=["anna", "ana"])
    assert (finding.ok, finding.detail) == (False, "there is no athlete ana")


def test_an_address_of_apprise_needs_apprise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find(tmp_path, "tgram://secret/chat").ok
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    finding = find(tmp_path, "tgram://secret/chat")
    assert (finding.ok, finding.remedy) == (False, "sudo systemd/install --with notify")


def test_an_address_without_a_file_is_the_service_s_credential(tmp_path: Path) -> None:
    settings = NotifyConfig(name="phone", events=[NotificationKind.SUMMARY])
    [without] = notification_findings([settings], {}, [])
    assert without.ok
    assert "the credential notify-phone, which only the service can read" in without.detail
    (tmp_path / "notify-phone").write_text("https://ntfy.sh/secret", encoding="utf-8")
    [found] = notification_findings([settings], {"CREDENTIALS_DIRECTORY": str(tmp_path)}, [])
    assert found.ok
