import json
from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.health import alarms as health_alarms
from nab.actions.reports import status
from nab.core.errors import NabError
from nab.core.facts import AttemptStarted, SessionEnded, SessionEnding, SessionStarted, Tick
from nab.core.health import alarms
from nab.core.text import terminal, times
from nab.edges import clock
from nab.edges.net import notifier
from support.records.logs import RUN, WHO, enrolled, intended
from support.repository.benches import REPOSITORY, bench_on
from support.servers.mail_servers import mailbox, webhook


@pytest.fixture
def bench(tmp_path):
    """A bench whose watcher has not looked for an hour."""
    bench = bench_on(tmp_path)
    bench.log.append(enrolled(), entrant=WHO, run=RUN, valid=clock.now() - timedelta(hours=1))
    return bench


@pytest.fixture
def mail():
    with mailbox() as server:
        yield server


@pytest.fixture
def hook():
    with webhook() as server:
        yield server


def told_by(bench, *, mail=None, hook=None):
    ways = {}
    if mail:
        ways |= {"email": "ops@example.org", "smtp": f"127.0.0.1:{mail.server_address[1]}"}
    if hook:
        ways["webhook"] = f"http://127.0.0.1:{hook.server_port}/secret-path"
    file = bench.paths.secrets / "alarms.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(ways))
    file.chmod(0o600)


def test_an_alarm_is_sent_once_and_its_end_is_sent_too(bench, mail, hook):
    told_by(bench, mail=mail, hook=hook)
    for _ in range(3):
        health_alarms.look(bench)

    assert len(mail.messages) == len(hook.messages) == 1
    assert "Subject: NumeraiAgentBench: the window watcher has never looked" in mail.messages[0]
    assert "To: ops@example.org" in mail.messages[0]
    assert "ALARM the window watcher has never looked" in hook.messages[0]["text"]
    assert "ALARM since" in status.show(structs.replace(status.status(bench), boxes=()))

    bench.log.append(Tick(window="closed", decisions={WHO: ("wait", "the window is closed")}))
    health_alarms.look(bench)
    health_alarms.look(bench)
    assert len(hook.messages) == 2
    assert "over  the window watcher" in hook.messages[1]["text"]
    assert "all is well" in hook.messages[1]["text"]
    assert "ALARM" not in status.show(structs.replace(status.status(bench), boxes=()))


def test_a_firing_longer_than_a_quarter_of_an_hour_is_no_alarm_for_as_long_as_nab_toml_lets_it_take(
    bench, monkeypatch
):
    began = clock.now()
    bench.log.append(Tick(window="open", decisions={WHO: ("fire", "the window is open")}))
    Bench(bench.config, alarms.WATCHER).log.append(
        AttemptStarted(container="c", script=""), entrant=WHO, round=1269
    )
    found = []
    for minutes in (1, 29, 44, 46):
        monkeypatch.setattr(clock, "now", lambda later=began + timedelta(minutes=minutes): later)
        found.append([alarm.key for alarm in health_alarms.now(bench)])

    assert bench.config.settings.limits.submit_minutes == 30
    assert found == [[], [], [], ["tick"]]


def test_the_watcher_is_known_by_the_name_with_which_its_script_signs():
    script = (REPOSITORY / "scripts" / "watch_window.py").read_text()

    assert f'tick.tick(Bench(config, "{alarms.WATCHER}", recent=True))' in script


def test_what_nobody_took_is_tried_again_at_the_next_look(bench, hook):
    told_by(bench, hook=hook)
    hook.refuses = True
    with pytest.raises(NabError, match=r"nobody could be told \(webhook"):
        health_alarms.look(bench)
    hook.refuses = False
    health_alarms.look(bench)

    assert len(hook.messages) == 1


def test_one_way_that_works_is_enough(bench, mail, hook):
    told_by(bench, mail=mail, hook=hook)
    mail.refuses = True
    health_alarms.look(bench)

    assert (len(mail.messages), len(hook.messages)) == (0, 1)


def test_a_damaged_log_is_an_alarm_that_is_told_once(bench, hook):
    told_by(bench, hook=hook)
    (segment,) = bench.paths.events.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b'"L3"', b'"L2"'))
    for _ in range(2):
        health_alarms.look(bench_on(bench.paths.root.parent))

    assert len(hook.messages) == 1
    assert "the event log is damaged" in hook.messages[0]["text"]


def test_without_a_way_to_tell_it_is_printed_and_shown_by_status(bench, capsys):
    assert health_alarms.look(bench)

    assert "ALARM the window watcher" in capsys.readouterr().out
    assert health_alarms.try_out(bench).startswith("nobody is told")


def test_a_trial_says_who_took_it(bench, hook):
    told_by(bench, hook=hook)

    assert health_alarms.try_out(bench) == "told by webhook"


@pytest.mark.parametrize("text", ["[]", '{"hook": "x"}', "no json"])
def test_a_file_of_ways_that_cannot_be_used_is_named_without_its_content(bench, text):
    told_by(bench)
    (bench.paths.secrets / "alarms.json").write_text(text)

    with pytest.raises(NabError, match=r"alarms\.json cannot be used"):
        health_alarms.look(bench)


def test_a_password_is_never_sent_in_the_open_to_another_machine():
    with mailbox("127.0.0.2") as server:
        where = f"127.0.0.2:{server.server_address[1]}"
        open_ways = notifier.Ways(email="a@b", smtp=where)
        secret_ways = notifier.Ways(email="a@b", smtp=where, user="u", password="secret")

        assert notifier.tell(open_ways, "s", "t") == ["e-mail"]
        with pytest.raises(NabError, match="e-mail: ValueError"):
            notifier.tell(secret_ways, "s", "t")
    assert len(server.messages) == 1
    assert "secret" not in repr(secret_ways)


def test_an_alarm_that_quotes_somebody_is_one_line_wherever_it_is_told(bench, mail, capsys):
    told_by(bench, mail=mail)
    run = structs.replace(intended(), llm="a-model")
    bench.log.append(run, entrant=WHO, run=RUN)
    at = times.text(clock.now())
    said = SessionEnded(
        session="work-1", ending=SessionEnding.UNCLASSIFIED, began=at, ended=at,
        reason="exit code 3\nBcc: everybody@example.org\x1b[2J\u202e",
    )  # fmt: skip
    for fact in (SessionStarted(session="work-1", mode="first", conversation="c"), said):
        bench.log.append(fact, entrant=WHO, run=RUN)

    health_alarms.look(bench)

    (message,) = mail.messages
    alarm = next(one for one in health_alarms.now(bench) if "nobody knows the ending" in one.text)
    assert alarm.text.endswith("exit code 3 Bcc: everybody@example.org\\x1b[2J\\u202e")
    assert "\nBcc:" not in message and terminal.UNSAFE.search(message) is None
    assert f"ALARM {alarm.text}" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("subject", ["all is well\nBcc: everybody@example.org", "a\x1b[2Jb", "\u202eevil"])
def test_a_subject_is_one_line_and_is_sent(mail, subject):
    ways = notifier.Ways(email="ops@example.org", smtp=f"127.0.0.1:{mail.server_address[1]}")

    assert notifier.tell(ways, subject, f"{subject}\nas it is") == ["e-mail"]

    (message,) = mail.messages
    assert "\nBcc:" not in message.partition("\n\n")[0]
    assert terminal.UNSAFE.search(message) is None
