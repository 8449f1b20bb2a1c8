"""Home Assistant's configuration folder, as after its first set-up by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SHIPPED_CONFIGURATION = Path(__file__).parents[2] / "config" / "homeassistant"

_CONFIGURATION = """
homeassistant:
  name: Test
  latitude: 0
  longitude: 0
  elevation: 0
  unit_system: metric
  time_zone: Europe/Berlin
  country: DE
  currency: EUR
  internal_url: http://127.0.0.1:{port}
  packages:
    talkpace: !include talkpace/package.yaml
http:
  server_host: 127.0.0.1
  server_port: {port}
api:
frontend:
config:
history:
logger:
  default: warning
  logs:
    homeassistant.bootstrap: info
# Written at once, as tests read it.
recorder:
  commit_interval: 0
"""


def write_configuration_folder(folder: Path, port: int, mqtt: Mapping[str, Any]) -> str:
    """Write the folder, with `mqtt` as the data of the MQTT integration; return the owner's access token."""
    storage = folder / ".storage"
    storage.mkdir(parents=True)
    (folder / "configuration.yaml").write_text(_CONFIGURATION.format(port=port))
    shutil.copytree(SHIPPED_CONFIGURATION, folder / "talkpace")
    shutil.copytree(Path(__file__).with_name("room"), folder / "custom_components" / "room")
    secret = hashlib.sha512(b"of a test only").hexdigest()
    _store(storage, "auth", 1, _owner(secret))
    _store(storage, "onboarding", 4, {"done": ["user", "core_config", "analytics", "integration"]})
    _store(storage, "core.analytics", 1, {"onboarded": True, "preferences": {}, "uuid": None})
    entries = [_entry("mqtt", "The household's broker", mqtt), _entry("room", "The room", {})]
    _store(storage, "core.config_entries", 1, {"entries": entries})
    return _token(secret)


_REFRESH = "b" * 32


def _owner(secret: str) -> dict[str, Any]:
    user = {
        "id": "a" * 32,
        "group_ids": ["system-admin"],
        "is_owner": True,
        "is_active": True,
        "name": "Owner",
        "system_generated": False,
        "local_only": False,
    }
    refresh = {
        "id": _REFRESH,
        "user_id": user["id"],
        "client_id": None,
        "client_name": "test",
        "client_icon": None,
        "token_type": "long_lived_access_token",
        "created_at": "2024-01-01T00:00:00+00:00",
        "access_token_expiration": 315360000.0,
        "token": "c" * 128,
        "jwt_key": secret,
        "last_used_at": None,
        "last_used_ip": None,
        "credential_id": None,
        "version": "2024.3.0",
    }
    groups = [
        {"id": f"system-{kind}", "name": name}
        for kind, name in (("admin", "Administrators"), ("users", "Users"), ("read-only", "Read Only"))
    ]
    return {"users": [user], "groups": groups, "credentials": [], "refresh_tokens": [refresh]}


def _entry(domain: str, title: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "entry_id": hashlib.md5(domain.encode(), usedforsecurity=False).hexdigest(),
        "version": 1,
        "minor_version": 1,
        "domain": domain,
        "title": title,
        "unique_id": None,
        "data": data,
        "options": {},
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "disabled_by": None,
    }


def _store(storage: Path, name: str, version: int, data: Mapping[str, Any]) -> None:
    (storage / name).write_text(
        json.dumps({"version": version, "minor_version": 1, "key": name, "data": data})
    )


def _token(secret: str) -> str:
    """A long-lived access token, a JSON web token signed with the refresh token's key."""
    now = int(time.time())
    claims = {"iss": _REFRESH, "iat": now, "exp": now + 315360000}
    body = ".".join(_url64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return body + "." + _url64(hmac.new(secret.encode(), body.encode(), "sha256").digest())


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
