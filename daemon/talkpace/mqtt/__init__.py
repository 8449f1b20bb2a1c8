"""The MQTT interface: topics, payloads, commands, and Home Assistant's discovery."""
