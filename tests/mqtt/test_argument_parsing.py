"""Parsing of command payloads, and the rate limit; without a broker."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from talkpace.errors import CommandError
from talkpace.json_input import DEEPEST_NESTING
from talkpace.mqtt.command_queue import (
    MOST_IN_ALL,
    MOST_PER_ATHLETE,
    RateLimitDecision,
    RateLimiter,
    parse_argument,
)


class TestArguments:
    @given(st.binary(max_size=300))
    def test_any_payload_is_a_scalar_an_object_or_refused(self, payload: bytes) -> None:
        with suppress(CommandError):
            assert isinstance(parse_argument(payload), str | int | float | bool | dict | None)

    def test_objects_may_be_nested_up_to_the_limit(self) -> None:
        assert parse_argument(b'{"a":' * DEEPEST_NESTING + b"1" + b"}" * DEEPEST_NESTING) is not None

    def test_a_payload_that_is_not_json_is_text(self) -> None:
        assert parse_argument(b"NaN") == "NaN"
        assert parse_argument(b"talk test") == "talk test"

    def test_text_that_begins_like_a_huge_number_is_text(self) -> None:
        """Ids of log entries may look like that."""
        assert parse_argument(b"12e456789a") == "12e456789a"


class TestRateLimiter:
    def test_commands_over_the_limit_are_rejected_and_the_first_is_answered(self) -> None:
        limiter = RateLimiter(lambda: 0)
        decisions = [limiter.check("anna") for _ in range(MOST_PER_ATHLETE + 3)]
        assert decisions == [
            *[RateLimitDecision.ACCEPT] * MOST_PER_ATHLETE,
            RateLimitDecision.REJECT_WITH_ANSWER,
            RateLimitDecision.REJECT,
            RateLimitDecision.REJECT,
        ]
        assert limiter.check("ben") is RateLimitDecision.ACCEPT

    def test_the_limit_starts_anew_every_second(self) -> None:
        now = 0
        limiter = RateLimiter(lambda: now)
        for _ in range(MOST_PER_ATHLETE + 1):
            limiter.check("anna")
        now = 1000
        assert limiter.check("anna") is RateLimitDecision.ACCEPT

    def test_accepted_commands_and_answers_are_limited_for_invented_athletes_too(self) -> None:
        limiter = RateLimiter(lambda: 0)
        decisions = [limiter.check(f"invented-{number}") for number in range(10_000)]
        assert decisions.count(RateLimitDecision.ACCEPT) == MOST_IN_ALL
        assert decisions.count(RateLimitDecision.REJECT_WITH_ANSWER) == MOST_IN_ALL
