"""Make one small call over every way out that the record promises to see, and print which of them were answered.

What is in the box makes them: curl, Python, Node where it is there; told of the proxy and deaf to it. The calls go to
a host that the proxy answers itself, and carry a mark by which they are found in its record.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HOST = "self-test.nab.example"
SAID = "nab self-test"
SECONDS = 300  # nobody waits for us
KEPT = 200
PYTHON = """
import sys
try:
    import requests
    print(requests.get(sys.argv[1], timeout=300).text)
except ImportError:
    import urllib.request
    print(urllib.request.urlopen(sys.argv[1], timeout=300).read().decode())
"""
NODE = "fetch(process.argv[1]).then(a => a.text()).then(t => console.log(t))"
CLIENTS = {
    "curl": ["curl", "-sSf"],
    "python": ["python3", "-c", PYTHON],
    "node": ["node", "-e", NODE],
}


def channels() -> list[tuple[str, list[str], str, bool]]:
    """List the ways: the name, the words of the client, the scheme, and whether it is told of the proxy."""
    found = [("curl.plain", CLIENTS["curl"], "http", False)]
    for name, words in CLIENTS.items():
        found += [(f"{name}.proxy", words, "https", True), (f"{name}.name", words, "https", False)]
    return [one for one in found if shutil.which(one[1][0])]


def call(channel: tuple[str, list[str], str, bool], mark: str) -> dict[str, object]:
    """Make a call, and say whether it was answered, and what its client said if it was not."""
    name, words, scheme, told = channel
    deaf = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    url = f"{scheme}://{HOST}/?canary={mark}&channel={name}"
    try:
        done = subprocess.run(
            [*words, url],
            env=dict(os.environ) if told else deaf,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        said = done.stdout.decode(errors="replace")
        answered = done.returncode == 0 and SAID in said
    except (OSError, subprocess.TimeoutExpired) as error:
        said, answered = str(error), False
    last = "" if answered else (said.strip().splitlines() or ["nothing"])[-1][:KEPT]
    return {"answered": int(answered), "said": last}


def main(mark: str) -> None:
    found = channels()
    with ThreadPoolExecutor(len(found)) as pool:
        answers = pool.map(lambda one: call(one, mark), found)
        json.dump({one[0]: answer for one, answer in zip(found, answers, strict=True)}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
