"""The MQTT interface as documents: JSON Schemas of all payloads, and AsyncAPI, made from the models."""
