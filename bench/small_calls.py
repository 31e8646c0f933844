"""Calls over connections that are kept, from inside a box: `small_calls.py HOST PROXY CONNECTIONS SECONDS`.

PROXY is address:port or "-". Prints calls a second, p50 and p95 in milliseconds.
"""

import http.client
import json
import ssl
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor


def connected(host: str, proxy: str) -> http.client.HTTPSConnection:
    """Open a connection; whose certificate it is does not matter here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if proxy == "-":
        return http.client.HTTPSConnection(host, context=context, timeout=20)
    address, _, port = proxy.partition(":")
    connection = http.client.HTTPSConnection(address, int(port), context=context, timeout=20)
    connection.set_tunnel(host, 443)
    return connection


def call(host: str, proxy: str, seconds: float) -> list[float]:
    """Call until the time is up. Returns what each call took."""
    connection = connected(host, proxy)
    connection.request("GET", "/")
    connection.getresponse().read()
    taken, end = [], time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        connection.request("GET", "/")
        assert connection.getresponse().read()
        taken.append(time.perf_counter() - began)
    return taken


def main(host: str, proxy: str, connections: int, seconds: float) -> None:
    with ThreadPoolExecutor(connections) as pool:
        each = list(pool.map(lambda _: call(host, proxy, seconds), range(connections)))
    taken = [one * 1000 for part in each for one in part]
    slices = statistics.quantiles(taken, n=20)
    print(json.dumps({"rate": len(taken) / seconds, "p50": statistics.median(taken), "p95": slices[-1]}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
