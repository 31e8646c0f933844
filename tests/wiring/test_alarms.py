"""Every kind of alarm stands in docs/alarms.md with what to do, and the page knows no other."""

import re

from nab.core.health.alarm_kinds import AlarmKind
from nab.core.health.alarms import Alarm
from support.repository.benches import REPOSITORY
from support.repository.rooms import LIB

PAGE = (REPOSITORY / "docs/alarms.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^### (\w+)\n\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
ROOMS = (LIB / "nab/core/health", LIB / "nab/actions/health")
SOURCES = {path: path.read_text(encoding="utf-8") for room in ROOMS for path in room.glob("*.py")}


def test_the_page_tells_of_every_kind_once_and_of_no_other():
    assert sorted(name for name, _ in SECTIONS) == sorted(AlarmKind)


def test_the_page_says_of_every_kind_what_to_do_with_a_command_or_a_page():
    untold = [name for name, text in SECTIONS if not re.search(r"`(make|systemctl|sudo) |\]\(", text)]

    assert untold == []


def test_every_kind_is_raised_somewhere():
    raised = {name.lower() for text in SOURCES.values() for name in re.findall(r"AlarmKind\.([A-Z]+)", text)}

    assert raised == set(AlarmKind)


def test_no_alarm_has_a_key_that_begins_otherwise():
    written = re.compile(r"""(?:\bAlarm\(|\byield )\s*f?["'](?!\{AlarmKind\.)""")

    assert [
        path.name for path, text in SOURCES.items() if path.name != "checks.py" and written.search(text)
    ] == []


def test_a_message_names_a_place_of_the_page_that_there_is():
    place = Alarm(f"{AlarmKind.ROWS}:codex-l4", "x").page

    assert place == "docs/alarms.md#rows" and "### rows" in PAGE
