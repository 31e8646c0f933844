import random

from nab.site.gates import sizes

NOISE = random.Random(1).randbytes(310_000)


def test_a_page_over_its_size_is_found_by_what_is_sent_of_it():
    assert [one.gate for one in sizes.oversize("runs/index.html", NOISE)] == ["page over its size"]
    assert list(sizes.oversize("runs/index.html", NOISE[:290_000])) == []
    assert [one.gate for one in sizes.oversize("index.html", NOISE[:160_000])] == ["page over its size"]
    assert [one.gate for one in sizes.oversize("site.js", NOISE[:16_000])] == ["page over its size"]
    assert [one.gate for one in sizes.oversize("a/index.html", b" " * 1_600_000)] == ["page over its size"]


def test_the_limits_of_a_host_are_counted():
    host = sizes.Host("a host", files=2, bytes=100, file_bytes=60)

    assert list(sizes.too_much({"a": 10, "b": 20}, host)) == []
    found = [one.what for one in sizes.too_much({"a": 61, "b": 30, "c": 10}, host)]
    assert found == ["3 files, a host takes 2", "101 bytes, a host takes 100", "61 bytes in one file"]
