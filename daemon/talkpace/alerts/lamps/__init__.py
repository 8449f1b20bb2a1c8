"""Lamps on MQTT, without the broker: what they show, when it changes, and what they showed before.

look (what states ask for) -> display (when it may change) -> lamp (reads, shows, restores) -> formats
"""
