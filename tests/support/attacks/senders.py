"""Sends raw calls from the client's box of a lab."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

from support.attacks import raw_calls
from support.attacks.attacks import Attack
from support.servers.proxies import Lab


def put(lab: Lab, name: str, content: bytes) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o644
        archive.addfile(entry, io.BytesIO(content))
    lab.box.put_archive("/tmp", packed.getvalue())


def sent(lab: Lab, calls: list[Attack]) -> list[dict[str, Any]]:
    """Send raw calls from the client's box, one after the other."""
    put(lab, "raw_calls.py", Path(raw_calls.__file__).read_bytes())
    put(lab, "calls.json", json.dumps([call.as_json() for call in calls]).encode())
    return json.loads(lab.run("python3", "/tmp/raw_calls.py", "/tmp/calls.json"))


def one(lab: Lab, raw: bytes, **where: str) -> str:
    return sent(lab, [Attack("one", raw, **where)])[0]["answer"]
