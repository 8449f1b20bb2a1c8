"""A certificate authority of the household's own, and the page's certificate by it, made by openssl."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from ..errors import ConfigurationError, FileError

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 397
"""browsers refuse certificates that last longer than 398 days"""
_OPENSSL_S = 60
_LONGEST_NAME = 64
"""of a certificate's subject (X.520)"""
_PRIVATE_NETWORKS = (
    "127.0.0.0/255.0.0.0",
    "10.0.0.0/255.0.0.0",
    "172.16.0.0/255.240.0.0",
    "192.168.0.0/255.255.0.0",
    "169.254.0.0/255.255.0.0",
    "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::/fe00::",
    "fe80::/ffc0::",
)
_ONE_ADDRESS = {4: "255.255.255.255", 6: ":".join(["ffff"] * 8)}
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True, slots=True)
class AuthorityFiles:
    """Where authority and certificate are."""

    authority: Path
    authority_key: Path
    """in a folder that the page's process cannot enter"""
    certificate: Path
    key: Path


def make_certificate(
    files: AuthorityFiles,
    names: Iterable[str],
    addresses: Iterable[IPv4Address | IPv6Address],
    *,
    new_authority: bool,
) -> bool:
    """Make a certificate for host names and IP addresses; return whether the authority is a new one.

    The authority is made where there is none, or on request. It is valid for these names and for addresses
    of home networks only, so that nobody who steals its key can pose as another site. Raises
    ConfigurationError where the present authority is not valid for a name, FileError where openssl fails.
    """
    names, addresses = list(names), list(addresses)
    is_new = new_authority or not (files.authority.exists() and files.authority_key.exists())
    try:
        for path in (files.authority_key, files.key):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=files.authority_key.parent) as folder:
            work = Path(folder)
            (work / "openssl.cnf").write_text(_configuration(names, addresses), encoding="ascii")
            if is_new:
                _make_authority(work, names[0])
            else:
                shutil.copy(files.authority, work / "authority.crt")
                shutil.copy(files.authority_key, work / "authority.key")
            _sign(work, names[0])
            _install(work, files)
    except OSError as error:
        raise FileError(f"{error.filename or files.authority_key.parent}: {error.strerror}") from None
    return is_new


def _configuration(names: list[str], addresses: list[IPv4Address | IPv6Address]) -> str:
    permitted = [f"permitted;DNS.{number} = {name}" for number, name in enumerate(names)]
    permitted += [f"permitted;IP.{number} = {network}" for number, network in enumerate(_PRIVATE_NETWORKS)]
    permitted += [
        f"permitted;IP.{number} = {address}/{_ONE_ADDRESS[address.version]}"
        for number, address in enumerate(addresses, len(_PRIVATE_NETWORKS))
    ]
    alternative = [f"DNS.{number} = {name}" for number, name in enumerate(names)]
    alternative += [f"IP.{number} = {address}" for number, address in enumerate(addresses)]
    return "\n".join(
        [
            "[req]",
            "distinguished_name = name",
            "prompt = no",
            "[name]",
            "[authority]",
            "basicConstraints = critical, CA:TRUE, pathlen:0",
            "keyUsage = critical, keyCertSign, cRLSign",
            "subjectKeyIdentifier = hash",
            "nameConstraints = critical, @permitted",
            "[permitted]",
            *permitted,
            "[page]",
            "basicConstraints = critical, CA:FALSE",
            "keyUsage = critical, digitalSignature",
            "extendedKeyUsage = serverAuth",
            "subjectKeyIdentifier = hash",
            "authorityKeyIdentifier = keyid",
            "subjectAltName = @alternative",
            "[alternative]",
            *alternative,
            "",
        ]
    )


def _make_authority(work: Path, host: str) -> None:
    _openssl(
        work,
        *("req", "-x509", *_KEY, "-config", "openssl.cnf", "-extensions", "authority"),
        *("-subj", f"/CN={f'talkpace authority of {host}'[:_LONGEST_NAME]}", "-days", str(AUTHORITY_DAYS)),
        *("-keyout", "authority.key", "-out", "authority.crt"),
    )


def _sign(work: Path, host: str) -> None:
    _openssl(
        work,
        *("req", "-new", *_KEY, "-config", "openssl.cnf", "-subj", f"/CN={host[:_LONGEST_NAME]}"),
        *("-keyout", "page.key", "-out", "page.csr"),
    )
    serial = f"0x{secrets.randbits(126) | 1 << 126:x}"
    _openssl(
        work,
        *("x509", "-req", "-in", "page.csr", "-CA", "authority.crt", "-CAkey", "authority.key"),
        *("-set_serial", serial, "-days", str(CERTIFICATE_DAYS)),
        *("-extfile", "openssl.cnf", "-extensions", "page", "-out", "page.crt"),
    )
    try:
        _openssl(work, "verify", "-x509_strict", "-CAfile", "authority.crt", "page.crt")
    except FileError as error:
        raise ConfigurationError(
            f"the present authority is not valid for this host's names ({error}); make another with"
            " --new-authority, and install that on the phones"
        ) from None


def _install(work: Path, files: AuthorityFiles) -> None:
    for name, path in (
        ("authority.key", files.authority_key),
        ("authority.crt", files.authority),
        ("page.key", files.key),
        ("page.crt", files.certificate),
    ):
        made = work / name
        made.chmod(0o600 if name.endswith(".key") else 0o644)
        shutil.move(made, path.with_name(f".{path.name}.new"))
        path.with_name(f".{path.name}.new").replace(path)


def _openssl(work: Path, *arguments: str) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise FileError("openssl is not installed; install it: sudo apt install openssl")
    try:
        done = subprocess.run(  # noqa: S603 - no part is from outside
            [program, *arguments], cwd=work, capture_output=True, check=False, text=True, timeout=_OPENSSL_S
        )
    except subprocess.TimeoutExpired:
        raise FileError(f"openssl {arguments[0]} took longer than {_OPENSSL_S} s") from None
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["failed"]
        raise FileError(f"openssl {arguments[0]}: {lines[-1][:200]}")
