"""Where the record is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from talkpace.config.model import Configuration, Store
from talkpace.errors import ConfigurationError
from talkpace.service.paths import store_path

HOMELESS_UID = 54321


def test_what_the_configuration_says_goes_first() -> None:
    configuration = Configuration(store=Store(path=Path("/somewhere/else.db")))
    assert store_path(configuration, {"STATE_DIRECTORY": "/var/lib/t"}) == Path("/somewhere/else.db")


def test_somebody_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: HOMELESS_UID)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ConfigurationError, match=r"set store\.path or XDG_DATA_HOME"):
        store_path(Configuration(), {})
    with pytest.raises(ConfigurationError, match=r"store\.path: ~nobody-here/t\.db"):
        store_path(Configuration(store=Store(path=Path("~nobody-here/t.db"))), {})
