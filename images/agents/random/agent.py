"""The null control: puts submit.sh in place and does nothing else."""

import os
import shutil
from pathlib import Path

ASSETS = Path(__file__).resolve().parent / "workspace"


def main() -> None:
    """Write the notes and copy the two files."""
    entrant = os.environ.get("NAB_ENTRANT", "random")
    Path("README.md").write_text(f"# {entrant}\n\nRandom predictions: the null control.\n", encoding="utf-8")
    for name in ("predict.py", "submit.sh"):
        shutil.copy(ASSETS / name, name)
    print("done: submit.sh is ready", flush=True)


if __name__ == "__main__":
    main()
