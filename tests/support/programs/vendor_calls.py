"""Record which calls the real programs make to their vendors: python tests/support/programs/vendor_calls.py claude.

Each runs in its image behind the real proxy, before scripted models, and is led to the rarer things that it asks
beside a turn. What it called, refused or not, is kept in tests/fixtures/vendor_calls/<agent>.jsonl; do it again for
every version.
"""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

from nab import agents
from nab.agents import AgentSpec
from nab.core.agents import adapters, providers
from nab.core.agents.adapters import Start
from nab.edges.docker import proxy_box
from nab.edges.secrets import keys
from support.repository.benches import REPOSITORY
from support.repository.vendors import VENDORS
from support.servers import internets, proxies
from support.servers.scripted_models import Server

KEPT = REPOSITORY / "tests/fixtures/vendor_calls"
MADE = {provider: keys.made_key(provider) for provider in VENDORS}
ONLY = [word for name, key in MADE.items() for word in ("--key", f"{name}={key['api_key']}")]
SESSION, LIMIT = "5e551017-0000-4000-8000-000000000001", 240
# A picture of one pixel, and a text that is long enough to be counted before it is sent.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FILES = f"base64 -d >dot.png <<<{DOT}; seq 1 12000 >long.txt"
PROMPTS = {
    "claude": ("SCENARIO:basic Look at @long.txt and @dot.png", "/context", "/compact"),
    "codex": ("SCENARIO:basic Look at long.txt",),
    "gemini": ("SCENARIO:basic Look at @long.txt and @dot.png", "/compress"),
}


def script(spec: AgentSpec) -> str:
    """Return what the box runs: a first session, and one that resumes it for each further prompt."""
    lines = [FILES]
    for number, prompt in enumerate(PROMPTS.get(spec.name, ("SCENARIO:basic Go.",))):
        words = adapters.resume if number else adapters.first
        start = Start(prompt=prompt, model=spec.cli.model, session=SESSION)
        lines.append(f"timeout -k 5 {LIMIT} {shlex.join(words(spec.cli, start))} </dev/null")
    return "\n".join(lines)


def calls(lines: list[dict[str, Any]], hosts: set[str]) -> list[dict[str, str]]:
    """Return the different calls of a record to some hosts, in order."""
    found = {
        (line["method"], line["host"], line["path"] + (f"?{line['query']}" if line["query"] else ""))
        for line in lines
        if line["host"] in hosts and line["phase"] == "done" and line["method"] != "CONNECT"
    }
    return [dict(zip(("method", "host", "path"), call, strict=True)) for call in sorted(found)]


def record(agent: str) -> None:
    """Run one agent's program and keep what it called."""
    spec = agents.find(REPOSITORY / "images", agent)
    provider = VENDORS[spec.cli.provider]
    told = dict(spec.cli.environment) | proxy_box.model_placeholders(
        spec.cli, provider, MADE[spec.cli.provider]
    )
    with tempfile.TemporaryDirectory(prefix="nab") as temporary:
        root = Path(temporary)
        models = Server(root, *ONLY)
        try:
            with (
                internets.internet(root) as internet,
                proxies.lab(
                    root, image=spec.image, numerai="live", models="scripted", keys=proxies.KEYS | MADE,
                    calls=providers.listed(VENDORS, spec.cli, {}), change=internet.change,
                ) as lab,
            ):  # fmt: skip
                print(lab.tried("bash", "-c", script(spec), environment=told)[1][-4000:])
                made = calls(lab.written(), {host.name for host in provider.hosts})
                refused = [line for line in lab.written() if line["denied"]]
        finally:
            models.ends()
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{agent}.jsonl").write_text("".join(json.dumps(call) + "\n" for call in made))
    for line in refused:
        print("refused:", line["method"], line["host"] + line["path"], line["denied"]["rule"])


if __name__ == "__main__":
    for name in sys.argv[1:]:
        record(name)
