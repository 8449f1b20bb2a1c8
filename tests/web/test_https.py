"""The page with a certificate."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from talkpace.config.web import WebConfig
from talkpace.errors import ConfigurationError
from talkpace.web.server import check_certificate

from ..cached import unavailable
from .household import PASSWORD, open_house
from .http_client import Browser


@pytest.fixture
def settings(tmp_path: Path) -> WebConfig:
    """With a certificate for 127.0.0.1 that signs itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        unavailable("openssl is not installed")
    certificate, key = tmp_path / "web.crt", tmp_path / "web.key"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=page", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return WebConfig(enabled=True, certificate_file=certificate, key_file=key)


async def test_over_https_the_cookie_never_goes_over_http(tmp_path: Path, settings: WebConfig) -> None:
    check_certificate(settings)
    async with open_house(tmp_path, settings=settings) as house:
        browser = Browser(house.port, tls=ssl.create_default_context(cafile=settings.certificate_file))
        code = house.admin.make_code(forget_password=False)
        answer = await browser.post(
            "/api/setup",
            {"code": code, "password": PASSWORD},
            Origin=f"https://127.0.0.1:{house.port}",
        )
        assert answer.document["state"] == "signed_in"
        assert "Secure" in answer.headers["set-cookie"].split("; ")
        house.daemon.live("anna", 120)
        async with browser.stream() as stream:
            await stream.until("state", heart_rate=120)
        with pytest.raises((OSError, EOFError)):
            await house.browser().get("/")


def test_a_key_of_another_certificate_is_told(tmp_path: Path, settings: WebConfig) -> None:
    other = tmp_path / "other.key"
    openssl = str(shutil.which("openssl"))
    subprocess.run([openssl, "genrsa", "-out", str(other), "2048"], check=True, capture_output=True)
    for key in (other, tmp_path / "missing.key"):
        with pytest.raises(ConfigurationError, match=r"web\.certificate_file, web\.key_file"):
            check_certificate(settings.model_copy(update={"key_file": key}))
