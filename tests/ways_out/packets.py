"""What is not TCP: UDP, names asked for, ICMP, and packets made by hand."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from pathlib import Path

from ways_out import CLOSED, KERNEL, NO_ROUTE, PATIENCE, RESOLVER, Facts, Stopped, enter, way
from ways_out.sockets import dial, say

A, NULL, MX, TXT, SRV, ANY = 1, 10, 15, 16, 33, 255
SIOCSIFADDR, SIOCADDRT, TUNSETIFF = 0x8916, 0x890B, 0x400454CA


def query(name: str, kind: int) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return b"\x12\x34\x01\x00\x00\x01" + bytes(6) + labels + b"\x00" + struct.pack("!HH", kind, 1)


def udp(host: str, port: int, text: bytes) -> bytes:
    """Send a datagram and wait for an answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        trial.settimeout(PATIENCE)
        trial.connect((host, port))
        trial.send(text)
        return trial.recv(4096)


def answered(reply: bytes, facts: Facts) -> str:
    """Return an answer that carries anything. Raises Stopped for a refusal and for the proxy's own address."""
    code, count = reply[3] & 15, int.from_bytes(reply[6:8], "big")
    if code or not count:
        raise Stopped(f"answer code {code}, nothing in it")
    if reply.endswith(socket.inet_aton(facts.proxy)):
        raise Stopped("answered with the proxy's own address")
    return reply.hex()


@way(NO_ROUTE)
def udp_to_a_public_address(facts: Facts) -> str:
    """UDP to a public address, port 4444"""
    return udp(facts.internet, 4444, b"out").decode()


@way(NO_ROUTE)
def quic_to_a_public_address(facts: Facts) -> str:
    """QUIC (UDP 443) to a public address"""
    return udp(facts.internet, 443, b"\xc0\x00\x00\x00\x01" + bytes(1195)).decode()


@way(CLOSED)
def quic_to_the_proxy(facts: Facts) -> str:
    """QUIC to the address that a name resolves to, the proxy's"""
    return udp(facts.proxy, 443, b"\xc0\x00\x00\x00\x01" + bytes(1195)).decode("latin-1")


@way(NO_ROUTE)
def udp_to_the_host(facts: Facts) -> str:
    """UDP to the host: time, names, and the port where it listens"""
    for host in (facts.gateway, *facts.hosts[:2]):
        for port in (53, 123, facts.listener):
            try:
                return udp(host, port, b"out").decode("latin-1")
            except OSError:
                continue
    raise Stopped("nothing answers")


@way(NO_ROUTE)
def udp_broadcast(facts: Facts) -> str:
    """UDP to everybody on the link"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        trial.settimeout(1)
        trial.sendto(b"out", ("255.255.255.255", 4444))
        return str(trial.recvfrom(100))


@way(NO_ROUTE)
def resolver_on_the_internet(facts: Facts) -> str:
    """a DNS query straight to a resolver on the internet"""
    return answered(udp(facts.internet, 53, query("direct.example.com", A)), facts)


@way(NO_ROUTE)
def resolver_on_the_internet_by_tcp(facts: Facts) -> str:
    """the same over TCP"""
    asked = query("direct-tcp.example.com", A)
    return say(dial(facts.internet, 53), struct.pack("!H", len(asked)) + asked)


@way(RESOLVER)
def resolver_of_the_engine(facts: Facts) -> str:
    """a query to the engine's own resolver (127.0.0.11), which elsewhere asks the host's"""
    return answered(udp("127.0.0.11", 53, query("engine.example.com", A)), facts)


@way(RESOLVER)
def data_in_a_long_name(facts: Facts) -> str:
    """data in the labels of a name, asked for at the proxy's resolver"""
    return answered(udp(facts.proxy, 53, query(f"{'s' * 60}.{'x' * 60}.tunnel.example.com", A)), facts)


for kind, number in {"txt": TXT, "null": NULL, "mx": MX, "srv": SRV, "any": ANY}.items():
    enter(
        f"{kind}-query",
        RESOLVER,
        f"a {kind.upper()} query, whose answer would carry data back",
        lambda facts, kind=kind, number=number: answered(
            udp(facts.proxy, 53, query(f"{kind}.tunnel.example.com", number)), facts
        ),
        leaves=f"{kind}.tunnel.example.com:53 dns",
    )


@way(NO_ROUTE)
def ping(facts: Facts) -> str:
    """ICMP echo, by the socket that needs no privilege"""
    return icmp(socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP), facts)


@way(KERNEL)
def ping_by_a_raw_socket(facts: Facts) -> str:
    """ICMP echo with data in it, by a raw socket"""
    return icmp(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), facts)


def icmp(opened: socket.socket, facts: Facts) -> str:
    """Ping the internet."""
    with opened as trial:
        trial.settimeout(PATIENCE)
        trial.sendto(b"\x08\x00\xf7\xff\x00\x00\x00\x00", (facts.internet, 0))
        return trial.recv(100).hex()


@way(KERNEL)
def packets_by_hand(facts: Facts) -> str:
    """IP packets and Ethernet frames made by hand (raw and packet sockets)"""
    for family, kind, protocol in (
        (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
        (socket.AF_PACKET, socket.SOCK_RAW, 0x0300),
        (socket.AF_PACKET, socket.SOCK_DGRAM, 0x0608),
    ):
        try:
            socket.socket(family, kind, protocol).close()
        except PermissionError:
            continue
        return f"family {family}, type {kind}"
    raise Stopped("not permitted")


@way(KERNEL)
def second_address(facts: Facts) -> str:
    """giving itself a second address, one that the host might trust"""
    asked = struct.pack("16sH2s4s8x", b"eth0:1", socket.AF_INET, b"", socket.inet_aton(facts.gateway))
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFADDR, asked)
    return "it has two addresses"


@way(KERNEL)
def route_by_the_proxy(facts: Facts) -> str:
    """a route by way of the proxy, which has a second network"""
    place = [
        struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(one))
        for one in (facts.internet, facts.proxy, "255.255.255.255")
    ]
    asked = struct.pack("Q", 0) + b"".join(place) + struct.pack("Hh4xQb7xQQQHxxxxxx", 7, 0, 0, 0, 0, 0, 0, 0)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCADDRT, asked)
    return "a route is there"


@way(KERNEL)
def tunnel_device(facts: Facts) -> str:
    """a tunnel device"""
    device = os.open(Path("/dev/net/tun"), os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"tun0", 1))
    return "a device is there"


@way(CLOSED)
def virtual_machine_socket(facts: Facts) -> str:
    """a socket to the machine that a virtual host runs on (AF_VSOCK); engines from 23 on refuse it"""
    with socket.socket(socket.AF_VSOCK) as trial:
        trial.settimeout(1)
        trial.connect((2, facts.listener))
    return "connected"
