"""A certificate for every name that a client asks for."""

import ssl
import subprocess
import threading
from pathlib import Path


class Certificates:
    """One authority, and a certificate for every name that a client asks for."""

    def __init__(self, folder: Path, private: Path) -> None:
        self.authority, self.private, self.made = folder / "ca.crt", private, {}
        self.lock = threading.Lock()
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.private / "key.pem")
        self.openssl(
            *("req", "-x509", "-new", "-key", self.private / "key.pem", "-days", "30"),
            *("-subj", "/CN=fake internet", "-out", self.authority),
        )

    @staticmethod
    def openssl(*words: object) -> None:
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    def context(self, name: str) -> ssl.SSLContext:
        with self.lock:
            if name not in self.made:
                self.made[name] = self.make(name)
            return self.made[name]

    def make(self, name: str) -> ssl.SSLContext:
        key, asked = self.private / "key.pem", self.private / "asked.pem"
        extension, given = self.private / "extension", self.private / "given.pem"
        extension.write_text(f"subjectAltName=DNS:{name}")
        self.openssl("req", "-new", "-key", key, "-subj", "/CN=a host", "-out", asked)
        self.openssl(
            *("x509", "-req", "-in", asked, "-CA", self.authority, "-CAkey", key, "-CAcreateserial"),
            *("-days", "30", "-extfile", extension, "-out", given),
        )
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(given, key)
        return made

    def by_name(self, connection: ssl.SSLSocket, name: str | None, _default: ssl.SSLContext) -> None:
        connection.context = self.context(name or "nameless.example")
