"""The sync against real git hosts: OpenSSH with a deploy key in a container, https with a token on this machine."""

import base64
import json
import os
import random
import signal
import subprocess
import time
from datetime import timedelta
from urllib.parse import quote

import psutil
import pytest

from nab.core.upkeep.sync.answers import Answer
from nab.edges import clock
from nab.edges.untrusted import workspaces
from support.servers.git_servers import HttpsHost, SshHost, key_pair
from support.worlds.sync import OTHER, RUN, SECRET, SyncWorld

TOKEN = "ghp_" + "qW3hZ8kX1mV5tR9pL2nB6gF4dS7jQ0wH8zKx"
CALLS = f"runs/{RUN}/calls/http.jsonl"
ANTHROPIC = "sk-ant-api03-" + "Zq8Kw3Xn7Vb2Mt9Rp4Lc6Jd1Hf5Gs0Ya" * 2 + "-AA"


@pytest.fixture
def host(tmp_path):
    made = SshHost(tmp_path)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def world(tmp_path, host, monkeypatch):
    """A bench that syncs to the host in the container."""
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    made = OnSsh(tmp_path.resolve() / "bench", host)
    made.hold_key(host.deploy_key, host.known_hosts)
    return made


class OnSsh(SyncWorld):
    """A bench whose remote is in a container; what arrived is looked at in a copy of it."""

    def __init__(self, folder, host, settings="push_seconds = 20\n"):
        folder.mkdir()
        super().__init__(folder, settings, host.address)
        self.host = host

    def hold_key(self, deploy_key, known_hosts):
        value = {"deploy_key": deploy_key, "known_hosts": known_hosts}
        self.lay("secrets/github.json", json.dumps(value), 0o600)

    def copy(self):
        """Look at the remote as it is now."""
        subprocess.run(["rm", "-rf", str(self.folder / "state.git")], check=True)
        self.remote = self.host.fetch(self.folder)

    def script(self, *options, **environment):
        return subprocess.run(
            self.bench.program("sync_to_github.py", *options),
            capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **environment},
        )  # fmt: skip


def forms(secret):
    """Write a secret in the ways in which programs write one."""
    raw = secret.encode()
    yield "plain", raw
    for shift in range(3):
        yield f"base64 {shift}", base64.b64encode(b"x" * shift + raw)
        yield f"base64 url {shift}", base64.urlsafe_b64encode(b"\xfb" * shift + raw)
    yield "wrapped", base64.encodebytes(b"-" * 5 + raw)
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "url", quote("key=" + secret, safe="").encode()
    yield "json", json.dumps({"text": f'say "{secret}"\n'}).encode()


