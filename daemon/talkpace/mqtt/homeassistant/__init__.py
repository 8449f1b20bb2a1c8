"""Home Assistant: MQTT discovery of a device for the node and one for each athlete."""
