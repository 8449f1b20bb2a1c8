"""Straps over Bluetooth LE: found, connected, held and found again, through bleak and BlueZ."""
