"""What says how a session ended whichever program it was: the provider's answer, and the words of an outage."""

from __future__ import annotations

import re

from nab.core.facts import SessionEnding

# Programs pass on what Node, Bun, Rust's reqwest, OpenSSL and the resolver say of a connection that does not stand.
OUTAGE = re.compile(
    r"""
      \bE(?:CONN\w+|NOTFOUND|AI_\w+|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|PIPE|PROTO)\b
    | \b(?:UND_)?ERR_(?:TLS|SSL|SOCKET|STREAM_PREMATURE|NETWORK|INTERNET|CONNECT|NAME_NOT|PROXY|HTTP2)\w*
    | \b(?:UND_ERR|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_(?:HAS|NOT|SIGN|REVOKED|UNTRUSTED|REJECTED|CHAIN))_\w+
    | \bConnection\s?(?:was\s|has\sbeen\s|is\s)?
      (?:refused|lost|error|reset|closed|failed|aborted|broken|ended|timed\sout|timeout)
    | \b(?:socket|stream|channel|transport)\b[\w\s]{0,24}
      \b(?:closed|hang\sup|hung\sup|disconnected|reset|timed\sout|ended)\b
    | \b(?:unable|failed|could\s?n[o']t|could\snot|cannot|can't)\s(?:to\s)?
      (?:connect|reach|fetch|resolve|lookup\saddress|open\ssocket)\b
    | \bFailedToOpenSocket\b | \bfetch\sfailed\b | \bother\sside\sclosed\b | \bpremature\sclose\b | \bbroken\spipe\b
    | \bnetwork\s(?:error|failure|changed|is\sunreachable|is\sdown|unreachable|timeout|connection|request\sfailed)
    | \b(?:request|connect|connection|read|operation|headers|body)\s?(?:has\s|was\s)?time(?:d\s|d-|\s)?out\b
    | \btransport\serror\b | \bdns\serror\b | \bgetaddrinfo\b | \bname\sresolution\b | \bname\sor\sservice\snot\sknown\b
    | \bno\sroute\sto\shost\b | \bhost\sis\sunreachable\b | \bno\sinternet\b | \bwaiting\sfor\snetwork\b
    | \berror\s(?:sending\srequest|decoding\sresponse\sbody)\b | \bupstream\sconnect\serror\b
    | \b(?:tls|ssl)\b.{0,24}\b(?:handshake|error|alert|eof|routines|connection)\b
    | \bhandshake\s(?:failed|failure|eof)\b | \bfatal\salert\b
    | \bcertificate\b.{0,40}\b(?:expired|invalid|verif\w+|unknown|untrusted|revoked|issuer|chain|mismatch|altnames)\b
    | \b(?:invalid|self[\s-]signed|unknown|untrusted|peer|issuer|(?:verify|get)\b.{1,16})\scertificate\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


STATUS = re.compile(
    r"""\b(?:API\ Error|status(?:[ _]code)?|HTTP(?:/[\d.]+)?|error|code)"?[\s:=(]{0,3}(?P<status>[45]\d\d)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def status_in(text: str) -> int | None:
    """Find the status of HTTP that some words tell of: "API Error: 403", "unexpected status 402"."""
    found = STATUS.search(text)
    return int(found["status"]) if found else None


def by_status(status: int | None) -> SessionEnding | None:
    """Name the ending of a session that its provider turned away with this status of HTTP, where that says enough."""
    match status:
        case 401 | 403:
            return SessionEnding.AUTH
        case 402:
            return SessionEnding.BILLING
        case 429:
            return SessionEnding.RATE_LIMIT
        case int() if 500 <= status < 600:
            return SessionEnding.OVERLOAD
        case _:
            return None


def by_outage(text: str) -> SessionEnding | None:
    """Recognise that the network was the trouble."""
    return SessionEnding.NETWORK if OUTAGE.search(text) else None
