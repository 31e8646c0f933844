"""Which clients are in this box, and how each makes one small call."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HOST = "https://self-test.nab.example"
INDEX, PACKAGE = f"{HOST}/simple/", "nab-self-test"
SECONDS = 20
INTERPRETERS = (
    "/usr/bin/python3",
    "/opt/*/bin/python3",
    "/home/*/.venv/bin/python3",
    "/workspace/.venv/bin/python3",
)
SAID = "nab self-test"
FETCH = f"fetch('{HOST}/').then(a => a.text()).then(t => console.log(t))"

DOWNLOAD = (
    f"-m pip download -q --no-deps --no-cache-dir -d {{scratch}} --index-url {INDEX} {PACKAGE} && echo {SAID}"
)

# What a library is asked to do; each prints the greeting.
LIBRARIES = {
    "urllib": f"import urllib.request as u; print(u.urlopen('{HOST}/').read().decode())",
    "http.client": (
        "import http.client as h; c = h.HTTPSConnection('self-test.nab.example'); c.request('GET', '/');"
        "print(c.getresponse().read().decode())"
    ),
    "requests": f"import requests; print(requests.get('{HOST}/').text)",
    "urllib3": f"import urllib3; print(urllib3.PoolManager().request('GET', '{HOST}/').data.decode())",
    "httpx": f"import httpx; print(httpx.get('{HOST}/').text)",
    "aiohttp": (
        "import aiohttp, asyncio\n"
        "async def main():\n"
        "    async with aiohttp.ClientSession() as session:\n"
        f"        print(await (await session.get('{HOST}/')).text())\n"
        "asyncio.run(main())"
    ),
    "numerapi": (
        "import tempfile, pathlib, numerapi.utils as u; f = tempfile.mkdtemp() + '/f';"
        f"u.download_file('{HOST}/', f, show_progress_bars=False); print(pathlib.Path(f).read_text())"
    ),
}


@dataclass(frozen=True)
class Client:
    """One client: how it makes its call, and what its output must say. `{scratch}` is a folder of its own.

    `before` is run once; a `bare` one gets no environment at all, like a program that a login shell starts.
    """

    name: str
    argv: tuple[str, ...]
    says: str = SAID
    version: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    bare: bool = False


PROGRAMS = (
    Client("curl", ("curl", "-sSf", f"{HOST}/")),
    Client("wget", ("wget", "-qO-", "--tries=1", f"{HOST}/")),
    Client(
        "git",
        ("sh", "-c", f"git ls-remote {HOST}/empty.git && echo {SAID}"),
        version=("git", "--version"),
    ),
    Client("node fetch", ("node", "-e", FETCH)),
    Client("node https", ("node", "-e", f"require('https').get('{HOST}/', a => a.pipe(process.stdout))")),
    Client(
        "npm",
        ("npm", "view", PACKAGE, "version", "--registry", f"{HOST}/npm/", "--cache", "{scratch}"),
        "1.0.0",
    ),
    Client("bun fetch", ("bun", "-e", FETCH)),
    Client("deno fetch", ("deno", "eval", FETCH)),
    Client(
        "uv",
        (
            "sh",
            "-c",
            f"uv pip install --target {{scratch}} --cache-dir {{scratch}}/c --index-url {INDEX} {PACKAGE}"
            f" && echo {SAID}",
        ),
        version=("uv", "--version"),
    ),
    Client("login shell", ("bash", "-lc", f"curl -sSf {HOST}/"), version=("bash", "--version"), bare=True),
)


def programs() -> list[Client]:
    """List the programs on PATH."""
    return [client for client in PROGRAMS if all(shutil.which(need) for need in needs(client))]


def needs(client: Client) -> tuple[str, ...]:
    """Return the programs that a client is made of."""
    first = client.version[:1] or (client.name.split()[0],)
    return (client.argv[0], *first)


def interpreters() -> list[str]:
    """Return every Python of the box: the first on PATH, the system's, those of environments."""
    found = [
        shutil.which("python3") or "",
        *(str(p) for glob in INTERPRETERS for p in sorted(Path("/").glob(glob[1:]))),
    ]
    return list(dict.fromkeys(one for one in found if one))


def libraries(python: str) -> list[Client]:
    """List what one Python has, and the environment that can be made with it."""
    there = modules(python)
    clients = [
        Client(f"{name} ({python})", (python, "-c", code), version=version_of(python, name))
        for name, code in LIBRARIES.items()
        if name.partition(".")[0] in there
    ]
    if "pip" in there:
        called = (python, "-m", "pip", "--version")
        clients.append(Client(f"pip ({python})", ("sh", "-c", f"{python} {DOWNLOAD}"), version=called))
    if {"venv", "ensurepip"} <= there and python == shutil.which("python3"):
        fresh = ("sh", "-c", f"{{scratch}}/venv/bin/python {DOWNLOAD}")
        make = (python, "-m", "venv", "{scratch}/venv")
        clients.append(Client("pip of a new environment", fresh, version=(python, "--version"), before=make))
    return clients


def modules(python: str) -> set[str]:
    """Return which modules of interest one Python can import."""
    look = "import importlib.util as u, sys; print(*[n for n in sys.argv[1:] if u.find_spec(n)])"
    names = {name.partition(".")[0] for name in LIBRARIES} | {"pip", "venv", "ensurepip"}
    argv = [python, "-c", look, *names]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS, check=False)
    return set(done.stdout.split())


def version_of(python: str, name: str) -> tuple[str, ...]:
    """Return the words that print a library's version; Python's own have Python's."""
    if name in {"urllib", "http.client"}:
        return (python, "--version")
    return (python, "-c", f"import importlib.metadata as m; print(m.version('{name}'))")
