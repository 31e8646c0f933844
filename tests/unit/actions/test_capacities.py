import pytest
from msgspec import structs

from nab.actions import capacities
from nab.config import load
from nab.core.runs.capacity import Capacity
from nab.edges.host import machine
from support.records.logs import intended

MACHINE = Capacity(20, 64)
LESS = Capacity(8, 30)


def config_of(folder, settings):
    (folder / "nab.toml").write_text(settings, encoding="utf-8")
    return load(folder / "nab.toml", folder / "state")


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "capacity", lambda: MACHINE)
    return config_of(tmp_path, '[[slots]]\nname = "gpu1"\n')


@pytest.fixture
def planned(config):
    gets = capacities.promised(config)
    return structs.replace(intended(), cpus=gets.cpus, memory_gib=gets.memory_gib)


def test_two_slots_have_a_half_of_the_machine_each(config):
    assert capacities.promised(config) == Capacity(9, 28)
    assert capacities.beyond(config) == ""


def test_a_box_that_is_made_again_has_what_it_was_promised_whatever_nab_toml_says_now(tmp_path, planned):
    later = config_of(tmp_path, "[limits]\ncpus = 3\nmemory_gib = 5\n")

    assert capacities.kept(later, planned) == Capacity(9, 28)
    assert (capacities.limits(later, planned).cpus, capacities.broken(later, planned)) == (9, "")


def test_a_machine_that_has_less_than_before_is_told(config, planned, monkeypatch):
    monkeypatch.setattr(machine, "capacity", lambda: LESS)

    assert capacities.kept(config, planned) == Capacity(8, 28)
    assert capacities.broken(config, planned) == (
        "this machine has less than before: the box gets 8 CPUs and 28 GiB, and was promised 9 CPUs and 28 GiB"
    )


def test_a_run_that_was_planned_before_this_was_on_record_gets_what_nab_toml_says(config):
    assert capacities.kept(config, intended()) == Capacity(9, 28)
    assert capacities.broken(config, intended()) == ""


def test_more_than_the_machine_has_is_said_with_what_the_box_gets(tmp_path, config):
    greedy = config_of(tmp_path, "[limits]\ncpus = 32\n")

    assert capacities.beyond(greedy) == (
        "limits.cpus = 32: more than this machine has (20 CPUs and 64 GiB); the box gets 20 CPUs and 57 GiB"
    )


def test_this_machine_has_a_cpu_and_some_memory():
    found = machine.capacity()

    assert found.cpus >= 1
    assert found.memory_gib > 0.1
