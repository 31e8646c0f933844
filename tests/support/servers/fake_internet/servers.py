"""The TCP ports of the internet."""

import socket
import socketserver
import struct

from certificates import Certificates
from journal import Journal


class Server(socketserver.ThreadingTCPServer):
    """One port. With certificates it speaks TLS."""

    daemon_threads = allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, handler: type, journal: Journal, certificates: Certificates | None) -> None:
        super().__init__(("0.0.0.0", port), handler)
        self.journal, self.scheme, self.tls = journal, "http", None
        if certificates:
            self.scheme, self.tls = "https", certificates.context("nameless.example")
            self.tls.sni_callback = certificates.by_name

    def finish_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:
        self.journal.note("tcp", client_address[0], port=self.server_address[1])
        try:
            plain = self.tls.wrap_socket(request, server_side=True) if self.tls else request
            with plain:
                super().finish_request(plain, client_address)
                self.journal.note("closed", client_address[0], **counted(plain))
        except (OSError, ValueError) as error:
            self.journal.note("broken", client_address[0], port=self.server_address[1], why=str(error))


def counted(connection: socket.socket) -> dict[str, int]:
    """Return the bytes of a connection as the kernel counted them (struct tcp_info): TLS included."""
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    acknowledged, received = struct.unpack_from("QQ", told, 120)
    return {"sent": acknowledged, "received": received}


class Echo(socketserver.BaseRequestHandler):
    """Greets, and sends back what it is sent."""

    def handle(self) -> None:
        self.request.sendall(b"220 fake internet\r\n")
        while piece := self.request.recv(4096):
            self.server.journal.note("echo", self.client_address[0], text=piece[:80].decode("latin-1"))
            self.request.sendall(piece)
