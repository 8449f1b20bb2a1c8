"""Bluetooth LE straps through bleak and BlueZ: scanning, connecting, reconnecting, pairing, checks."""
