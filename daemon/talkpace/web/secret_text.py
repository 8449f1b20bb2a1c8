"""Random secrets, and their hashes, which alone are stored: a copy of the file lets nobody in."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_SECRET_BYTES = 32
_CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""without letters and digits that are mistaken for each other"""
_CODE_LENGTH = 8
_LONGEST_SECRET = 200


def new_secret() -> str:
    """A secret for a cookie or a link, safe in an address."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def new_code() -> str:
    """A code for a person to type, such as `K7QM-24XT`: 39 bits."""
    code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return f"{code[:4]}-{code[4:]}"


def plain_code(text: str) -> str:
    """A code as typed, without blanks and hyphens, in upper case."""
    return "".join(text[:_LONGEST_SECRET].split()).replace("-", "").upper()


def hash_of(secret: str) -> str:
    """The hash that is stored of a secret; a fast one will do, as secrets are random (passwords are not)."""
    return hashlib.sha256(secret[:_LONGEST_SECRET].encode("utf-8", "replace")).hexdigest()


def change_token(secret: str) -> str:
    """The token that a session sends with every change: it follows from the cookie, and does not tell it."""
    return hmac.new(secret.encode("utf-8", "replace"), b"talkpace change", hashlib.sha256).hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Compare two secrets in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
