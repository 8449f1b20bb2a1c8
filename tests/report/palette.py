"""The colours of palette.css, as tests compute with them."""

from __future__ import annotations

import re
from importlib.resources import files

_TEXT = files("talkpace.report").joinpath("palette.css").read_text("utf-8")
_LIGHT, _DARK = re.findall(r":root \{(.*?)\}", _TEXT, flags=re.DOTALL)


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT, DARK = _colours(_LIGHT), _colours(_DARK)
TINT = float(re.findall(r"--tint: ([\d.]+);", _LIGHT)[0])
