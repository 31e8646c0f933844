"""What is in the images of the coding agents that `make images` built."""

import pytest

from nab.edges.docker import cli_packages
from support.engines import engines
from support.records.recorded import CODING

AGENTS = sorted(CODING)


@pytest.fixture(scope="module")
def engine():
    return engines.engine_or_skip()


def inside(client, agent, script):
    """Run a script in a new box of an agent's image, without a network."""
    image = engines.image_or_skip(CODING[agent].image)
    said = client.containers.run(
        image, ["sh", "-c", script], remove=True, network_mode="none", cap_drop=["ALL"], stderr=True
    )
    return said.decode().strip()


@pytest.mark.parametrize("agent", AGENTS)
def test_the_program_is_the_one_that_its_lock_names(engine, agent):
    spec = CODING[agent]

    assert spec.install.version in inside(engine, agent, f"{spec.cli.first[0]} --version")
    assert cli_packages.installed(engine, spec.image) == cli_packages.wanted(spec.folder, spec.install)


@pytest.mark.parametrize("agent", AGENTS)
def test_the_agent_is_nobody_special_and_owns_its_home_but_not_its_program(engine, agent):
    said = inside(engine, agent, "id -un; find ~ ! -user agent; test -w /opt/cli || echo not writable")

    assert said.splitlines() == ["agent", "not writable"]


@pytest.mark.parametrize("agent", AGENTS)
def test_its_settings_are_in_its_home(engine, agent):
    folder = CODING[agent].folder / "home"

    for file in folder.rglob("*"):
        if file.is_file():
            inside(engine, agent, f"test -r ~/{file.relative_to(folder)}")


@pytest.mark.parametrize("agent", AGENTS)
def test_a_login_shell_finds_the_same_programs(engine, agent):
    which = f"which {CODING[agent].cli.first[0]} node python rg"

    plain = inside(engine, agent, which)

    assert inside(engine, agent, f"bash -lc '{which}'") == plain
    assert len(plain.splitlines()) == 4
    assert "/opt/venv/bin/python" in plain


@pytest.mark.parametrize("agent", AGENTS)
def test_its_python_has_what_the_controls_have_and_can_be_added_to(engine, agent):
    code = "import numerapi, lightgbm, site; print(site.getsitepackages()[0])"

    folder = inside(engine, agent, f'folder=$(python -c "{code}"); touch "$folder/mine"; echo "$folder"')

    assert folder.startswith("/opt/venv/")
