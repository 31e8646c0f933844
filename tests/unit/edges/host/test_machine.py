import pytest

from nab.edges.host import machine


@pytest.mark.parametrize(
    ("says", "going"),
    [
        ("echo stopping; exit 1", True),
        ("echo running", False),
        ("echo offline; exit 1", False),
        ("exit 1", False),
    ],
)
def test_a_machine_is_going_down_when_its_service_manager_says_so(tmp_path, monkeypatch, says, going):
    program = tmp_path / "systemctl"
    program.write_text(f'#!/bin/sh\n[ "$1" = is-system-running ] || exit 2\n{says}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")

    assert machine.is_going_down() is going


def test_a_machine_without_systemd_does_not_tell(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not machine.is_going_down()
