"""A fake internet in one program: any name leads here, everything that arrives is written down.

Usage: fake_internet FOLDER ADDRESS. FOLDER receives ca.crt (what a caller of it must trust) and
received.jsonl. HTTP on 80 and 8080, HTTPS on 443 and 8443 with certificates made as they are asked for,
an echo on other TCP ports, a resolver on 53, and ears on some UDP ports.
"""

import sys
import threading
from pathlib import Path

from certificates import Certificates
from journal import Journal
from pages import Page
from resolver import Resolver, listen
from servers import Echo, Server

HTTP, HTTPS, ECHO, UDP = (80, 8080), (443, 8443), (21, 22, 25, 2222, 4444), (123, 443, 4444)


def main(folder: Path, address: str) -> None:
    journal = Journal(folder / "received.jsonl")
    private = Path("/tmp/keys")
    private.mkdir(mode=0o700)
    certificates = Certificates(folder, private)
    resolver = Resolver(address, journal)
    servers = [Server(port, Page, journal, None) for port in HTTP]
    servers += [Server(port, Page, journal, certificates) for port in HTTPS]
    servers += [Server(port, Echo, journal, None) for port in (*ECHO, 53)]
    jobs = [(server.serve_forever, ()) for server in servers]
    jobs += [(listen, (port, resolver, journal)) for port in (53, *UDP)]
    threads = [threading.Thread(target=job, args=told, daemon=True) for job, told in jobs]
    for thread in threads:
        thread.start()
    print("fake internet ready", flush=True)
    threads[0].join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
