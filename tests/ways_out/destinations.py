"""Through the proxy, to where it must not go."""

from __future__ import annotations

import ipaddress

from ways_out import DIALLING, GATE, PROTOCOL, Facts, Stopped, enter, way
from ways_out.sockets import PROXY_PORT, dial, get, greet, read_all, through, tunnel

DOCUMENTATION = ("192.0.2.", "198.51.100.", "203.0.113.")
SPELLINGS = {
    "loopback": "127.0.0.1:9000",
    "refusals": "127.0.0.1:9001",
    "decimal": "2130706433:9000",
    "hexadecimal": "0x7f000001:9000",
    "octal": "0177.0.0.1:9000",
    "short": "127.1:9000",
    "zero": "0:9000",
    "ipv6-loopback": "[::1]:9000",
    "ipv4-in-ipv6": "[::ffff:127.0.0.1]:9000",
    "metadata": "169.254.169.254:80",
    "localhost": "localhost:9000",
    "localhost-with-a-dot": "localhost.:80",
    "the-proxy-itself": "proxy:3128",
    "host-docker-internal": "host.docker.internal:80",
}


def connect(facts: Facts, target: str) -> str:
    """Ask for a tunnel and speak HTTP in it."""
    return read_all(tunnel(facts, target), get(target, facts.page("spelling")))


for spelt, target in SPELLINGS.items():
    enter(
        f"connect-{spelt}",
        GATE,
        f"CONNECT {target}",
        lambda facts, target=target: connect(facts, target),
    )


@way(PROTOCOL)
def connect_fullwidth_digits(facts: Facts) -> str:
    """CONNECT １２７.0.0.1:9000, in digits that are not ASCII"""
    return connect(facts, "１２７.0.0.1:9000")


@way(GATE)
def public_address_through_the_proxy(facts: Facts) -> str:
    """CONNECT to a public address: only names are called"""
    return through(facts, f"{facts.internet}:443", get(facts.internet, facts.page("ip")), "a.example.com")


@way(GATE, leaves="127.0.0.1:9000 address")
def absolute_address_to_loopback(facts: Facts) -> str:
    """GET http://127.0.0.1:9000/ asked of the proxy"""
    return read_all(dial(facts.proxy, PROXY_PORT), get("127.0.0.1:9000", "http://127.0.0.1:9000/"))


@way(PROTOCOL)
def user_part_before_loopback(facts: Facts) -> str:
    """GET http://example.com@127.0.0.1:9000/"""
    return read_all(dial(facts.proxy, PROXY_PORT), get("example.com", "http://example.com@127.0.0.1:9000/"))


@way(GATE)
def host_header_of_loopback(facts: Facts) -> str:
    """plain HTTP to the proxy's port 80 whose Host is 127.0.0.1:9000"""
    return read_all(dial(facts.proxy, 80), get("127.0.0.1:9000", "/"))


@way(GATE)
def host_header_with_a_port(facts: Facts) -> str:
    """plain HTTP to the proxy's port 80 whose Host says port 4444"""
    return read_all(dial(facts.proxy, 80), get("port.example.com:4444", facts.page("port")))


@way(PROTOCOL)
def ftp_through_the_proxy(facts: Facts) -> str:
    """GET ftp://files.example.com/"""
    return read_all(dial(facts.proxy, PROXY_PORT), get("files.example.com", "ftp://files.example.com/x"))


for port in (21, 22, 25, 53, 853, 2222, 4444, 8080, 8443):
    enter(
        f"connect-port-{port}",
        GATE,
        f"CONNECT to port {port} of a public name",
        lambda facts, port=port: read_all(tunnel(facts, f"odd.example.com:{port}"), b"out\n"),
        leaves=f"odd.example.com:{port} port",
    )


@way(GATE, leaves="odd.example.com:8080 port")
def plain_call_to_another_port(facts: Facts) -> str:
    """GET http://odd.example.com:8080/ asked of the proxy"""
    return read_all(
        dial(facts.proxy, PROXY_PORT),
        get("odd.example.com:8080", "http://odd.example.com:8080" + facts.page("8080")),
    )


@way(GATE, leaves="odd.example.com:4444 port")
def websocket_to_another_port(facts: Facts) -> str:
    """a WebSocket to port 4444"""
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    return read_all(
        dial(facts.proxy, PROXY_PORT), get("odd.example.com:4444", "http://odd.example.com:4444/ws", *upgrade)
    )


def name_that_leads_to(facts: Facts, name: str) -> str:
    """Call a name over TLS, in a tunnel."""
    return through(facts, f"{name}:443", get(name, facts.page("leads")))


TRICKS = {
    "loopback": "ip-127-0-0-1.example.com",
    "this-host": "ip-0-0-0-0.example.com",
    "private-10": "ip-10-0-0-1.example.com",
    "private-172": "ip-172-17-0-1.example.com",
    "private-192": "ip-192-168-0-1.example.com",
    "carrier": "ip-100-64-0-1.example.com",
    "metadata": "ip-169-254-169-254.example.com",
    "multicast": "ip-224-0-0-1.example.com",
    "ipv6-loopback": "loop6.example.com",
    "ipv4-in-ipv6": "mapped.example.com",
    "ipv6-link": "local6.example.com",
}
for kind, name in TRICKS.items():
    enter(
        f"name-of-{kind}",
        DIALLING,
        f"a public name whose address is {kind.replace('-', ' ')}",
        lambda facts, name=name: name_that_leads_to(facts, name),
        leaves=f"{name}:443",
    )


@way(DIALLING, leaves="ip-127-0-0-1.example.com:80")
def name_of_loopback_by_http(facts: Facts) -> str:
    """plain HTTP, past proxy variables, to a name whose address is loopback"""
    return read_all(dial(facts.proxy, 80), get("ip-127-0-0-1.example.com", facts.page("http")))


@way(DIALLING, leaves="flip.")
def rebinding(facts: Facts) -> str:
    """a name that is public at the first look and loopback at the second"""
    refused = []
    for _ in range(4):
        try:
            name_that_leads_to(facts, f"flip.{facts.token}.example.com")
        except Stopped as stopped:
            refused.append(str(stopped))
    if len(refused) != 2 or any(" 502 " not in answer for answer in refused):
        return f"one of four calls came elsewhere: {refused}"
    raise Stopped(refused[0])


def is_private(address: str) -> bool:
    return ipaddress.ip_address(address).is_private and not address.startswith(DOCUMENTATION)


@way(DIALLING)
def name_of_the_host(facts: Facts) -> str:
    """a public name whose address is a private one of the host's, port 443"""
    for host in filter(is_private, facts.hosts):
        name = f"ip-{host.replace('.', '-')}.example.com"
        with greet(tunnel(facts, f"{name}:443"), name) as secured:
            try:
                return read_all(secured, get(name, "/"))
            except Stopped as stopped:
                said = str(stopped)
    raise Stopped(said)
