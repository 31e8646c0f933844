"""Straight to an address, past the proxy."""

from __future__ import annotations

import ipaddress
import socket

from ways_out import CLOSED, KERNEL, NO_ROUTE, PATIENCE, Facts, Stopped, way
from ways_out.sockets import dial, get, greet, none_of, open_ports, read_all, say

USUAL = (21, 22, 25, 53, 80, 111, 443, 2375, 2376, 3128, 5000, 8000, 8080, 8443, 9000, 9001, 9090)


@way(NO_ROUTE)
def tcp_to_a_public_address(facts: Facts) -> str:
    """TLS to a public address, port 443"""
    with greet(dial(facts.internet, 443), "public.example.com") as secured:
        return read_all(secured, get("public.example.com", facts.page("literal")))


@way(NO_ROUTE)
def tcp_to_an_odd_port(facts: Facts) -> str:
    """plain TCP to a public address, port 4444"""
    return say(dial(facts.internet, 4444), b"out\n")


@way(NO_ROUTE)
def gateway_of_the_network(facts: Facts) -> str:
    """the address that a bridge's host usually has (.1): common ports and one where the host listens"""
    return none_of(open_ports((facts.gateway, port) for port in (*USUAL, facts.listener)))


@way(NO_ROUTE)
def host_by_its_addresses(facts: Facts) -> str:
    """a service of the host, on every address that the host has, docker0's included"""
    return none_of(open_ports((host, facts.listener) for host in facts.hosts))


@way(NO_ROUTE)
def every_port_of_the_host(facts: Facts) -> str:
    """every port that the host listens on, on every address of it"""
    return none_of(open_ports((host, port) for host in facts.hosts for port in facts.host_ports))


@way(NO_ROUTE)
def container_on_the_default_bridge(facts: Facts) -> str:
    """another container, on the engine's default bridge"""
    return read_all(dial(facts.neighbour, 8000), get(facts.neighbour, "/"))


@way(NO_ROUTE)
def box_of_another_run(facts: Facts) -> str:
    """the box of another run, which listens"""
    return none_of(open_ports((facts.other_box, port) for port in (8000, *USUAL)))


@way(NO_ROUTE)
def proxy_of_another_run(facts: Facts) -> str:
    """the proxy of another run"""
    return none_of(open_ports((facts.other_proxy, port) for port in (53, 80, 443, 3128)))


@way(NO_ROUTE)
def proxys_address_outside(facts: Facts) -> str:
    """our own proxy by the address that it has on its other network"""
    return none_of(open_ports((facts.proxy_outside, port) for port in USUAL))


@way(CLOSED)
def other_ports_of_the_proxy(facts: Facts) -> str:
    """every other port of the proxy below 10000: its relays listen on its loopback alone"""
    ports = [port for port in range(1, 10_000) if port not in {53, 80, 443, 3128}]
    found = []
    for start in range(0, len(ports), 500):
        found += open_ports(((facts.proxy, port) for port in ports[start : start + 500]), 1)
    return none_of(found)


@way(NO_ROUTE)
def every_address_of_the_network(facts: Facts) -> str:
    """every other address of the box's own network"""
    mine = ipaddress.ip_interface(f"{facts.proxy}/28").network
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect((facts.proxy, 9))
        ours = {asking.getsockname()[0], facts.proxy}
    return none_of(
        open_ports((str(one), port) for one in mine if str(one) not in ours for port in (22, 80, 8000))
    )


@way(NO_ROUTE)
def metadata_service(facts: Facts) -> str:
    """the cloud's metadata address"""
    return none_of(open_ports([("169.254.169.254", 80), ("169.254.169.253", 53)]))


@way(NO_ROUTE)
def ipv6_to_a_public_address(facts: Facts) -> str:
    """IPv6 to a public address, and IPv6 that stands for a v4 one"""
    for address in ("2001:db8::1", f"::ffff:{facts.internet}"):
        with socket.socket(socket.AF_INET6) as trial:
            trial.settimeout(PATIENCE)
            if trial.connect_ex((address, 443)) == 0:
                return address
    raise Stopped("no IPv6")


@way(NO_ROUTE)
def ipv6_neighbours(facts: Facts) -> str:
    """IPv6 to all nodes of the link"""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as trial:
        trial.settimeout(1)
        trial.sendto(b"out", ("ff02::1", 4444, 0, socket.if_nametoindex("eth0")))
        return str(trial.recvfrom(100))


@way(KERNEL)
def source_routing(facts: Facts) -> str:
    """TCP to a public address by way of the proxy, with a source route in the packets"""
    with socket.socket() as trial:
        route = b"\x83\x07\x04" + socket.inet_aton(facts.internet) + b"\x01"
        trial.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, route)
        trial.settimeout(PATIENCE)
        trial.connect((facts.proxy, 4444))
        return say(trial, b"out\n")
