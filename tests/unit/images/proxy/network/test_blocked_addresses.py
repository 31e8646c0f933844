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
    ],
)
def test_a_neighbours_address_is_known(address):
    assert blocked_addresses.is_neighbour(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "203.0.113.80"])
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
