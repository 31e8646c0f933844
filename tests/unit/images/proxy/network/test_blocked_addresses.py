import socket

import pytest
from network import blocked_addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.17.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "100.100.100.200",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::127.0.0.1",
        "::1.1.1.1",
        "64:ff9b::7f00:1",
        "64:ff9b::101:101",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fec0::1",
        "fd00:ec2::254",
        "ff02::1",
        "2606:4700::5efe:10.0.0.1",
        "2606:4700::200:5efe:10.0.0.1",
        "::ffff:168.63.129.16",
        "::ffff:198.18.0.1",
        "0:0:0:0:0:FFFF:A9FE:A9FE",
    ],
)
def test_a_neighbours_address_is_known(address):
    assert blocked_addresses.is_neighbour(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "203.0.113.80",
        "192.0.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "168.63.129.17",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
        "2600:9000:2000::1",
        "::ffff:1.1.1.1",
    ],
)
def test_other_addresses_are_the_internets(address):
    assert not blocked_addresses.is_neighbour(address)


def looked_up(host, answers, monkeypatch, flags=0, closed=()):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (a, 443)) for a in answers])
    loop = blocked_addresses.CarefulLoop()
    loop.closed = frozenset(closed)
    try:
        found = loop.run_until_complete(loop.getaddrinfo(host, 443, flags=flags))
    finally:
        loop.close()
    return [entry[4][0] for entry in found]


def test_a_name_that_leads_to_a_neighbour_is_not_dialled(monkeypatch):
    with pytest.raises(OSError, match=r"sneaky\.example is not on the public internet"):
        looked_up("sneaky.example", ["192.168.1.1"], monkeypatch)


def test_a_name_that_leads_to_a_public_address_of_the_host_is_not_dialled(monkeypatch):
    with pytest.raises(OSError, match="is not on the public internet"):
        looked_up("home.example", ["203.0.113.80"], monkeypatch, closed=["203.0.113.80"])


def test_of_mixed_answers_only_the_public_ones_are_dialled(monkeypatch):
    assert looked_up("mixed.example", ["10.0.0.1", "1.1.1.1"], monkeypatch) == ["1.1.1.1"]


def test_listening_on_a_local_address_stays_possible(monkeypatch):
    assert looked_up("", ["0.0.0.0"], monkeypatch, flags=socket.AI_PASSIVE) == ["0.0.0.0"]


def test_an_address_of_the_host_is_closed_in_every_spelling(monkeypatch):
    for closed, spelt in (("203.0.113.80", "::ffff:203.0.113.80"), ("2606:4700:0::1", "2606:4700::1")):
        with pytest.raises(OSError, match="is not on the public internet"):
            looked_up("home.example", [spelt], monkeypatch, closed=[closed])


@pytest.mark.parametrize(
    ("address", "reached"),
    [(("127.0.0.1", 9000), True), (("127.0.0.1", 9), False), (("169.254.169.254", 80), False)],
    ids=["a port of our own", "another port", "metadata"],
)
def test_what_comes_without_a_look_up_is_looked_at_where_it_is_dialled(address, reached, monkeypatch):
    dialled = []

    async def connect(_, sock, address):
        dialled.append(address)

    monkeypatch.setattr(blocked_addresses.asyncio.SelectorEventLoop, "sock_connect", connect)
    loop = blocked_addresses.CarefulLoop()
    loop.own = frozenset({("127.0.0.1", 9000)})
    try:
        if reached:
            loop.run_until_complete(loop.sock_connect(None, address))
        else:
            with pytest.raises(OSError, match="is not on the public internet"):
                loop.run_until_complete(loop.sock_connect(None, address))
    finally:
        loop.close()

    assert dialled == [address] * reached
