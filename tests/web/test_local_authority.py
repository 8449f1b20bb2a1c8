"""https with an authority of the household's own."""

from __future__ import annotations

import shutil
import ssl
import stat
from ipaddress import ip_address
from pathlib import Path

import pytest

from talkpace.config.web import WebConfig
from talkpace.errors import ConfigurationError
from talkpace.web.local_authority import AuthorityFiles, make_certificate
from talkpace.web.page_files import AUTHORITY, authority_file

from ..cached import unavailable
from ..service.daemon_process import talkpace
from .household import open_house
from .http_client import Browser

LOCALHOST = ip_address("127.0.0.1")


@pytest.fixture
def files(tmp_path: Path) -> AuthorityFiles:
    if shutil.which("openssl") is None:
        unavailable("openssl is not installed")
    page, secrets = tmp_path / "web", tmp_path / "secrets"
    return AuthorityFiles(
        page / "authority.crt", secrets / "authority.key", page / "page.crt", page / "page.key"
    )


async def test_a_browser_that_trusts_the_authority_opens_the_page(
    tmp_path: Path, files: AuthorityFiles
) -> None:
    assert make_certificate(files, ["gym.local"], [LOCALHOST], new_authority=False)
    settings = WebConfig(enabled=True, certificate_file=files.certificate, key_file=files.key)
    async with open_house(tmp_path, settings=settings) as house:
        browser = Browser(house.port, tls=ssl.create_default_context(cafile=files.authority))
        assert (await browser.get("/api/session")).status == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            await Browser(house.port, tls=ssl.create_default_context()).get("/api/session")


def test_a_renewed_certificate_has_the_same_authority(files: AuthorityFiles) -> None:
    make_certificate(files, ["gym.local"], [LOCALHOST], new_authority=False)
    authority, certificate = files.authority.read_bytes(), files.certificate.read_bytes()
    assert not make_certificate(files, ["gym.local"], [LOCALHOST], new_authority=False)
    assert files.authority.read_bytes() == authority
    assert files.certificate.read_bytes() != certificate
    assert make_certificate(files, ["gym.local"], [LOCALHOST], new_authority=True)
    assert files.authority.read_bytes() != authority


def test_an_authority_is_valid_for_the_hosts_own_names_only(files: AuthorityFiles) -> None:
    make_certificate(files, ["gym.local"], [LOCALHOST], new_authority=False)
    before = files.certificate.read_bytes()
    with pytest.raises(ConfigurationError, match="--new-authority"):
        make_certificate(files, ["bank.example.org"], [LOCALHOST], new_authority=False)
    assert files.certificate.read_bytes() == before


def test_only_the_daemons_user_reads_the_keys(files: AuthorityFiles) -> None:
    make_certificate(files, ["gym.local"], [LOCALHOST], new_authority=False)
    assert {stat.S_IMODE(key.stat().st_mode) for key in (files.key, files.authority_key)} == {0o600}


def test_devices_get_the_authority_from_the_page(files: AuthorityFiles) -> None:
    assert authority_file(files.authority) == {}
    make_certificate(files, ["gym.local"], [LOCALHOST], new_authority=False)
    offered = authority_file(files.authority)[AUTHORITY]
    assert (offered.content, offered.media_type) == (
        files.authority.read_bytes(),
        "application/x-x509-ca-cert",
    )


@pytest.mark.usefixtures("files")
def test_the_command_makes_a_certificate_renews_it_and_sets_it(tmp_path: Path) -> None:
    configuration = tmp_path / "talkpace.toml"
    configuration.write_text(f'[store]\npath = "{tmp_path}/talkpace.db"\n')

    def page(*arguments: str) -> str:
        done = talkpace(tmp_path, "web", *arguments, "--config", str(configuration), XDG_RUNTIME_DIR="")
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert f"/{AUTHORITY}" in page("certificate"), "where devices get it"
    assert AUTHORITY not in page("certificate")
    assert "https://" in page("status")


def test_a_certificate_from_elsewhere_is_not_replaced(tmp_path: Path, files: AuthorityFiles) -> None:
    configuration = tmp_path / "talkpace.toml"
    page = '[web]\ncertificate_file = "/etc/other.crt"\nkey_file = "/etc/other.key"\n'
    configuration.write_text(f'[store]\npath = "{tmp_path}/talkpace.db"\n{page}')
    done = talkpace(tmp_path, "web", "certificate", "--config", str(configuration), XDG_RUNTIME_DIR="")
    assert (done.returncode, "/etc/other.crt" in done.stderr) == (2, True)
    assert not files.certificate.exists()
