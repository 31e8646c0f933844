"""What an agent writes cannot make a look dear: twice as much of it takes about twice as long, never four times."""

import bz2
import gzip
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.core.upkeep.secrets import patterns
from nab.core.upkeep.secrets.licensed import is_licensed
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge

pytestmark = pytest.mark.full
JUDGE = Judge(Scanner({"a": b"Q7W3H8Z1K5X9M2V6T4R0P7L3N8B1G5F9D2S6J4Q0", "b": b"short-one"}), 1 << 30)
SMALL, TIMES = 1 << 15, 16
MOST = TIMES * 5  # what grows with the square takes 256 times as long
BEGINNINGS = [beginning for shape in patterns.SHAPES for beginning, _ in shape.forms]
FRAGMENTS = [
    *dict.fromkeys(BEGINNINGS),
    *(b"sk-ant-aa-", b"-----BEGIN PRIVATE KEY-----", b"-----BEGIN ", b"$" + b"A" * 63, b"secret_key = "),
    *(
        b"\\",
        b"\\x",
        b"\\u00",
        b"\\x41",
        b"%",
        b"%25",
        b"%41",
        b'"',
        b" ",
        b"=",
        b"]",
        b"+",
        b"a",
        b"_",
        b"\n",
    ),
    *(
        b"feature_",
        b",feature_1",
        b",target",
        b"PK\x05\x06",
        b"PK\x01\x02",
        b"\x1f\x8b",
        b"\x78\x9c",
        b"BZh9",
    ),
    *(gzip.compress(b"", mtime=0), bz2.compress(b""), zlib.compress(b""), b"ustar"),
]


def seconds(work, content):
    """Return how long the processor works on it, at its best of three."""
    taken = []
    for _ in range(3):
        patterns.is_random.cache_clear()
        before = time.process_time()
        work(content)
        taken.append(time.process_time() - before)
    return max(min(taken), 1e-4)


def growth(work, unit):
    """Return how many times as long sixteen times as much takes."""
    repeated = unit * (SMALL // len(unit) + 1)
    return seconds(work, (repeated * TIMES)[: SMALL * TIMES]) / seconds(work, repeated[:SMALL])


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=repr)
def test_no_text_that_repeats_itself_is_dear(fragment):
    assert growth(JUDGE.look_into, fragment) < MOST


@settings(max_examples=25)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=2, max_size=4).map(b"".join))
def test_nor_is_a_mixture(unit):
    assert growth(JUDGE.look_into, unit) < MOST


@pytest.mark.parametrize("unit", [b"feature_", b",feature_1", b",target", b"numerai_data", b"a_ids", b".csv"])
def test_nor_is_a_name_or_a_table(unit):
    assert growth(lambda content: is_licensed(content, content), unit) < MOST
