"""The process that sends one notification and ends: JSON in, JSON out, nothing in its command line."""

from __future__ import annotations

import json
import os
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
    """Read address, title and text from standard input; write the outcome to standard output, and end.

    What a library prints goes to standard error, and no thread that it has left running is waited for.
    """
    output = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    request = json.load(sys.stdin)
    outcome = send_text(request["address"], request["title"], request["text"])
    os.write(output, json.dumps(asdict(outcome)).encode())
    os._exit(0)


if __name__ == "__main__":
    main()
