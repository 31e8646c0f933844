import sys
import textwrap

import pytest

from nab.core.errors import NabError
from nab.edges import process
from nab.edges.docker import engine, engine_host
from nab.edges.host.progress import Step

DAEMON = """\
#!{python}
import http.server, os, socketserver, time
print("engine coming up", flush=True)
time.sleep(0.5)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"OK")
    def address_string(self):
        return "visitor"
with socketserver.UnixStreamServer("{socket}", Answer) as server:
    server.timeout = 20
    server.handle_request()
    server.handle_request()
"""


@pytest.fixture
def bare_machine(tmp_path, monkeypatch):
    """A machine without an engine and without systemd, where we are root."""
    (tmp_path / "bin").mkdir()
    socket = tmp_path / "docker.sock"
    comm = tmp_path / "comm"
    comm.write_text("init\n", encoding="ascii")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(engine, "DEFAULT_SOCKET", str(socket))
    monkeypatch.setattr(engine_host, "FIRST_PROCESS", comm)
    monkeypatch.setattr(process, "is_root", lambda: True)
    return tmp_path


def put_daemon(machine, text):
    file = machine / "bin" / "dockerd"
    file.write_text(textwrap.dedent(text), encoding="ascii")
    file.chmod(0o755)


@pytest.mark.full
def test_without_systemd_the_engine_is_started_as_a_process_and_waited_for(bare_machine):
    put_daemon(bare_machine, DAEMON.format(python=sys.executable, socket=bare_machine / "docker.sock"))
    log = bare_machine / "engine.log"

    assert engine_host.ensure_running(log, Step("starting"))
    assert "engine coming up" in log.read_text(encoding="utf-8")
    assert engine.ping()


@pytest.mark.full
def test_an_engine_that_never_answers_is_reported_with_its_log(bare_machine, monkeypatch):
    put_daemon(bare_machine, "#!/bin/sh\necho cannot start >&2\nexit 1\n")
    monkeypatch.setattr(engine_host, "WAIT_SECONDS", 0.5)
    log = bare_machine / "engine.log"

    with pytest.raises(NabError, match="has said nothing new") as raised:
        engine_host.ensure_running(log, Step("starting"))

    assert raised.value.exit_code == 1
    assert str(log) in raised.value.hint


def test_without_rights_nothing_is_started(bare_machine, monkeypatch):
    put_daemon(bare_machine, f"#!/bin/sh\ntouch {bare_machine}/started\n")
    monkeypatch.setattr(process, "is_root", lambda: False)
    (bare_machine / "bin" / "sudo").write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    (bare_machine / "bin" / "sudo").chmod(0o755)

    with pytest.raises(NabError, match="we may not start one") as raised:
        engine_host.ensure_running(bare_machine / "engine.log", Step("starting"))

    assert raised.value.exit_code == 2
    assert not (bare_machine / "started").exists()


def test_an_engine_elsewhere_is_not_ours_to_start(bare_machine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{bare_machine}/other.sock")

    with pytest.raises(NabError, match=r"other\.sock does not answer"):
        engine_host.ensure_running(bare_machine / "engine.log", Step("starting"))


def test_with_systemd_the_service_is_started(bare_machine, monkeypatch):
    engine_host.FIRST_PROCESS.write_text("systemd\n", encoding="ascii")
    file = bare_machine / "bin" / "systemctl"
    file.write_text(f'#!/bin/sh\necho "$*" > {bare_machine}/asked\n', encoding="ascii")
    file.chmod(0o755)

    engine_host.start(bare_machine / "engine.log")

    assert (bare_machine / "asked").read_text(encoding="ascii") == "enable --now docker\n"
