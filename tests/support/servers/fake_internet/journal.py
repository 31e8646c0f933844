"""What arrived, written down."""

import json
import threading
import time
from pathlib import Path


class Journal:
    """What arrived, a line each."""

    def __init__(self, file: Path) -> None:
        self.folder = file.parent
        self.file, self.lock = file.open("a", buffering=1), threading.Lock()

    def note(self, kind: str, peer: str, **seen: object) -> None:
        with self.lock:
            self.file.write(json.dumps({"kind": kind, "from": peer, "time": time.time(), **seen}) + "\n")
