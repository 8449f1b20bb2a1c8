"""What the dashboard at home sees: MQTT topics, payloads, commands."""
