"""Names for entries of the practice log."""

from __future__ import annotations

import secrets

_BYTES = 5


def new_id() -> str:
    """Ten hexadecimal digits; by chance two of ten thousand entries share one in 20,000 homes."""
    return secrets.token_hex(_BYTES)
