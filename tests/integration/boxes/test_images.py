"""What is in the images that `make images` built."""

import pytest

from nab.edges.docker import trust
from support.engines import engines


@pytest.fixture(scope="module")
def engine():
    return engines.engine_or_skip()


def inside(client, image, *command):
    """Run a command in a new box of an image, without a network."""
    engines.image_or_skip(image)
    said = client.containers.run(
        image, list(command), remove=True, network_mode="none", cap_drop=["ALL"], stderr=True
    )
    return said.decode().strip()


def test_a_box_runs_as_an_unprivileged_user_with_a_home_and_a_workspace(engine):
    said = inside(
        engine, "nab/base", "sh", "-c", "id -un; cd; pwd; test -w /workspace && test -w . && echo writable"
    )

    assert said.splitlines() == ["agent", "/home/agent", "writable"]


def test_the_entry_is_roots_and_the_agent_cannot_change_it(engine):
    said = inside(engine, "nab/base", "stat", "-c", "%U %a", "/usr/local/bin/nab-box")

    assert said == "root 755"


@pytest.mark.parametrize(
    "program",
    [
        "python3 --version",
        "git --version",
        "curl --version",
        "python3 -m pip --version",
        "python3 -m venv --help",
        "ps --version",
        "less --version",
    ],
)
def test_the_base_has_the_tools_of_the_trade(engine, program):
    assert inside(engine, "nab/base", *program.split())


def test_every_certificate_variable_points_at_a_file_that_is_there(engine):
    names = " ".join(f"${name}" for name in trust.BUNDLE_VARIABLES)
    script = f"set -eu; for file in {names}; do test -s $file; done; echo all"

    assert inside(engine, "nab/base", "sh", "-c", script) == "all"


def test_the_control_agents_have_unmodified_numerapi(engine):
    code = "import importlib.metadata as m, lightgbm; print(m.version('numerapi'))"

    assert inside(engine, "nab/control", "/opt/control/bin/python", "-c", code) == "3.1.1"


@pytest.mark.parametrize("agent", ["baseline", "random"])
def test_submit_without_a_model_fails_loudly(engine, agent):
    engines.image_or_skip(f"nab/agent-{agent}")
    script = "cp /opt/agent/workspace/* /workspace/ && ! ./submit.sh"

    assert "NUMERAI_MODEL_ID is not set" in inside(engine, f"nab/agent-{agent}", "sh", "-c", script)


def test_random_predictions_are_the_same_for_the_same_model_and_round(engine):
    code = "import sys; sys.path.insert(0, '/opt/agent/workspace'); import predict; print(list(predict.draw('m:1', 4)))"
    first, second = (
        inside(engine, "nab/agent-random", "/opt/control/bin/python", "-c", code) for _ in range(2)
    )

    assert first == second
    assert "0.125" in first


def test_the_authority_is_made_once_and_its_key_is_ours_alone(engine, tmp_path):
    engines.image_or_skip("nab/proxy")
    first = trust.ensure(tmp_path / "trust", engine)
    made = first.authority.read_bytes()

    again = trust.ensure(tmp_path / "trust", engine)

    assert again.authority.read_bytes() == made
    assert made in again.bundle.read_bytes()
    assert len(trust.certificates([again.bundle])) > 100
    assert (tmp_path / "trust").stat().st_mode & 0o077 == 0


def test_an_authority_gets_a_new_bundle_from_a_new_image_but_stays_itself(engine, tmp_path):
    engines.image_or_skip("nab/proxy")
    first = trust.ensure(tmp_path / "trust", engine)
    made = first.authority.read_bytes()
    first.made_from.write_text("sha256:older", encoding="ascii")
    first.bundle.write_bytes(b"old roots")

    again = trust.ensure(tmp_path / "trust", engine)

    assert again.authority.read_bytes() == made
    assert made in again.bundle.read_bytes()
