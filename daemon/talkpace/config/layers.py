"""The layers of the configuration: the household's file, `settings.toml`, environment; the last wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import ConfigurationError
from .environment import Variable, read_variables
from .explanation import explain
from .layer_tables import LayerTables, Origin, Place
from .model import Configuration, StoreConfig
from .settings_tables import check_settings
from .toml_file import read_toml

SETTINGS_NAME = "settings.toml"
DEFAULT_PATH = Path("/etc/talkpace/talkpace.toml")


@dataclass(frozen=True)
class Layers:
    """What each layer sets; not validated yet."""

    file: Path
    tables: Mapping[str, Any]
    variables: tuple[Variable, ...] = ()
    settings: Path | None = None
    """the settings file, which need not exist; None where there is no state folder"""
    settings_tables: Mapping[str, Any] = field(default_factory=dict)
    settings_problem: str = ""
    """why this user cannot read the settings file"""

    def merge(self) -> LayerTables:
        """Return the tables of all layers as one. Raises ConfigurationError where they do not fit."""
        file = Place(Origin.FILE, str(self.file))
        merged = LayerTables(file)
        merged.add(self.tables, file)
        merged.add(self.settings_tables, Place(Origin.SETTINGS, str(self.settings)))
        for variable in self.variables:
            merged.put(variable.path, variable.value, Place(Origin.ENVIRONMENT, variable.name))
        return merged

    def store(self) -> StoreConfig:
        """Return the table [store], which says where settings are. Raises ConfigurationError."""
        merged = self.merge()
        try:
            table = merged.data.get("store", {})
            return Configuration.model_validate({"store": table}).store
        except ValidationError as error:
            raise ConfigurationError("\n".join(one.text for one in explain(error, merged))) from None

    def with_settings(self, path: Path) -> Layers:
        """Return these layers with the settings in a file; none where this user may not read it.

        Raises ConfigurationError where the file is invalid.
        """
        try:
            tables = read_toml(path)
        except FileNotFoundError:
            return replace(self, settings=path)
        except PermissionError as error:
            problem = f"{path}: cannot read: {error.strerror}: run this as the user that owns the database"
            return replace(self, settings=path, settings_problem=problem)
        check_settings(tables, str(path))
        return replace(self, settings=path, settings_tables=tables)

    def require_settings(self) -> None:
        """Raise ConfigurationError where this user cannot read the settings."""
        if self.settings_problem:
            raise ConfigurationError(self.settings_problem)


def read_layers(path: Path | None, environ: Mapping[str, str]) -> Layers:
    """Read a file (the default one may be missing) and the environment. Raises ConfigurationError."""
    source = path or DEFAULT_PATH
    try:
        tables = read_toml(source)
    except FileNotFoundError:
        if path is not None:
            raise ConfigurationError(f"{path}: no such file: check the path given by --config") from None
        tables = {}
    except PermissionError as error:
        raise ConfigurationError(f"{source}: cannot read: {error.strerror}") from None
    return Layers(source, tables, read_variables(environ))
