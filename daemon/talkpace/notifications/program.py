"""The process that sends one notification and ends: JSON in, JSON out, nothing in its command line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from ..errors import ConfigurationError
from .address import AppriseAddress, parse_address
from .outcome import Outcome, Result


def send_text(address: str, title: str, text: str) -> Outcome:
    """Send a text to an address. Blocks."""
    try:
        parsed = parse_address(address)
    except ConfigurationError as error:
        return Outcome(Result.REFUSED, str(error))
    if isinstance(parsed, AppriseAddress):
        from .apprise_service import send_by_apprise  # noqa: PLC0415 - not needed for ntfy

        return send_by_apprise(parsed.url, title, text)
    from .ntfy import send_to_ntfy  # noqa: PLC0415 - not needed for others

    return send_to_ntfy(parsed, title, text)


def main() -> None:
    """Read address, title and text from standard input; print the outcome."""
    request = json.load(sys.stdin)
    outcome = send_text(request["address"], request["title"], request["text"])
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    main()
