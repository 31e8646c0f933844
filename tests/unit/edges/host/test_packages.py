import pytest

from nab.core.errors import NabError
from nab.edges import process
from nab.edges.host import packages

INSTALLER = """#!/bin/sh
echo "apt-get $*" >> {log}
case "$*" in *install*rsyncish*) printf '#!/bin/sh\\n' > {folder}/rsyncish; chmod 755 {folder}/rsyncish ;; esac
"""


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A PATH with nothing on it but what a test puts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for real in ("sh", "chmod", "true"):
        (folder / real).symlink_to(f"/bin/{real}")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(path, name, text):
    (path / name).write_text(text, encoding="ascii")
    (path / name).chmod(0o755)


def put_installer(path, tmp_path):
    put(path, "apt-get", INSTALLER.format(log=tmp_path / "log", folder=path))


def test_a_program_that_is_there_is_left_alone(path, tmp_path):
    put_installer(path, tmp_path)
    put(path, "rsyncish", "#!/bin/sh\n")

    assert not packages.need("rsyncish", packages=("rsyncish",))
    assert not (tmp_path / "log").exists()


def test_root_installs_what_is_missing(path, tmp_path, monkeypatch):
    put_installer(path, tmp_path)
    monkeypatch.setattr(process, "is_root", lambda: True)

    assert packages.need("rsyncish", packages=("rsyncish", "more"))
    assert "install -q -y --no-install-recommends rsyncish more" in (tmp_path / "log").read_text()


def test_a_user_with_sudo_that_asks_no_password_installs_too(path, tmp_path, monkeypatch):
    put_installer(path, tmp_path)
    put(path, "sudo", '#!/bin/sh\nshift\nexec "$@"\n')
    monkeypatch.setattr(process, "is_root", lambda: False)

    assert packages.need("rsyncish", packages=("rsyncish",))


def test_a_user_without_rights_reads_the_command_to_type(path, tmp_path, monkeypatch):
    put_installer(path, tmp_path)
    put(path, "sudo", "#!/bin/sh\nexit 1\n")
    monkeypatch.setattr(process, "is_root", lambda: False)

    with pytest.raises(NabError, match="we may not install it") as raised:
        packages.need("rsyncish", packages=("rsyncish",))

    assert raised.value.hint == "sudo apt-get install rsyncish"
    assert not (tmp_path / "log").exists()
