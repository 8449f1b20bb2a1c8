"""Where others' recordings are, for checks against others' numbers; they are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared_data() -> Path:
    """The folder; skips the test, with the reason, where it isn't there. In CI it has to be."""
    given = os.environ.get("TALKPACE_TEST_DATA")
    folder = Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        reason = f"others' recordings are not at {folder} (TALKPACE_TEST_DATA says where)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def recordings(pattern: str) -> list[Path]:
    """Published recordings with figures of others beside them; the small inputs in `cases` are no such."""
    return sorted(path for path in shared_data().glob(f"*/{pattern}") if path.parent.name != "cases")
