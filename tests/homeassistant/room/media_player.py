"""A speaker that remembers what it last played."""

from homeassistant.components import media_source
from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
)


class Speaker(MediaPlayerEntity):
    _attr_should_poll = False
    _attr_name = "Living room"
    _attr_unique_id = "speaker"
    _attr_supported_features = MediaPlayerEntityFeature.PLAY_MEDIA
    _attr_state = MediaPlayerState.IDLE

    async def async_play_media(self, media_type, media_id, **more):
        await media_source.async_resolve_media(self.hass, media_id, self.entity_id)
        self._attr_state = MediaPlayerState.PLAYING
        self._attr_media_content_id = media_id
        self.async_write_ha_state()


async def async_setup_entry(hass, entry, add):
    add([Speaker()])
