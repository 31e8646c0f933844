"""The models' vendors: docs, recordings and what is beside them agree with the files in images/providers."""

import json
import sys

import pytest

from nab.models.providers import HOSTS
from support.attacks.vendor_calls import LISTED
from support.records.recorded import CODING
from support.repository.benches import REPOSITORY
from support.repository.vendors import VENDORS

sys.path.insert(0, str(REPOSITORY / "images" / "proxy"))
from keys.openings import Asked, opening
from record.categories import category

POLICY = (REPOSITORY / "docs/policy.md").read_text(encoding="utf-8")
RECORDED = REPOSITORY / "tests/fixtures/vendor_calls"


def rows():
    """Write the table of docs/policy.md."""
    for vendor in VENDORS.values():
        for host in vendor.hosts:
            if not host.keys:
                continue
            of = f"| {vendor.title} | `{host.name}` |"
            yield from (f"{of} `{call}` | counted |" for call in host.counted)
            yield from (f"{of} `{call}` | free |" for call in host.free)
            if not host.counted + host.free:
                yield f"{of} none | |"


def recorded(agent):
    """Return the calls with a key that a real program was seen to make."""
    lines = (RECORDED / f"{agent}.jsonl").read_text(encoding="utf-8").splitlines()
    return [(call["method"], call["host"], call["path"]) for call in map(json.loads, lines)]


def test_the_table_of_the_policy_is_that_of_the_files():
    table = POLICY.partition("<!-- vendors -->\n")[2].partition("<!-- end of vendors -->")[0]

    assert table.splitlines()[2:] == list(rows())


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_listed_call_was_made_by_a_real_program(vendor):
    programs = [name for name, spec in CODING.items() if spec.cli.provider == vendor]
    made = [
        Asked(method, "https", host, path, ()) for name in programs for method, host, path in recorded(name)
    ]

    unused = [
        line
        for line in VENDORS[vendor].calls
        if not any(opening(line).fits(asked, asked.pairs) for asked in made)
    ]
    assert unused == []


@pytest.mark.parametrize("agent", CODING)
def test_a_program_makes_no_call_that_is_not_listed_but_those_it_can_do_without(agent):
    listed = [opening(line) for line in VENDORS[CODING[agent].cli.provider].calls]
    made = [Asked(method, "https", host, path, ()) for method, host, path in recorded(agent)]

    beyond = {
        f"{one.method} {one.path}" for one in made if not any(line.fits(one, one.pairs) for line in listed)
    }
    assert beyond == DONE_WITHOUT.get(agent, set())


DONE_WITHOUT = {
    "claude": {"GET /api/claude_code/settings", "GET /api/claude_code/policy_limits"},
}


def test_the_attacks_know_every_listed_call():
    lines = [line for vendor in VENDORS.values() for line in vendor.calls]
    made = [Asked(call.method, "https", call.host, call.path, ()) for call in LISTED]

    assert [[opening(line).fits(asked, asked.pairs) for line in lines].count(True) for asked in made] == [
        1
    ] * len(lines)


def test_the_scripted_models_answer_for_the_hosts_that_are_said_to_be_scripted():
    assert {host.name: name for name, one in VENDORS.items() for host in one.hosts if host.scripted} == HOSTS


def test_a_vendors_host_is_a_models_in_the_record():
    hosts = [host.name for one in VENDORS.values() for host in one.hosts]

    assert {category(host, "/v1/x") for host in hosts} == {"llm"}
