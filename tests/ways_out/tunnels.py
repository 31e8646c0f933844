"""Through the proxy to an open port of a public name, saying something else than it seems."""

from __future__ import annotations

from ways_out import GATE, PROTOCOL, RECORDED, Facts, Stopped, way
from ways_out.sockets import PROXY_PORT, dial, get, greet, page, read_all, say, through, tunnel

FRONT, HIDDEN = "front.example.com", "hidden.example.com"


@way(PROTOCOL)
def ssh_in_a_tunnel(facts: Facts) -> str:
    """CONNECT to port 443, then an SSH greeting"""
    return page(say(tunnel(facts, f"{FRONT}:443"), b"SSH-2.0-OpenSSH_9.2\r\n"))


@way(PROTOCOL)
def bytes_in_a_tunnel(facts: Facts) -> str:
    """CONNECT to port 443, then bytes that are neither TLS nor HTTP"""
    return page(say(tunnel(facts, f"{FRONT}:443"), b"\x00\x01\x02\x03out" * 20))


@way(PROTOCOL)
def bytes_in_a_plain_tunnel(facts: Facts) -> str:
    """CONNECT to port 80, then the same"""
    return page(say(tunnel(facts, f"{FRONT}:80"), b"\x00\x01\x02\x03out" * 20))


@way(PROTOCOL)
def bytes_to_a_name(facts: Facts) -> str:
    """the same past proxy variables, to port 443 of a name"""
    return page(say(dial("bytes.example.com", 443), b"\x00\x01\x02\x03out" * 20))


@way(PROTOCOL)
def silence_to_a_name(facts: Facts) -> str:
    """a connection to a name whose server would speak first"""
    connection = dial("silent.example.com", 443)
    return page(say(connection, b""))


@way(GATE)
def nothing_names_the_host(facts: Facts) -> str:
    """TLS past proxy variables, without a name in its greeting or in its headers"""
    with greet(dial("nameless.example.com", 443), None) as secured:
        return read_all(secured, f"GET {facts.page('unnamed')} HTTP/1.0\r\n\r\n".encode())


@way(GATE, leaves="front.example.com:443 host")
def greeting_for_another_host(facts: Facts) -> str:
    """CONNECT to one host, TLS greeting for another"""
    return through(facts, f"{FRONT}:443", get(FRONT, facts.page("sni")), HIDDEN)


@way(GATE, leaves="front.example.com:443 host")
def host_header_for_another_host(facts: Facts) -> str:
    """TLS with one host, Host header of another (domain fronting)"""
    return through(facts, f"{FRONT}:443", get(HIDDEN, facts.page("host")))


@way(GATE, leaves="front.example.com:80 host")
def plain_host_header_for_another_host(facts: Facts) -> str:
    """GET http://one/ with the Host header of another"""
    return read_all(dial(facts.proxy, PROXY_PORT), get(HIDDEN, f"http://{FRONT}" + facts.page("plain")))


@way(GATE)
def two_host_headers(facts: Facts) -> str:
    """two Host headers"""
    return through(facts, f"{FRONT}:443", get(FRONT, facts.page("two"), f"Host: {HIDDEN}"))


@way(GATE)
def absolute_address_in_a_tunnel(facts: Facts) -> str:
    """an absolute address of another host inside a tunnel"""
    return through(facts, f"{FRONT}:443", get(FRONT, f"https://{HIDDEN}" + facts.page("absolute")))


@way(PROTOCOL)
def connect_in_a_tunnel(facts: Facts) -> str:
    """CONNECT to a second host inside the tunnel to a first"""
    with greet(tunnel(facts, f"{FRONT}:443"), FRONT) as secured:
        answer = say(secured, f"CONNECT {HIDDEN}:22 HTTP/1.1\r\nHost: {HIDDEN}:22\r\n\r\n".encode())
        if " 200 " not in answer.partition("\r\n")[0]:
            raise Stopped(answer.partition("\r\n")[0])
        return page(say(secured, b"out\n"))


@way(PROTOCOL)
def connect_in_a_plain_tunnel(facts: Facts) -> str:
    """the same without TLS, in a tunnel to port 80"""
    connection = tunnel(facts, f"{FRONT}:80")
    answer = say(connection, f"CONNECT {HIDDEN}:22 HTTP/1.1\r\nHost: {HIDDEN}:22\r\n\r\n".encode())
    if " 200 " not in answer.partition("\r\n")[0]:
        raise Stopped(answer.partition("\r\n")[0])
    return page(say(connection, b"out\n"))


@way(GATE)
def http2_by_prior_knowledge(facts: Facts) -> str:
    """HTTP/2 without asking, to port 80 of a name"""
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04\x00" + bytes(4)
    return page(say(dial("h2.example.com", 80), preface))


@way(GATE)
def http2_in_tls(facts: Facts) -> str:
    """HTTP/2 and nothing else offered in the TLS greeting"""
    with greet(tunnel(facts, "h2.example.com:443"), "h2.example.com", "h2") as secured:
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04\x00" + bytes(4)
        return read_all(secured, preface)


@way(PROTOCOL)
def two_lengths(facts: Facts) -> str:
    """a request with a length and chunks, to smuggle a second one in its body"""
    hidden = get(FRONT, facts.page("smuggled")).decode()
    request = (
        f"POST {facts.page('lengths')} HTTP/1.1\r\nHost: {FRONT}\r\nContent-Length: {len(hidden) + 5}\r\n"
        f"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
    )
    return through(facts, f"{FRONT}:443", request.encode())


@way(RECORDED)
def upgrade_to_http2(facts: Facts) -> str:
    """an upgrade to HTTP/2 in the clear: the call itself is an ordinary one"""
    more = ("Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA")
    return read_all(
        dial("upgrade.example.com", 80), get("upgrade.example.com", facts.page("upgrade-to-http2"), *more)
    )


@way(RECORDED)
def tls_without_a_name(facts: Facts) -> str:
    """TLS past proxy variables, without the name in its greeting: the Host header names it"""
    with greet(dial("nameless.example.com", 443), None) as secured:
        return read_all(secured, get("nameless.example.com", facts.page("tls-without-a-name")))


@way(RECORDED)
def tls_without_a_name_in_a_tunnel(facts: Facts) -> str:
    """CONNECT names the host, the TLS greeting inside does not"""
    return through(facts, f"{FRONT}:443", get(FRONT, facts.page("tls-without-a-name-in-a-tunnel")), "")


@way(RECORDED)
def two_calls_in_one_write(facts: Facts) -> str:
    """two calls in one write on one connection"""
    path = facts.page("two-calls-in-one-write")
    first = get(FRONT, path + "/first").replace(b"Connection: close\r\n", b"")
    with greet(tunnel(facts, f"{FRONT}:443"), FRONT) as secured:
        return read_all(secured, first + get(FRONT, path), answers=2)


@way(RECORDED)
def method_of_its_own(facts: Facts) -> str:
    """OPTIONS in place of GET"""
    request = get(FRONT, facts.page("method-of-its-own")).replace(b"GET ", b"OPTIONS ", 1)
    return through(facts, f"{FRONT}:443", request)
