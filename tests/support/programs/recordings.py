"""Record what the real programs print: python tests/support/programs/recordings.py claude basic auth.

They run in their images under the providers' real host names, against the scripted models. What comes out is
kept, trimmed, in tests/fixtures/cli_output/<agent>/<case>.{stdout,stderr,json}; do it again for every version.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import ssl
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from nab import agents
from nab.core.agents import adapters
from nab.core.agents.adapters import Start
from nab.edges.docker import cli_packages

REPOSITORY = Path(__file__).resolve().parents[3]
KEPT = REPOSITORY / "tests/fixtures/cli_output"
HOSTS = ("api.anthropic.com", "api.openai.com", "generativelanguage.googleapis.com")
ADDRESS = "127.0.77.5"  # all of 127/8 is this machine
NOBODY = "127.0.77.6"
SESSION = "5e551017-0000-4000-8000-000000000001"
KEYS = {
    "ANTHROPIC_API_KEY": "sk-ant-api03-" + "x" * 40,
    "CLAUDE_CODE_OAUTH_TOKEN": "sk-ant-oat01-" + "x" * 40,
    "OPENAI_API_KEY": "sk-proj-" + "x" * 40,
    "CODEX_API_KEY": "sk-proj-" + "x" * 40,
    "GEMINI_API_KEY": "AIza" + "x" * 35,
}
LIMIT = 420


@dataclass(frozen=True)
class Case:
    """What is recorded: a scenario of the scripted models, and what is done to the program meanwhile."""

    scenario: str = "basic"
    address: str = ADDRESS
    key: bool = True
    options: tuple[str, ...] = ()
    signal: str = ""
    after: float = 8
    resumes: bool = False
    starved: bool = False
    form: int = 0  # which of the adapter's forms of the key


CASES = {
    "basic": Case(),
    "resumed": Case(resumes=True),
    "rate-limit": Case("rate-limit:times=2,then=basic"),
    "rate-limit-for-good": Case("rate-limit:times=1000000"),
    "usage-limit": Case("usage-limit"),
    "usage-limit-of-a-plan": Case("usage-limit", form=1),
    "auth": Case("auth"),
    "no-key": Case(key=False),
    "billing": Case("billing"),
    "overload": Case("overload"),
    "server-error": Case("server-error"),
    "context-overflow": Case("context-overflow"),
    "stream-cut": Case("stream-cut:then=basic"),
    "stream-cut-for-good": Case("stream-cut:times=1000000,then=basic"),
    "network": Case(address=NOBODY),
    "stops-early": Case("stops-early"),
    "refusal": Case("refusal"),
    "empty-turn": Case("empty-turn"),
    "killed": Case("hangs", signal="KILL"),
    "terminated": Case("hangs", signal="TERM"),
    "interrupted": Case("hangs", signal="INT"),
    "crashed": Case("hangs", signal="ABRT"),
    "tool-out-of-memory": Case("out-of-memory", options=("--memory=700m", "--memory-swap=700m")),
    "out-of-memory": Case(starved=True),
}
STARVED = {"claude": "60m", "codex": "16m", "gemini": "60m"}
WITH_TRANSCRIPT = {"basic", "resumed", "killed", "auth"}
LONGEST_TEXT, MOST_ITEMS, LONGEST_LINE = 400, 12, 6000


def certificates(folder: Path) -> ssl.SSLContext:
    """Make an authority and a certificate of it for all hosts."""
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    (folder / "leaf.ext").write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n")
    new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj"]
    sign = ["openssl", "x509", "-req", "-days", "30", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"]
    for command in (
        [*new, "/CN=recording", "-x509", "-days", "30", "-keyout", "ca.key", "-out", "ca.crt"],
        [*new, "/CN=leaf", "-keyout", "leaf.key", "-out", "leaf.csr"],
        [*sign, "-in", "leaf.csr", "-out", "leaf.crt", "-extfile", "leaf.ext"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "leaf.crt", folder / "leaf.key")
    return context


async def relay(folder: Path, socket: Path) -> None:
    """Speak TLS as the providers' hosts and hand everything on to the models' socket, for ever."""

    async def pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65536):
                sink.write(piece)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(str(socket))
        await asyncio.gather(pour(reader, ours), pour(theirs, writer))

    server = await asyncio.start_server(visit, ADDRESS, 443, ssl=certificates(folder))
    await server.serve_forever()


def options(case: Case, spec: agents.AgentSpec, folder: Path, name: str) -> list[str]:
    """Return the options of docker run."""
    told = dict(spec.cli.environment)
    told |= {"NODE_EXTRA_CA_CERTS": "/etc/nab/ca.crt", "SSL_CERT_FILE": "/etc/nab/ca.crt"}
    if case.key:
        told |= {name: KEYS[name] for name in spec.cli.auth[case.form].variables}
    words = ["--rm", "--init", f"--name={name}", "--network=host", "--label=nab.recording=1"]
    words += [f"--add-host={host}:{case.address}" for host in HOSTS]
    if case.starved:
        words += [f"--memory={STARVED[spec.name]}", f"--memory-swap={STARVED[spec.name]}"]
    words += [f"--volume={folder}/ca.crt:/etc/nab/ca.crt:ro", f"--volume={folder}/{name}:/out"]
    return words + [f"--env={key}={value}" for key, value in told.items()] + list(case.options)


def script(case: Case, spec: agents.AgentSpec) -> str:
    """Return what the box runs: the program, and then a copy of its transcripts and of its oom counter."""
    start = Start(prompt=f"SCENARIO:{case.scenario} Go.", model=spec.cli.model, session=SESSION)
    words = shlex.join(adapters.first(spec.cli, start))
    lines = [
        f"timeout -k 5 {LIMIT} {words} >/out/stdout 2>/out/stderr </dev/null & wait $!; echo $? >/out/rc"
    ]
    if case.resumes:
        again = Start(prompt="SCENARIO:basic And again.", model=spec.cli.model, session="NAB_SESSION")
        words = shlex.join(adapters.resume(spec.cli, again)).replace("NAB_SESSION", '"$session"')
        find = (
            r"""session=$(grep -ohE '"(session|thread)_id":"[^"]+' /out/stdout | head -1 | cut -d'"' -f4)"""
        )
        lines = [lines[0], find, f"{words} >/out/stdout 2>/out/stderr </dev/null; echo $? >/out/rc"]
    if case.signal:
        lines[0] = (
            f"{words} >/out/stdout 2>/out/stderr </dev/null & pid=$!; sleep {case.after}; "
            f"kill -{case.signal} $pid; wait $pid; echo $? >/out/rc"
        )
    lines.append("cat /sys/fs/cgroup/memory/memory.oom_control >/out/oom 2>/dev/null")
    lines.append(
        f"cd; for f in {' '.join(spec.cli.transcripts)}; do cp --parents $f /out/; done 2>/dev/null; true"
    )
    return "\n".join(lines)


def fitting(agent: str) -> list[str]:
    """Return the cases that an agent can be put into."""
    forms = len(agents.find(REPOSITORY / "images", agent).cli.auth)
    return [name for name, case in CASES.items() if case.form < forms]


def record(agent: str, name: str, folder: Path) -> str:
    """Run one case and keep what came out."""
    case, spec = CASES[name], agents.find(REPOSITORY / "images", agent)
    box = f"nab-recording-{agent}-{name}"
    out = folder / box
    out.mkdir()
    out.chmod(0o777)
    began = time.monotonic()
    command = [
        "docker",
        "run",
        *options(case, spec, folder, box),
        spec.image,
        "bash",
        "-c",
        script(case, spec),
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if said.returncode:
        return f"{agent} {name}: docker run ended with {said.returncode}: {said.stderr[-300:]}"
    kept = KEPT / agent
    kept.mkdir(parents=True, exist_ok=True)
    for stream in ("stdout", "stderr"):
        (kept / f"{name}.{stream}").write_bytes(trimmed((out / stream).read_bytes()))
    code = int((out / "rc").read_text())
    oom = (out / "oom").read_text() if (out / "oom").exists() else ""
    kills = next((int(line.split()[1]) for line in oom.splitlines() if line.startswith("oom_kill ")), None)
    about = {
        "agent": agent,
        "version": cli_packages.wanted(spec.folder, spec.install).version,
        "scenario": case.scenario,
        "signal": case.signal,
        "exit_code": code,
        "oom_kills": kills,
        "seconds": round(seconds, 1),
        "recorded": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    (kept / f"{name}.json").write_text(json.dumps(about, indent=1) + "\n")
    for place in spec.cli.transcripts if name in WITH_TRANSCRIPT else ():
        for file in out.glob(place):
            (kept / f"{name}.transcript.jsonl").write_bytes(trimmed(file.read_bytes()))
    return f"{agent} {name}: {code} after {seconds:.0f} s"


def trimmed(content: bytes) -> bytes:
    """Shorten long texts and lists, and of what is long even then keep the beginning: prompts of the vendors."""
    lines = []
    for line in content.split(b"\n"):
        try:
            value = shortened(json.loads(line))
        except ValueError:
            lines.append(line)
            continue
        if len(json.dumps(value)) > LONGEST_LINE:
            value = {key: one for key, one in value.items() if not isinstance(one, dict | list)}
        lines.append(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
    return b"\n".join(lines)


def shortened(value):
    """Shorten what is inside of a value."""
    match value:
        case str():
            return value if len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT] + "…"
        case list():
            return [shortened(one) for one in value[:MOST_ITEMS]]
        case dict():
            return {key: shortened(one) for key, one in value.items()}
    return value


async def main(agent: str, names: list[str]) -> None:
    """Record some cases of an agent, or all of them, four at a time."""
    with tempfile.TemporaryDirectory(prefix="recording") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        models = subprocess.Popen(
            [sys.executable, REPOSITORY / "scripts/models.py", "serve", "--state", folder / "state"],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "lib")},
            cwd=REPOSITORY,
        )
        tls = asyncio.create_task(relay(folder, folder / "state/models/api.sock"))
        turns = asyncio.Semaphore(4)

        async def one(name: str) -> None:
            async with turns:
                print(await asyncio.to_thread(record, agent, name, folder), flush=True)

        try:
            await asyncio.sleep(3)
            await asyncio.gather(*(one(name) for name in names or fitting(agent)))
        finally:
            tls.cancel()
            models.terminate()
            models.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