def leaks(everything, secrets):
    """Look for secrets without the program's own scanner: any run of half of one, in any of the forms."""
    found = []
    squeezed = everything.translate(None, b"\n")
    for secret in secrets:
        raw = secret.encode()
        half = raw[len(raw) // 4 : len(raw) // 4 + 24]
        for name, form in {
            "plain": half,
            "hex": half.hex().encode(),
            "HEX": half.hex().upper().encode(),
            **{f"base64 {shift}": base64.b64encode(b"x" * shift + half)[4:-4] for shift in range(3)},
        }.items():
            if form in squeezed or form.translate(bytes.maketrans(b"+/", b"-_")) in squeezed:
                found.append((secret[:6], name))
    return found


@pytest.mark.docker
def test_two_agents_with_planted_secrets_and_large_files_leak_nothing_and_what_stays_is_listed(world):
    secrets = {"numerai": SECRET, "anthropic": ANTHROPIC}
    world.lay("secrets/numerai.json", json.dumps({"public_id": "P", "secret_key": SECRET}), 0o600)
    world.hold("anthropic", ANTHROPIC)
    world.lay("tournament/key.json", json.dumps({"public_id": "L", "secret_key": SECRET[::-1]}), 0o600)
    planted = set()
    for number, run in enumerate((RUN, OTHER)):
        world.work("big.bin", os.urandom(1 << 20) * 200, run)
        world.work("renamed.dat", b"PAR1" + os.urandom(5000) + b"PAR1", run)
        for name, secret in secrets.items():
            for form, content in forms(secret):
                path = f"work/{name}-{form}.txt"
                world.work(path, b"before\n" + content + b"\nafter\n", run)
                planted.add(f"runs/{run}/workspace/{path}")
        for step in range(4):
            world.work(f"agent{number}.py", f"step = {step}\n", run)
            world.grow(f"runs/{run}/sessions/work-1/stdout.jsonl", f'{{"step":{step}}}\n')
            world.watch(run)
            world.happen()
            assert world.tick().said.answer is Answer.TAKEN
    for form, content in forms(SECRET[::-1]):
        world.grow(f"runs/{RUN}/sessions/work-2/stdout.jsonl", f"{form} {json.dumps(content.decode())}\n")
    world.grow(f"runs/{RUN}/sessions/work-2/stderr.log", world.host.deploy_key)
    world.watch(RUN)
    world.tick()
    done = world.tick()
    world.copy()

    everything = world.everything_at_remote()
    left = world.left_out()
    assert leaks(everything, [SECRET, ANTHROPIC, SECRET[::-1]]) == []
    assert world.host.deploy_key.splitlines()[3].encode()[:40] not in everything
    assert b"PAR1" not in everything
    assert planted <= set(left)
    assert len(planted) == 2 * 2 * len(list(forms(SECRET)))
    for number, run in enumerate((RUN, OTHER)):
        assert left[f"runs/{run}/workspace/big.bin"] in {"large", "binary", "model"}
        assert left[f"runs/{run}/workspace/renamed.dat"] == "licensed data"
        assert world.content(f"runs/{run}/workspace/agent{number}.py") == "step = 3\n"
    assert done.last.withheld == len(planted) + 2
    assert world.kinds().count("sync.withheld") == len(planted) + 2
    world.sound()


@pytest.mark.docker
def test_a_remote_that_was_down_for_an_hour_gets_all_history_and_status_tells_of_the_lag(world, monkeypatch):
    world.happen()
    world.tick()
    world.host.stop()
    real = clock.now
    for minute in range(0, 62, 2):
        monkeypatch.setattr(clock, "now", lambda minute=minute: real() + timedelta(minutes=minute))
        world.work("a.py", f"minute {minute}\n")
        world.grow(CALLS, f'{{"minute":{minute}}}\n')
        world.watch()
        done = world.tick()
        assert done.said.answer is Answer.UNREACHABLE
        assert done.trouble().exit_code == 75
    assert 3500 < done.last.lag_seconds(clock.now()) < 3700
    assert world.kinds() == ["sync.failing"]
    world.host.start()

    done = world.tick()

    world.copy()
    assert done.last.lag_seconds(clock.now()) == 0
    assert world.kinds() == ["sync.failing", "sync.recovered"]
    versions = world.show("log", "--format=", "-p", world.branch, "--", f"runs/{RUN}/workspace/a.py")
    assert all(f"+minute {minute}\n" in versions for minute in range(0, 62, 2))
    assert world.joined(CALLS) == (world.state / CALLS).read_text()
    world.sound()


@pytest.mark.docker
def test_a_host_that_hangs_is_given_up_in_time_and_the_key_is_nowhere_to_be_seen_meanwhile(world):
    world.happen()
    world.host.container.pause()
    began = time.monotonic()
    running = subprocess.Popen(
        world.bench.program("sync_to_github.py"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    seen = []
    while running.poll() is None:
        seen += shown(running.pid)
        time.sleep(0.1)
    took = time.monotonic() - began
    world.host.container.unpause()

    assert running.returncode == 75
    assert "the next tick" in running.stderr.read()
    assert took < 45
    assert any("ssh" in text for text in seen)
    secret_lines = world.host.deploy_key.splitlines()[1:-1]
    assert not [line for line in secret_lines if any(line in text for text in seen)]
    config = (world.mirror / "config").read_text()
    assert not [line for line in secret_lines if line in config]
    assert "remote" not in config
    time.sleep(1)
    assert world.tick().said.answer is Answer.TAKEN


def shown(pid):
    """Return what anybody on the machine can see of a program and of those it started."""
    texts = []
    try:
        for one in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            texts += [" ".join(one.cmdline()), str(one.environ())]
    except psutil.Error:
        pass
    return texts


@pytest.mark.docker
def test_a_stranger_a_wrong_key_and_no_repository_are_each_a_sentence_with_its_remedy(world, tmp_path):
    world.happen()
    host = world.host
    wrong, public = key_pair(tmp_path, "wrong")
    stranger = f"[127.0.0.1]:{host.port} " + " ".join(public.split()[:2])

    for deploy_key, known_hosts, said in (
        (host.deploy_key, stranger, "the host is not the one that we know"),
        (wrong, host.known_hosts, "the remote does not let us in"),
    ):
        world.hold_key(deploy_key, known_hosts)
        done = world.script()
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 2
        assert "PRIVATE" not in done.stdout + done.stderr
    world.hold_key(host.deploy_key, host.known_hosts)
    world.settings = world.settings.replace("state.git", "other.git")
    world.change("")
    done = world.script()

    assert done.returncode == 2
    assert "there is no such repository" in done.stderr


@pytest.mark.docker
@pytest.mark.soak
def test_killed_at_any_moment_it_goes_on_and_both_sides_stay_sound(world):
    draw = random.Random(7)
    world.hold()
    killed = 0
    for number in range(25):
        world.work("a.py", f"version {number}\n" * 2000)
        world.work(f"b{number}", os.urandom(100_000))
        world.grow(CALLS, os.urandom(50_000).hex() + "\n")
        world.grow(
            f"runs/{RUN}/sessions/work-1/stdout.jsonl", f"{number} {SECRET if number % 5 == 0 else ''}\n"
        )
        world.happen()
        world.watch()
        running = subprocess.Popen(
            world.bench.program("sync_to_github.py"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(draw.uniform(0.1, 1.6))
        killed += running.poll() is None
        running.send_signal(signal.SIGKILL)
        running.wait()
    done = world.script("--json")
    world.copy()

    told = json.loads(done.stdout)
    assert (done.returncode, told["answer"], told["waiting"]) == (0, "taken", 0)
    assert killed >= 8
    world.sound()
    assert SECRET.encode() not in world.everything_at_remote()
    assert world.joined(CALLS) == (world.state / CALLS).read_text()
    assert world.content(f"runs/{RUN}/workspace/a.py") == "version 24\n" * 2000
    out = world.joined(f"runs/{RUN}/sessions/work-1/stdout.jsonl").split()
    withheld = [path for path in world.left_out() if "sessions/work-1" in path]
    assert set(out) <= {str(number) for number in range(25) if number % 5}
    assert withheld
    log = next((world.state / "events").glob("*.jsonl"))
    world.tick()
    world.copy()
    assert world.joined(f"events/{log.name}") == log.read_text()


def test_with_a_token_over_https_everything_arrives_and_the_token_is_told_to_the_host_alone(
    tmp_path, monkeypatch
):
    folder = tmp_path.resolve()
    (folder / "host").mkdir()
    (folder / "bench").mkdir()
    host = HttpsHost(folder / "host", TOKEN)
    world = SyncWorld(folder / "bench", "push_seconds = 20\n", host.address)
    world.remote = host.repository
    world.lay("secrets/github.json", json.dumps({"token": TOKEN}), 0o600)
    world.grow(CALLS, os.urandom(2 << 20).hex() + "\n")
    world.grow(f"runs/{RUN}/agent.log", f"I found {TOKEN}\n")
    world.happen()
    try:
        assert world.tick().said.answer is Answer.STRANGER
        assert not any(authorization for _, authorization in host.asked)
        monkeypatch.setenv("GIT_SSL_CAINFO", str(host.certificate))
        done = world.tick()
        world.lay("secrets/github.json", json.dumps({"token": TOKEN[::-1]}), 0o600)
        world.happen()
        denied = world.tick()
    finally:
        host.close()

    assert done.said.answer is Answer.TAKEN
    assert denied.said.answer is Answer.DENIED
    assert world.joined(CALLS) == (world.state / CALLS).read_text()
    assert TOKEN.encode() not in world.everything_at_remote()
    assert TOKEN not in (world.mirror / "config").read_text()
    assert TOKEN not in (world.bench.paths.sync / "last.json").read_text()
    world.sound()
