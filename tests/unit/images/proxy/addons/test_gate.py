import pytest
from addons import gate


@pytest.mark.parametrize(
    "host",
    [
        "numer.ai",
        "api-tournament.numer.ai.",
        "EXAMPLE.com",
        "xn--bcher-kva.example",
        "a.b.c.d.example",
        "1.org",
    ],
)
def test_a_public_name_may_be_called(host):
    assert gate.objection(host) is None


@pytest.mark.parametrize(
    "host",
    [
        "1.2.3.4",
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "1.2.3.0x4",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "１２７.0.0.1",
    ],
)
def test_an_address_in_any_spelling_may_not(host):
    assert gate.objection(host) is not None


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "proxy",
        "box.local",
        "host.docker.internal",
        "metadata.google.internal",
        "printer.lan",
        "1.0.0.127.in-addr.arpa",
        gate.NAMELESS,
    ],
)
def test_a_name_of_the_neighbourhood_may_not(host):
    assert gate.objection(host) is not None


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a..b",
        "-a.example",
        "exa mple.com",
        "a.example/x",
        "a@b.example",
        "x" * 64 + ".example",
        "ex\x00.com",
    ],
)
def test_what_is_no_name_may_not(host):
    assert gate.objection(host) is not None


def test_a_name_of_more_than_253_characters_may_not():
    assert gate.objection(".".join(["a" * 60] * 5)) is not None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("numer.ai", ("numer.ai", None)),
        ("numer.ai:443", ("numer.ai", 443)),
        ("numer.ai:", ("numer.ai", None)),
        (None, ("", None)),
    ],
)
def test_a_host_header_is_a_name_and_perhaps_a_port(written, expected):
    assert gate.authority(written) == expected


@pytest.mark.parametrize("port", ["²", "٣", "１", "x", "-1", "+1", "123456", "4 3"])
def test_a_port_that_is_none_makes_a_host_that_is_none(port):
    name, number = gate.authority(f"numer.ai:{port}")

    assert number is None
    assert gate.objection(name) is not None
