"""The templates (Jinja, as Home Assistant renders them) that take a value out of a payload.

A value that is not known is rendered as `None`, which Home Assistant shows as unknown.
"""

from __future__ import annotations


def value(path: str) -> str:
    """What stands at a key, or at `key.key` of an object that may be null."""
    return f"{{{{ {_guarded(path)} }}}}"


def scaled(path: str, factor: float, *, digits: int = 1) -> str:
    """A number times `factor`, rounded."""
    return _of_number(path, f"({_place(path)} * {factor:g}) | round({digits})")


def whole_minutes(path: str) -> str:
    """Seconds as minutes that have passed: such a value changes once a minute, not every second."""
    return _of_number(path, f"({_place(path)} // 60) | int")


def minutes(path: str) -> str:
    """Seconds as minutes."""
    return _of_number(path, f"({_place(path)} / 60) | round(1)")


def text(path: str) -> str:
    """Words of any length: a state of Home Assistant has 255 characters."""
    return f"{{{{ ({_guarded(path)} | string)[:255] }}}}"


def on_where(condition: str, *, known: str = "true") -> str:
    """ON or OFF by a condition on `value_json`; unknown where `known` does not hold."""
    return f"{{{{ ('ON' if {condition} else 'OFF') if {known} else None }}}}"


def _place(path: str) -> str:
    return f"value_json.{path}"


def _guarded(path: str) -> str:
    outer = path.rpartition(".")[0]
    return f"{_place(path)} if {_place(outer)} else None" if outer else _place(path)


def _of_number(path: str, number: str) -> str:
    outer = path.rpartition(".")[0]
    known = f"{_place(path)} is not none"
    known = f"{_place(outer)} and {known}" if outer else known
    return f"{{{{ {number} if {known} else None }}}}"
