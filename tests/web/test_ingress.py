"""The page within Home Assistant, by its ingress."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from talkpace.config.web import WebConfig
from talkpace.errors import ConfigurationError
from talkpace.web.server import check_certificate

from .household import PASSWORD, open_house
from .http_client import Browser

HERE = "127.0.0.1"
PATH = "/api/hassio_ingress/Zm9v-_bar"
AT_HOME = {"Host": "homeassistant.local:8123", "Origin": "http://homeassistant.local:8123"}


async def test_the_page_is_shown_in_home_assistants_frame_and_its_cookie_stays_below_the_path(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, ingress_from=HERE) as house:
        browser = Browser(house.ingress_port, headers={**AT_HOME, "X-Ingress-Path": PATH})
        code = house.admin.make_code(forget_password=False)
        answer = await browser.post("/api/setup", {"code": code, "password": PASSWORD})
        assert answer.document["state"] == "signed_in"
        assert f"Path={PATH}" in answer.headers["set-cookie"].split("; ")
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert (await browser.get("/api/athletes")).status == 200


@pytest.mark.parametrize("path", ["/api/../..", "//evil.example", "/a;Domain=evil", "no/slash", "/ä"])
async def test_an_ingress_path_that_is_none_is_refused(tmp_path: Path, path: str) -> None:
    async with open_house(tmp_path, ingress_from=HERE, daemon=False) as house:
        browser = Browser(house.ingress_port, headers={**AT_HOME, "X-Ingress-Path": path})
        assert (await browser.get("/api/session")).status == 400


async def test_only_the_supervisor_is_answered_on_the_listener_for_ingress(tmp_path: Path) -> None:
    async with open_house(tmp_path, daemon=False) as house:
        answer = await Browser(house.ingress_port, headers={"X-Ingress-Path": PATH}).get("/api/session")
        assert (answer.status, answer.message) == (403, "only Home Assistant's Supervisor is answered here")


async def test_elsewhere_an_ingress_path_is_not_believed(tmp_path: Path) -> None:
    async with open_house(tmp_path, ingress_from=HERE, daemon=False) as house:
        browser = house.browser(**{"X-Ingress-Path": PATH})
        code = house.admin.make_code(forget_password=False)
        answer = await browser.post("/api/setup", {"code": code, "password": PASSWORD})
        assert "Path=/" in answer.headers["set-cookie"].split("; ")
        assert answer.headers["x-frame-options"] == "DENY"
        assert (await house.browser(**AT_HOME).get("/api/session")).status == 403


async def test_another_site_sends_nothing_through_ingress(tmp_path: Path) -> None:
    async with open_house(tmp_path, ingress_from=HERE, daemon=False) as house:
        browser = Browser(house.ingress_port, headers={**AT_HOME, "Origin": "http://evil.example"})
        assert (await browser.get("/api/session")).status == 403


@pytest.mark.parametrize(
    "settings",
    [
        {"ingress": "0.0.0.0:8080"},
        {"ingress": "8099"},
        {"ingress": "0.0.0.0:8099", "ingress_from": "supervisor"},
    ],
)
def test_settings_for_ingress_that_cannot_work_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        WebConfig.model_validate(settings)


def test_ingress_and_https_are_refused_together(tmp_path: Path) -> None:
    files = {"certificate_file": tmp_path / "page.crt", "key_file": tmp_path / "page.key"}
    settings = WebConfig.model_validate({"ingress": "0.0.0.0:8099", **files})
    with pytest.raises(ConfigurationError, match=r"web\.ingress is plain http"):
        check_certificate(settings)
