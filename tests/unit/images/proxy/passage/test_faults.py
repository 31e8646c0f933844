import json
import logging
from types import SimpleNamespace

import pytest
from passage.faults import Faults
from record import calls, line_format, redact
from record.call_log import Notes
from record.journal import Journal
from record.seen import Seen

SOURCE = line_format.Source("2026-05-16T130207Z-codex-l4", "work", redact.redactor(("S3CRETOFOURS",)))
ERROR = ValueError("invalid literal: S3CRETOFOURS")


class Flow(SimpleNamespace):
    killable = True
    killed = False

    def kill(self):
        self.killed = True


@pytest.fixture
def file(tmp_path):
    return tmp_path / "http.jsonl"


@pytest.fixture
def cut():
    return []


@pytest.fixture
def faults(file, cut):
    return Faults(Notes(SOURCE, Journal(str(file)), None), cut.append)


def client(id="c1"):
    return SimpleNamespace(
        id=id, sni="evil.example", sockname=("10.0.0.1", 443), peername=("10.0.0.2", 4001), tls=True
    )


def seen(id="f1", connection="c1"):
    return Seen(id, 1_778_936_527.0, "GET", "https", "example.org", 443, "/", connection=connection)


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_call_whose_check_raised_is_cut_and_on_record_as_refused(faults, file, cut):
    flow = Flow(client_conn=client(), metadata={calls.KEPT: seen()})

    faults.broke("requestheaders", "gate", flow, ERROR)

    (line,) = lines(file)
    assert (flow.killed, cut) == (True, ["c1"])
    assert (line["id"], line["phase"]) == ("f1", "done")
    assert line["denied"] == {"rule": "fault", "why": "gate broke in requestheaders: ValueError"}


def test_a_refusal_that_stood_before_stays(faults, file):
    call = seen()
    call.denied = ("policy", "no")

    faults.broke("request", "keys", Flow(client_conn=client(), metadata={calls.KEPT: call}), ERROR)

    assert lines(file)[0]["denied"]["rule"] == "policy"


def test_every_call_under_way_on_the_connection_has_its_line_and_no_other_has(faults, file):
    for one in (seen("f1"), seen("f2"), seen("f3", "c2")):
        faults.notes.begin(one)

    faults.broke("a layer", "mitmproxy", SimpleNamespace(client=client()), ERROR)

    assert [line["id"] for line in lines(file)] == ["f1", "f2"]


@pytest.mark.parametrize(
    "about",
    [
        SimpleNamespace(context=SimpleNamespace(client=client())),
        SimpleNamespace(client=client(), server=SimpleNamespace(error=None)),
        SimpleNamespace(proxy_mode="named", error=None, **vars(client())),
        Flow(client_conn=client(), metadata={}),
    ],
    ids=["a choice of layers", "a connection to a server", "a client", "a call that had not begun"],
)
def test_a_fault_before_there_is_a_call_is_on_record_too(faults, file, cut, about):
    faults.broke("next_layer", "layers", about, ERROR)

    (line,) = lines(file)
    assert cut == ["c1"]
    assert (line["method"], line["host"], line["client_port"]) == ("-", "evil.example", 4001)
    assert line["denied"]["rule"] == "fault"


def test_a_server_is_not_dialled_after_a_fault(faults):
    about = SimpleNamespace(client=client(), server=SimpleNamespace(error=None))

    faults.broke("server_connect", "routes", about, ERROR)

    assert "routes broke" in about.server.error


def test_the_log_is_told_without_secrets(faults, caplog):
    with caplog.at_level(logging.ERROR):
        faults.broke("running", "ready", None, ERROR)

    assert "ready broke in running: ValueError" in caplog.text
    assert "S3CRETOFOURS" not in caplog.text
