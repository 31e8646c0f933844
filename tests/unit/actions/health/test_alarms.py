import json
from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.health import alarms as health_alarms
from nab.actions.reports import status
from nab.config import Sync
from nab.core.errors import NabError
from nab.core.facts import AttemptStarted, SessionEnded, SessionEnding, SessionStarted, SyncFailing, Tick
from nab.core.health import alarms
from nab.core.health.checks import Check, CheckVerdict
from nab.core.health.verdict import health
from nab.core.text import terminal, times
from nab.core.text.tables import plain
from nab.edges import clock
from nab.edges.files import files
from nab.edges.net import notifier
from nab.edges.net.notifier import Told
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
def told(monkeypatch):
    """What a person was told: a subject and a text each. `refuses` makes nobody take it."""
    told = Messages()
    monkeypatch.setattr(notifier, "tell", told.tell)
    return told


class Messages(list):
    refuses = False

    def tell(self, ways, subject, text):
        if self.refuses:
            raise NabError("nobody could be told (json (1): it failed)")
        if ways:
            self.append((subject, text))
        return Told(tuple(way.name for way in ways))


def told_by(bench, **settings):
    file = bench.paths.secrets / "alarms.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings or {"urls": ["json://127.0.0.1/secret-path"]}))
    file.chmod(0o600)


def test_an_alarm_is_told_once_and_its_end_is_told_too(bench, told):
    told_by(bench)
    for _ in range(3):
        health_alarms.look(bench)

    ((subject, text),) = told
    assert subject.startswith("NumeraiAgentBench: the window watcher has never looked")
    assert text.startswith("ALARM the window watcher has never looked")
    assert text.endswith("(docs/alarms.md#tick)")
    assert "ALARM since" in plain(status.show(structs.replace(status.status(bench), boxes=())))

    bench.log.append(Tick(window="closed", decisions={WHO: ("wait", "the window is closed")}))
    health_alarms.look(bench)
    health_alarms.look(bench)
    assert len(told) == 2
    assert "all is well" in told[1][0]
    assert "over  the window watcher" in told[1][1]
    assert "ALARM" not in plain(status.show(structs.replace(status.status(bench), boxes=())))


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


def test_what_nobody_took_is_tried_again_at_the_next_look(bench, told):
    told_by(bench)
    told.refuses = True
    with pytest.raises(NabError, match="nobody could be told"):
        health_alarms.look(bench)
    told.refuses = False
    health_alarms.look(bench)

    assert len(told) == 1


@pytest.mark.full
def test_an_alarm_goes_through_apprise_to_every_service(bench, capfd):
    with mailbox() as mail, webhook() as hook:
        url = f"json://127.0.0.1:{hook.server_port}/secret-path"
        smtp = f"127.0.0.1:{mail.server_address[1]}"
        told_by(bench, urls=[url], email="ops@example.org", smtp=smtp)
        health_alarms.look(bench)

    assert len(mail.messages) == len(hook.messages) == 1
    assert "ALARM the window watcher has never looked" in hook.messages[0]["message"]
    said = "".join(capfd.readouterr())
    assert "told by json (1), e-mail" in said and "secret-path" not in said


def test_a_damaged_log_is_an_alarm_that_is_told_once(bench, told):
    told_by(bench)
    (segment,) = bench.paths.events.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b'"L3"', b'"L2"'))
    for _ in range(2):
        health_alarms.look(bench_on(bench.paths.root.parent))

    assert len(told) == 1
    assert "the event log is damaged" in told[0][1]


def test_without_a_way_to_tell_it_is_printed_and_shown_by_status(bench, capsys):
    assert health_alarms.look(bench)

    assert "ALARM the window watcher" in capsys.readouterr().out
    assert health_alarms.try_out(bench).startswith("nobody is told")


def test_a_trial_says_who_took_it(bench, told):
    told_by(bench)

    assert health_alarms.try_out(bench) == "told by json (1)"


def test_settings_of_before_apprise_still_work_and_it_is_said_how_to_move(bench, told, capsys):
    told_by(bench, email="ops@example.org", webhook="https://example.org/secret-path")

    assert health_alarms.try_out(bench) == "told by e-mail, webhook"
    said = capsys.readouterr().err
    assert "as addresses of Apprise" in said and "secret-path" not in said


@pytest.mark.parametrize(
    "text", ["[]", '{"hook": "x"}', "no json", '{"webhook": "secret"}', '{"email": "a@b", "smtp": "secret"}']
)
def test_a_file_of_ways_that_cannot_be_used_is_named_without_its_content(bench, text):
    told_by(bench)
    (bench.paths.secrets / "alarms.json").write_text(text)

    with pytest.raises(NabError, match=r"alarms\.json cannot be used") as refused:
        health_alarms.look(bench)
    assert "secret" not in refused.value.message.replace(str(bench.paths.secrets), "")


def test_an_alarm_that_quotes_somebody_is_one_line_wherever_it_is_told(bench, told, capsys):
    told_by(bench)
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

    ((subject, text),) = told
    alarm = next(one for one in health_alarms.now(bench) if "nobody knows the ending" in one.text)
    assert alarm.text.endswith("exit code 3 Bcc: everybody@example.org\\x1b[2J\\u202e")
    assert "\nBcc:" not in text and terminal.UNSAFE.search(subject + text) is None
    assert health_alarms.in_a_line(alarm) in capsys.readouterr().out.splitlines()


def test_a_check_that_failed_is_told_once_and_its_end_too(bench, told):
    told_by(bench)
    bench.log.append(Tick(window="closed", decisions={WHO: ("wait", "the window is closed")}))
    for finding in ("no\nanswer", "still none", ""):
        verdict = CheckVerdict.FAIL if finding else CheckVerdict.OK
        found = health([Check("engine", verdict, finding or "Docker answers")], (), "12:00", {}, None)
        files.replace_json(bench.paths.health, found)
        health_alarms.look(bench)

    raised, over = (text for _, text in told)
    assert raised == "ALARM not well, engine: no answer (docs/alarms.md#health)"
    assert over.startswith("over  not well, engine")


def test_a_health_file_that_cannot_be_read_raises_nothing(bench):
    bench.paths.health.write_text('{"well": 3}')

    assert [one.key for one in health_alarms.now(bench)] == ["tick"]


def test_without_a_remote_a_sync_that_failed_is_no_alarm(bench):
    bench.log.append(SyncFailing(since="2026-05-16T12:00:00.000Z", error="refused"))
    settings = structs.replace(bench.config.settings, sync=Sync(remote="file:///tmp/remote"))
    syncing = Bench(structs.replace(bench.config, settings=settings), "test")

    assert [one.key for one in health_alarms.now(syncing)] == ["sync", "tick"]
    assert [one.key for one in health_alarms.now(bench)] == ["tick"]
