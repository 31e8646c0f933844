"""Numerai's example model as a participant: puts submit.sh in place and does nothing else."""

import os
import shutil
from pathlib import Path

ASSETS = Path(__file__).resolve().parent / "workspace"


def main() -> None:
    """Write the notes and copy the two files."""
    entrant = os.environ.get("NAB_ENTRANT", "example")
    notes = f"# {entrant}\n\nSubmits the example predictions that Numerai hands out with each round's data.\n"
    Path("README.md").write_text(notes, encoding="utf-8")
    for name in ("predict.py", "submit.sh"):
        shutil.copy(ASSETS / name, name)
    print("done: submit.sh is ready", flush=True)


if __name__ == "__main__":
    main()
