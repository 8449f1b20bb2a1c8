"""Lamps as other programs play them on a broker: they listen, keep a state, and publish it as documented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from .broker import HOST

PATIENCE_S = 90


class Device:
    """What every lamp has: a client at the broker, and all commands that it got."""

    def __init__(self, port: int, *topics: str) -> None:
        self.commands: list[tuple[str, Any]] = []
        self._changed = Condition()
        self._started = Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._topics = topics
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.connect(HOST, port)
        self._client.loop_start()

    def start(self) -> None:
        """Once it is subscribed."""

    def on_command(self, topic: str, payload: str) -> None:
        raise NotImplementedError

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain)

    def wait_for(self, condition: Any) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), (
                f"never; got {self.commands}, is {vars(self)}"
            )

    def wait_for_start(self) -> None:
        assert self._started.wait(PATIENCE_S)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, *_: object) -> None:
        self._client.subscribe([(topic, 1) for topic in self._topics])

    def _on_subscribe(self, *_: object) -> None:
        self.start()
        self._started.set()

    def _on_message(self, _client: object, _data: object, message: MQTTMessage) -> None:
        text = message.payload.decode()
        with self._changed:
            self.commands.append((message.topic, text))
            self.on_command(message.topic, text)
            self._changed.notify_all()


class Zigbee2MqttLamp(Device):
    """A lamp of zigbee2mqtt: its state is not retained, and can be asked for."""

    def __init__(self, port: int, topic: str, **state: Any) -> None:
        self.state = {
            "state": "OFF",
            "brightness": 120,
            "color_mode": "color_temp",
            "color_temp": 370,
            **state,
        }
        self._topic = topic
        super().__init__(port, f"{topic}/set", f"{topic}/get")

    def on_command(self, topic: str, payload: str) -> None:
        if topic.endswith("/set"):
            command = json.loads(payload)
            self.state |= command
            if "color" in command:
                self.state["color_mode"] = "xy"
            if "color_temp" in command:
                self.state["color_mode"] = "color_temp"
                self.state.pop("color", None)
        self.publish(self._topic, json.dumps(self.state))


class WledLamp(Device):
    """A WLED that retains its state."""

    def __init__(self, port: int, topic: str, *, brightness: int = 90, effect: int = 9) -> None:
        self.state: dict[str, Any] = {"on": brightness > 0, "bri": brightness}
        self.segment: dict[str, Any] = {
            "fx": effect, "sx": 128, "ix": 60, "pal": 11, "col": [[255, 160, 0, 0], [0, 0, 0, 0]],
        }  # fmt: skip
        self._topic = topic
        super().__init__(port, f"{topic}/api")

    def start(self) -> None:
        self._tell()

    def on_command(self, topic: str, payload: str) -> None:
        command = json.loads(payload)
        segment = command.pop("seg", {})
        colours = segment.pop("col", [])
        self.segment |= segment
        for place, colour in enumerate(colours):
            self.segment["col"][place] = [*colour, 0][:4]
        self.state |= command
        self._tell()

    def _tell(self) -> None:
        brightness = self.state["bri"] if self.state["on"] else 0
        self.publish(f"{self._topic}/v", wled_xml(brightness, self.segment), retain=True)


def wled_xml(brightness: int, segment: dict[str, Any], *, preset: int = 0) -> str:
    """The answer of WLED's HTTP API, as `XML_response` in wled00/xml.cpp makes it."""
    first, second = segment["col"]
    colours = "".join(f"<cl>{part}</cl>" for part in first[:3])
    colours += "".join(f"<cs>{part}</cs>" for part in second[:3])
    return (
        f'<?xml version="1.0" ?><vs><ac>{brightness}</ac>{colours}<ns>0</ns><nr>1</nr><nl>0</nl><nf>1</nf>'
        f"<nd>60</nd><nt>0</nt><fx>{segment['fx']}</fx><sx>{segment['sx']}</sx><ix>{segment['ix']}</ix>"
        f"<fp>{segment['pal']}</fp><wv>-1</wv><ws>0</ws><ps>{preset}</ps><cy>0</cy><ds>WLED</ds><ss>0</ss></vs>"
    )


@contextmanager
def playing(device: Any) -> Iterator[Any]:
    """A device that is subscribed, and stops at the end."""
    try:
        device.wait_for_start()
        yield device
    finally:
        device.stop()
