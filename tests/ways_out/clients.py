"""Ordinary clients, most of them deaf to proxy variables: they get through, and every call is on record."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import ssl
import subprocess
import urllib.request

from ways_out import RECORDED, Facts, Stopped, way
from ways_out.sockets import dial, get, greet, page, read_all

HOST = "clients.example.com"
QUICKLY = 20


def ran(*argv: str, deaf: bool = True) -> str:
    """Run a program, without the proxy variables if it is to be deaf to them."""
    if not shutil.which(argv[0]):
        raise Stopped(f"no {argv[0]} here")
    kept = {key: value for key, value in os.environ.items() if not (deaf and "proxy" in key.lower())}
    done = subprocess.run(argv, capture_output=True, text=True, timeout=QUICKLY, check=False, env=kept)
    return page(done.stdout + done.stderr)


@way(RECORDED)
def http_client_of_python(facts: Facts) -> str:
    """Python's http.client, which knows no proxy"""
    connection = http.client.HTTPSConnection(HOST, timeout=QUICKLY, context=ssl.create_default_context())
    connection.request("GET", facts.page("http-client-of-python"))
    return page(connection.getresponse().read().decode())


@way(RECORDED)
def urllib_with_the_proxy(facts: Facts) -> str:
    """Python's urllib, which heeds proxy variables"""
    url = f"https://{HOST}{facts.page('urllib-with-the-proxy')}"
    return page(urllib.request.urlopen(url, timeout=QUICKLY).read().decode())


@way(RECORDED)
def aiohttp_as_it_comes(facts: Facts) -> str:
    """aiohttp as numerapi's filtered downloads use it: deaf to proxy variables"""
    url = f"https://{HOST}{facts.page('aiohttp-as-it-comes')}"
    program = (
        "import aiohttp, asyncio\n"
        "async def main():\n"
        "    async with aiohttp.ClientSession() as session, session.get(__import__('sys').argv[1]) as answer:\n"
        "        print(await answer.text())\n"
        "asyncio.run(main())"
    )
    return ran("/opt/control/bin/python", "-c", program, url, deaf=False)


@way(RECORDED)
def curl_without_the_proxy(facts: Facts) -> str:
    """curl told to use no proxy"""
    return ran("curl", "-sS", "--noproxy", "*", f"https://{HOST}{facts.page('curl-without-the-proxy')}")


@way(RECORDED)
def curl_in_the_clear(facts: Facts) -> str:
    """curl without TLS, told to use no proxy"""
    return ran("curl", "-sS", "--noproxy", "*", f"http://{HOST}{facts.page('curl-in-the-clear')}")


@way(RECORDED)
def tls_by_hand(facts: Facts) -> str:
    """a TLS connection to a name, the request written by hand"""
    with greet(dial(HOST, 443), HOST) as secured:
        return read_all(secured, get(HOST, facts.page("tls-by-hand")))


@way(RECORDED)
def names_over_https(facts: Facts) -> str:
    """a DNS query inside HTTPS: a call like any other"""
    url = f"https://dns.example.com{facts.page('names-over-https')}?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB"
    return ran("curl", "-sS", url)


@way(RECORDED)
def a_large_upload(facts: Facts) -> str:
    """three megabytes sent out: nothing forbids it, and the bytes are counted"""
    answer = ran(
        *("sh", "-c", 'head -c 3000000 /dev/zero | curl -sS -T - "$0"'),
        f"https://{HOST}{facts.page('a-large-upload')}",
    )
    if json.loads(answer)["size"] != 3_000_000:
        raise Stopped(answer)
    return answer


@way(RECORDED)
def a_websocket(facts: Facts) -> str:
    """a WebSocket: its messages are counted"""
    upgrade = (
        "Upgrade: websocket",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
    )
    request = get(HOST, f"/ws{facts.page('a-websocket')}", *upgrade).replace(
        b"Connection: close", b"Connection: Upgrade"
    )
    with greet(dial(HOST, 443), HOST) as secured:
        secured.settimeout(QUICKLY)
        secured.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += secured.recv(4096)
        secured.sendall(b"\x81\x83\x00\x00\x00\x00out")
        frame = answer.partition(b"\r\n\r\n")[2] or secured.recv(100)
    if b"out" not in frame:
        raise Stopped(f"{answer!r} {frame!r}")
    return frame.decode("latin-1")
