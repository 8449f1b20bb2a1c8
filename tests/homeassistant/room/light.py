"""A lamp that shows any colour."""

from homeassistant.components.light import ATTR_BRIGHTNESS, ATTR_RGB_COLOR, ColorMode, LightEntity


class Lamp(LightEntity):
    _attr_should_poll = False
    _attr_name = "Living room"
    _attr_unique_id = "lamp"
    _attr_supported_color_modes = {ColorMode.RGB}
    _attr_color_mode = ColorMode.RGB
    _attr_is_on = True
    _attr_brightness = 100
    _attr_rgb_color = (255, 214, 170)

    async def async_turn_on(self, **more):
        self._attr_is_on = True
        self._attr_brightness = more.get(ATTR_BRIGHTNESS, self._attr_brightness)
        self._attr_rgb_color = more.get(ATTR_RGB_COLOR, self._attr_rgb_color)
        self.async_write_ha_state()

    async def async_turn_off(self, **more):
        self._attr_is_on = False
        self.async_write_ha_state()


async def async_setup_entry(hass, entry, add):
    add([Lamp()])
