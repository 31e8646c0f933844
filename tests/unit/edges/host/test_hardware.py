"""The machine, from files as kernels and drivers write them."""

import pytest

from nab.edges.host import hardware


@pytest.fixture
def planted(tmp_path, monkeypatch):
    for name in ("CPUS", "RELEASE", "NVIDIA", "UNIFIED"):
        monkeypatch.setattr(hardware, name, tmp_path / name)
    return tmp_path


def test_cpu_and_system_are_told_as_the_kernel_and_the_distribution_name_them(planted):
    (planted / "CPUS").write_text("processor\t: 0\nmodel name\t: AMD EPYC 7B13\nmodel name\t: other\n")
    (planted / "RELEASE").write_text('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n')

    assert hardware.cpu() == "AMD EPYC 7B13"
    assert hardware.system() == "Debian GNU/Linux 13 (trixie)"


def test_where_nothing_is_told_nothing_is_made_up(planted):
    assert hardware.cpu() and hardware.system() == ""
    assert hardware.nvidia() == ((), "")
    assert hardware.cgroups() == 1


@pytest.mark.parametrize(
    ("version", "driver"),
    [
        (
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023\nGCC",
            "535.129.03",
        ),
        ("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build", "570.86.15"),
        ("something else", ""),
    ],
)
def test_gpus_and_their_driver_are_read_without_waking_them(planted, version, driver):
    for bus, name in (("0000:02:00.0", "NVIDIA T4"), ("0000:01:00.0", "NVIDIA H200")):
        place = planted / "NVIDIA/gpus" / bus
        place.mkdir(parents=True)
        (place / "information").write_text(f"Model: \t\t {name}\nIRQ:   \t\t 90\n")
    (planted / "NVIDIA/version").write_text(version)

    assert hardware.nvidia() == (("NVIDIA H200", "NVIDIA T4"), driver)


def test_a_machine_with_the_new_cgroups_alone_says_so(planted):
    (planted / "UNIFIED").touch()

    assert hardware.cgroups() == 2
