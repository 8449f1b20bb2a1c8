"""Home Assistant asks for one, though nobody sets this up by hand."""

from homeassistant.config_entries import ConfigFlow


class RoomFlow(ConfigFlow, domain="room"):
    VERSION = 1
