"""The units agree with systemd, with the scripts, with each other and with their documentation."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from nab.config import Limits
from nab.edges.secrets import keys
from support.repository import unit_files
from support.repository.benches import REPOSITORY
from support.repository.scripts import help_of
from support.repository.unit_files import INSTALLED, analyzed, names, programs, value, values
from support.repository.vendors import VENDORS

PYTHON = "/opt/nab/current/.venv/bin/python"
SCRIPTS = "/opt/nab/current/scripts/"
DOCUMENT = (REPOSITORY / "docs/automation.md").read_text()
SERVICES, TIMERS = names("service"), names("timer")
OURS = [unit for unit in SERVICES if programs(unit)[0] == PYTHON]
ONESHOTS = [unit for unit in SERVICES if "oneshot" in values(unit, "Type") and "@" not in unit]
ZONES = ("UTC", "Europe/Berlin", "America/New_York")
CHANGES = ("2026-03-08 04:00:00", "2026-03-28 22:00:00", "2026-10-24 22:00:00", "2026-11-01 03:00:00")


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    assert unit_files.verified(unit_files.root(tmp_path)) == ""


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("nab-watch.service", "TimeoutStartSec", "TimoutStartSec"),
        ("nab-watch.service", "KillMode=process", "KillMode=proces"),
        ("nab-watch.service", PYTHON, f"{PYTHON}4"),
        ("nab-watch.timer", "00/5:00 UTC", "00/5:00 UTD"),
        ("nab-.service.d/sandbox.conf", "NoNewPrivileges=yes", "NoNewPrivileges=yep"),
        ("nabrelease.service", "TimeoutStartSec", "TimoutStartSec"),
    ],
    ids=[
        "unknown key",
        "unknown value",
        "missing program",
        "bad calendar",
        "in what all share",
        "placed by Ansible",
    ],
)
def test_systemd_would_tell_a_mistake(tmp_path, file, old, new):
    path = unit_files.root(tmp_path) / INSTALLED / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))

    assert unit_files.verified(tmp_path) != ""


@pytest.mark.parametrize("unit", [*SERVICES, *unit_files.PLACED])
def test_a_service_is_sandboxed(tmp_path, unit):
    folder = unit_files.root(tmp_path)

    done = analyzed("security", "--offline=yes", "--threshold=20", f"--root={folder}", "--no-pager", unit)

    assert done.returncode == 0, "\n".join(line for line in done.stdout.splitlines() if line.startswith("✗"))
    # systemd 252 calls the instance of a template i, 257 test_instance.
    name = re.escape(unit).replace("@", r"@\w+")
    assert re.search(f"Overall exposure level for {name}", done.stdout)


def test_a_service_without_the_sandbox_would_not_pass(tmp_path):
    folder = unit_files.root(tmp_path)
    (folder / INSTALLED / "nab-.service.d/sandbox.conf").write_text("[Service]\nUser=nab\n")

    done = analyzed("security", "--offline=yes", "--threshold=20", f"--root={folder}", "nab-watch.service")

    assert done.returncode != 0


def test_only_what_starts_or_removes_boxes_may_use_the_engine():
    trusted = {unit for unit in SERVICES if "docker" in " ".join(values(unit, "SupplementaryGroups"))}

    assert trusted == {"nab-watch.service", "nab-entrant@.service", "nab-gc.service", "nab-health.service"}


@pytest.mark.parametrize("unit", OURS)
def test_a_service_starts_a_script_that_there_is_with_options_that_it_knows(unit):
    _, script, *words = programs(unit)
    assert script.startswith(SCRIPTS)

    told = help_of(REPOSITORY / "scripts" / script.removeprefix(SCRIPTS))

    for option in (word for word in words if word.startswith("--")):
        assert f"{option} " in told


def test_what_a_person_does_every_day_a_timer_does_too():
    makefile = (REPOSITORY / "Makefile").read_text()
    doors = re.findall(r"^(?:tick|site):.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    wanted = set(re.findall(r"scripts/(\w+\.py)", "".join(doors)))

    assert len(wanted) == 4
    assert wanted <= {programs(unit)[1].removeprefix(SCRIPTS) for unit in OURS}


def test_every_timer_has_its_service_and_every_oneshot_its_timer():
    assert [timer.removesuffix(".timer") for timer in TIMERS] == [
        unit.removesuffix(".service") for unit in ONESHOTS
    ]


@pytest.mark.parametrize("timer", TIMERS)
def test_a_timer_is_exact_catches_up_and_belongs_to_the_target(timer):
    assert value(timer, "OnCalendar").endswith(" UTC")
    assert value(timer, "AccuracySec") == "1s"
    assert value(timer, "Persistent") == "yes"
    assert value(timer, "WantedBy") == value(timer, "PartOf") == "nab.target"


@pytest.mark.parametrize("unit", SERVICES)
def test_nothing_gives_up_for_ever(unit):
    assert value(unit, "StartLimitIntervalSec") == "0"
    if unit in ONESHOTS:
        assert values(unit, "Restart") == []
        assert value(unit, "OnFailure") == "nab-notify@%n.service"
    elif unit != "nab-notify@.service":
        assert value(unit, "Restart") == "always"
        assert seconds(value(unit, "RestartSec")) >= 5


def test_busy_is_no_failure():
    for unit in SERVICES:
        assert "75" in values(unit, "SuccessExitStatus")


@pytest.mark.parametrize("unit", [unit for unit in ONESHOTS if unit != "nab-watch.service"])
def test_a_oneshot_that_hangs_is_ended_before_its_next_turn_or_the_one_after(unit):
    first, second = elapses(value(unit.replace(".service", ".timer"), "OnCalendar"), "UTC", CHANGES[0], 2)
    turns = 2 if unit == "nab-sync.service" else 1

    assert 0 < seconds(value(unit, "TimeoutStartSec")) < turns * (second - first).total_seconds()


def test_a_look_at_the_window_has_time_for_more_than_one_submission():
    assert seconds(value("nab-watch.service", "TimeoutStartSec")) >= 4 * Limits().submit_minutes * 60


@pytest.mark.parametrize("unit", ["nab-watch.service", "nab-entrant@.service"])
def test_whoever_starts_boxes_is_given_every_key(unit):
    assert credentials(unit) == {keys.NUMERAI, *VENDORS}


def test_what_must_let_no_secret_out_knows_all_that_others_are_given():
    everybodys = {name for unit in SERVICES for name in credentials(unit)}

    assert credentials("nab-sync.service") == everybodys > {keys.NUMERAI, *VENDORS}


def credentials(unit):
    """Name the credentials of a unit. None of them has to be there."""
    given = dict(one.split(":") for one in values(unit, "LoadCredential"))
    # A name that is no path is looked up under /etc/credstore, and may be missing; a path that is would be exit 243.
    assert given == {name: f"nab.{name}" for name in given}
    return set(given)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("timer", TIMERS)
def test_a_timer_elapses_at_the_same_instants_in_every_time_zone(timer, change):
    calendar = value(timer, "OnCalendar")
    here, *elsewhere = (elapses(calendar, zone, change, 4) for zone in ZONES)

    assert elsewhere == [here, here]
    assert len({second - first for first, second in pairwise(here)}) == 1


def test_a_calendar_without_utc_would_not_pass():
    calendar = value("nab-gc.timer", "OnCalendar").removesuffix(" UTC")

    there = elapses(calendar, "Europe/Berlin", CHANGES[1], 4)

    assert there != elapses(calendar, "UTC", CHANGES[1], 4)


def test_the_document_lists_every_unit_with_its_calendar_and_its_longest_time():
    rows = re.findall(r"^\| `(nab[\w@.-]*)` \|(.*)\|$", DOCUMENT, re.MULTILINE)

    units = {
        re.sub(r"\.(service|timer)$", "", path.name) for path in unit_files.UNITS.iterdir() if path.is_file()
    }
    assert sorted(name for name, _ in rows) == sorted(units)
    for name, told in rows:
        if f"{name}.timer" in TIMERS:
            calendar = value(f"{name}.timer", "OnCalendar").removeprefix("*-*-* ").removesuffix(" UTC")
            assert f" `{calendar}` " in told
            assert f" {value(f'{name}.service', 'TimeoutStartSec')} " in told


def seconds(span: str) -> float:
    """Read a time span as systemd does."""
    said = analyzed("timespan", span, LC_ALL="C")
    return int(re.search(r"[μu]s: (\d+)", said.stdout)[1]) / 1e6


def elapses(calendar: str, zone: str, since: str, count: int) -> list[datetime]:
    """Return when a calendar elapses next, for a systemd in that time zone."""
    words = ("calendar", f"--iterations={count}", f"--base-time={since} UTC", calendar)
    done = analyzed(*words, TZ=zone, LC_ALL="C")
    assert done.returncode == 0, done.stderr
    where = r"\(in UTC\)" if zone != "UTC" else r"(?:Next elapse|Iter\w*\.? #\d+)"
    found = re.findall(rf"{where}: \w+ ([\d-]+ [\d:]+) UTC", done.stdout)
    assert len(found) == count, done.stdout
    return [datetime.strptime(one, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) for one in found]


def test_this_file_reads_calendars_right():
    berlin = elapses("*-*-* 02:30:00 Europe/Berlin", "America/New_York", "2026-03-27 12:00:00", 3)

    assert berlin[0] == datetime(2026, 3, 28, 1, 30, tzinfo=UTC)
    assert berlin[2] - berlin[0] > timedelta(hours=40)
