import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from queries import strict_json
from refused import Refused

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5).filter(str.isascii),
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.text("abc", max_size=3), parts, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.full
@given(st.dictionaries(st.text("abc", max_size=3), TREES, max_size=3))
def test_a_plain_call_is_read_as_it_was_written(variables):
    asked = strict_json.read(json.dumps({"query": "{a}", "variables": variables}).encode())

    assert (asked.query, asked.variables, asked.operation) == ("{a}", variables, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'[{"query": "{a}"}]',
        b'{"query": "{a}", "query": "{b}"}',
        rb'{"query": "{a}", "\u0071uery": "{b}"}',
        b'{"query": "{a}", "variables": {"a": {"b": 1, "b": 2}}}',
        b'{"query": "{a}", "extensions": {}}',
        b'{"query": "{a}", "variables": []}',
        b'{"query": "{a}", "operationName": 1}',
        b'{"query": 1}',
        b"{}",
        b'\xef\xbb\xbf{"query": "{a}"}',
        b'{"query": "\xff"}',
        rb'{"query": "\ud800"}',
        b'{"query": "{a}", "variables": {"a": NaN}}',
        b'{"query": "{a}", "variables": {"a": 1e999}}',
        b'{"query": "{a}", "variables": {"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}}",
        b'{"query": "{a}", "variables": {"a": ' + b"[" * 20 + b"]" * 20 + b"}}",
        b'{"query": "{a}", "variables": {"a": ' + b"9" * 5000 + b"}}",
        '{"query": "{a}"}'.encode("utf-16"),
        b'{"query": "' + b" " * (1 << 20) + b'"}',
        b'{"query": "{a}"} {}',
    ],
)
def test_what_readers_could_disagree_about_is_refused(body):
    with pytest.raises(Refused):
        strict_json.read(body)
