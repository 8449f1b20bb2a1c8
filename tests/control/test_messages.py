"""JSON-RPC 2.0 messages from untrusted clients."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.control.messages import (
    ErrorCode,
    RequestError,
    error_message,
    notification_message,
    parse_request,
    request_id,
    request_message,
    result_message,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_line_is_a_request_or_refused_with_a_code(line: bytes) -> None:
    try:
        request = parse_request(line)
    except RequestError as error:
        refusal = error
    else:
        assert isinstance(request.params, dict)
        return
    answer = json.loads(error_message(request_id(line), refusal.code, str(refusal)))
    assert answer["error"]["code"] == refusal.code
    assert answer["error"]["message"]


@given(st.integers(0, 10**9), st.text(max_size=40), st.dictionaries(st.text(max_size=9), st.integers()))
def test_a_request_of_our_own_client_is_parsed_as_it_was_sent(
    number: int, method: str, params: dict[str, Any]
) -> None:
    request = parse_request(request_message(number, method, params))
    assert (request.id, request.method, request.params, request.wants_answer) == (
        number,
        method,
        params,
        True,
    )


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        (b"\xff\xfe", ErrorCode.PARSE_ERROR, "not JSON"),
        (b"{", ErrorCode.PARSE_ERROR, "not JSON"),
        (b'{"jsonrpc": "2.0", "method": "node", "id": NaN}', ErrorCode.PARSE_ERROR, "NaN"),
        (b'[{"jsonrpc": "2.0", "method": "node", "id": 1}]', ErrorCode.INVALID_REQUEST, "one request a line"),
        (b'{"method": "node", "id": 1}', ErrorCode.INVALID_REQUEST, '"jsonrpc": "2.0"'),
        (b'{"jsonrpc": "2.0", "id": 1}', ErrorCode.INVALID_REQUEST, "method must be a string"),
        (b'{"jsonrpc": "2.0", "method": "node", "id": {}}', ErrorCode.INVALID_REQUEST, "id must be"),
        (b'{"jsonrpc": "2.0", "method": "node", "id": true}', ErrorCode.INVALID_REQUEST, "id must be"),
        (b'{"jsonrpc": "2.0", "method": "node", "params": []}', ErrorCode.INVALID_PARAMS, "an object"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, ErrorCode.INVALID_REQUEST, "nested too deeply"),
        (b"[" * 60_000, ErrorCode.INVALID_REQUEST, "nested too deeply"),
        (b'{"jsonrpc": "2.0", "id": ' + b"9" * 5000 + b"}", ErrorCode.INVALID_REQUEST, "too large"),
        (b'{"jsonrpc": "2.0", "id": 1e999}', ErrorCode.INVALID_REQUEST, "too large"),
        (b'{"jsonrpc": "2.0", "id": "\\ud800"}', ErrorCode.INVALID_REQUEST, "surrogate"),
    ],
)
def test_an_invalid_line_is_refused_with_code_and_reason(line: bytes, code: ErrorCode, reason: str) -> None:
    with pytest.raises(RequestError, match=reason) as error:
        parse_request(line)
    assert error.value.code is code


def test_a_refusal_quotes_the_id_of_the_request_where_it_has_one() -> None:
    assert request_id(b'{"id": 7, "method": "node"}') == 7
    assert request_id(b'{"id": "seven"}') == "seven"
    assert [request_id(line) for line in (b"{", b"[]", b'{"id": []}', b'{"id": true}')] == [None] * 4


def test_a_request_without_an_id_wants_no_answer() -> None:
    assert parse_request(b'{"jsonrpc": "2.0", "method": "node"}').wants_answer is False
    assert parse_request(b'{"jsonrpc": "2.0", "method": "node", "id": null}').wants_answer is True


def test_a_message_is_one_line_whatever_text_it_has() -> None:
    text = "two\nlines \u2028 \udc80"
    for message in (
        result_message(1, "two\nlines"),
        error_message(1, ErrorCode.REFUSED, text),
        notification_message("step", {"text": "two\nlines"}),
    ):
        assert message.count(b"\n") == 1
        assert message.endswith(b"\n")
        json.loads(message)


def test_a_result_that_is_not_json_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="object is not JSON"):
        result_message(1, object())
