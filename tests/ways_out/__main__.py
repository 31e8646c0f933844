"""Try ways inside a box: `python3 -m ways_out FACTS [NAME ...]` prints a JSON object a way.

Without words it prints the table of docs/egress.md.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from ways_out import Facts, Stopped, Way, load

AT_ONCE = 16


def tried(way: Way, facts: Facts) -> dict[str, str]:
    """Say what came of one way."""
    try:
        reached = way.attempt(facts)
    except (OSError, Stopped) as error:
        return {"name": way.name, "stopped": f"{type(error).__name__}: {error}"}
    return {"name": way.name, "reached": reached[:300]}


def main(told: str, names: list[str]) -> None:
    facts = Facts(**json.loads(told))
    ways = [way for way in load().values() if not names or way.name in names]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(lambda way: tried(way, facts), ways):
            print(json.dumps(outcome), flush=True)


def table() -> str:
    """Return the rows for people."""
    return "\n".join(f"| `{way.name}` | {way.says} | {way.stopped_by} |" for way in load().values())


if __name__ == "__main__":
    if sys.argv[1:]:
        main(sys.argv[1], sys.argv[2:])
    else:
        print(table())
