"""A room for the tests: a speaker, a voice and a lamp, which the ready-made automations use."""

PLATFORMS = ["light", "media_player", "tts"]


async def async_setup_entry(hass, entry):
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True
