import threading
from types import SimpleNamespace

import pytest

from nab import agents
from nab.actions.boxes import images, prepare
from nab.config import load
from nab.core.errors import NabError
from nab.edges import clock, process
from nab.edges.docker import base_image, build_context, engine, image_builds, image_tags, trust
from nab.edges.docker.image_builds import ImageDigest
from nab.edges.host import beside, progress

ONES_AND_TWOS = {
    "nab/base": "",
    "nab/proxy": "nab/base",
    "nab/control": "nab/base",
    "nab/agent-one": "nab/base",
    "nab/agent-two": "nab/control",
}  # by what they build on
AGENT = 'description = "x"\ncommand = ["x"]\n'


class Builds(list):
    """What was built, and which names stand for what was built since."""

    def __init__(self):
        super().__init__()
        self.taken = []


@pytest.fixture
def builds(monkeypatch):
    """A builder that remembers the digest of every recipe that it was given, and the order."""
    kept, order = {}, Builds()
    taken = order.taken

    def build(_client, recipe, _log, _step):
        order.append(recipe.name)
        kept[recipe.name] = build_context.digest(recipe)

    monkeypatch.setattr(engine, "connect", lambda: None)
    monkeypatch.setattr(base_image, "find_or_make", lambda _client, wanted: wanted)
    monkeypatch.setattr(image_builds, "agent_user", lambda _client, _name: None)
    monkeypatch.setattr(trust, "host_extra_certificates", lambda: {"company.crt": "PEM"})
    monkeypatch.setattr(image_builds, "build", build)

    def find(_client, recipe):
        is_built = kept.get(recipe.name) == build_context.digest(recipe)
        return SimpleNamespace(id=f"sha256:{kept[recipe.name]}") if is_built else None

    monkeypatch.setattr(image_tags, "find", find)
    monkeypatch.setattr(image_tags, "note", lambda *_: None)
    monkeypatch.setattr(image_tags, "make_current", lambda _client, _image, name: taken.append(name))
    monkeypatch.setattr(
        image_builds,
        "image_digest",
        lambda _client, name: ImageDigest(name, f"sha256:{kept.get(name, name)}", ()),
    )
    return order


@pytest.fixture
def config(tmp_path):
    for folder in ("base", "proxy", "control", "node", "agents/one", "agents/two"):
        (tmp_path / "images" / folder).mkdir(parents=True)
        (tmp_path / "images" / folder / "Dockerfile").write_text("FROM x\n", encoding="ascii")
    (tmp_path / "images/agents/one/agent.toml").write_text(AGENT, encoding="ascii")
    (tmp_path / "images/agents/two/agent.toml").write_text(AGENT + 'parent = "control"\n', encoding="ascii")
    (tmp_path / "nab.toml").touch()
    loaded = load(tmp_path / "nab.toml", tmp_path / "state")
    return type(loaded)(settings=loaded.settings, file=loaded.file, repository=tmp_path, paths=loaded.paths)


def test_parents_are_built_before_what_builds_on_them(builds, config):
    made = images.ensure(config, agents.agents(config.images))

    assert builds[0] == "nab/base"
    assert builds.index("nab/control") < builds.index("nab/agent-two")
    assert [image.name for image in made] == [*ONES_AND_TWOS]
    assert set(builds) == ONES_AND_TWOS.keys()


def test_images_that_do_not_need_each_other_are_built_side_by_side(builds, config, monkeypatch):
    three = threading.Barrier(3, timeout=60)
    alone = image_builds.build

    def build(client, recipe, log, step):
        if ONES_AND_TWOS[recipe.name] == "nab/base":
            three.wait()  # broken unless all three are being built
        alone(client, recipe, log, step)

    monkeypatch.setattr(image_builds, "build", build)

    images.ensure(config, agents.agents(config.images))

    assert set(builds) == ONES_AND_TWOS.keys()


def test_whoever_waits_is_told_what_for(builds, config, capsys):
    images.ensure(config, agents.agents(config.images))

    said = capsys.readouterr().err.splitlines()
    assert said[0] == "building nab/base; what waits for it: nab/proxy, nab/control, nab/agent-one"
    assert "building nab/control; what waits for it: nab/agent-two" in said
    assert not any(line.startswith("building nab/agent-one;") for line in said)


def test_an_image_that_cannot_be_built_keeps_only_those_that_need_it(builds, config, monkeypatch):
    alone = image_builds.build

    def build(client, recipe, log, step):
        if recipe.name == "nab/control":
            raise NabError("building nab/control failed")
        alone(client, recipe, log, step)

    monkeypatch.setattr(image_builds, "build", build)

    with pytest.raises(NabError, match="building nab/control failed"):
        images.ensure(config, agents.agents(config.images))

    assert set(builds) == ONES_AND_TWOS.keys() - {"nab/control", "nab/agent-two"}


def test_a_program_that_builds_meanwhile_is_waited_for_in_view(builds, config, capsys):
    with images.alone(config):
        second = beside.begin(lambda: images.ensure(config, agents.agents(config.images)))
        waits = "waiting for another program that builds images"
        while not any(one.what == waits for one in progress.BOARD.running):
            clock.pause(0.01)
        assert builds == []
    assert len(second.result(timeout=60)) == len(ONES_AND_TWOS)

    assert f"{waits}: done" in capsys.readouterr().err


def test_a_second_time_nothing_is_built(builds, config):
    images.ensure(config, agents.agents(config.images))
    builds.clear()

    again = images.ensure(config, agents.agents(config.images))

    assert builds == []
    assert not any(image.built for image in again)


def test_ahead_of_a_switch_all_is_built_and_what_the_names_stand_for_stays(builds, config):
    images.ensure(config, agents.agents(config.images), ahead=True)
    assert (len(builds), builds.taken) == (5, [])

    images.ensure(config, agents.agents(config.images))

    assert (len(builds), sorted(builds.taken)) == (5, sorted(builds))


def test_one_agent_needs_only_its_own_parents(builds, config):
    images.ensure(config, [agents.find(config.images, "one")])

    assert sorted(builds) == ["nab/agent-one", "nab/base", "nab/proxy"]


def test_a_change_reaches_what_builds_on_it_and_nothing_else(builds, config):
    images.ensure(config, agents.agents(config.images))
    builds.clear()
    (config.images / "control" / "more").touch()

    images.ensure(config, agents.agents(config.images))

    assert builds == ["nab/control", "nab/agent-two"]


def test_a_new_certificate_of_this_machine_rebuilds_everything(builds, config, monkeypatch):
    images.ensure(config, agents.agents(config.images))
    builds.clear()
    monkeypatch.setattr(trust, "host_extra_certificates", dict)

    images.ensure(config, agents.agents(config.images))

    assert len(builds) == 5


def test_an_unknown_agent_builds_nothing(builds, config):
    with pytest.raises(NabError, match="no agent three"):
        prepare.run(config, "three")

    assert builds == []


def test_a_coding_agent_brings_all_of_its_parents(builds, config):
    (config.images / "agents/one/agent.toml").write_text(AGENT + 'parent = "node"\n', encoding="ascii")

    images.ensure(config, [agents.find(config.images, "one")])

    assert [name for name in builds if name != "nab/proxy"] == [
        "nab/base",
        "nab/control",
        "nab/node",
        "nab/agent-one",
    ]


def test_a_change_of_the_shared_parent_reaches_only_what_builds_on_it(builds, config):
    (config.images / "agents/one/agent.toml").write_text(AGENT + 'parent = "node"\n', encoding="ascii")
    images.ensure(config, agents.agents(config.images))
    builds.clear()
    (config.images / "node" / "more").touch()

    images.ensure(config, agents.agents(config.images))

    assert builds == ["nab/node", "nab/agent-one"]


def test_what_an_agents_lock_says_goes_into_its_image(builds, config):
    folder = config.images / "agents/one"
    install = '[install]\npackage = "p"\nversion = "1.0"\n'
    (folder / "agent.toml").write_text(AGENT + install, encoding="ascii")
    locked = '{"packages": {"node_modules/p": {"version": "1.0", "integrity": "sha512-x"}}}'
    (folder / "package-lock.json").write_text(locked, encoding="ascii")

    recipe = images.agent_recipe(
        config, agents.find(config.images, "one"), images.Image("nab/node", "1", True)
    )

    assert recipe.arguments["CLI_INTEGRITY"] == "sha512-x"
    assert recipe.arguments["PARENT"] == "nab/node"
    assert recipe.labels["nab.cli.integrity"] == "sha512-x"


def test_what_is_copied_is_on_the_label_of_its_image_alone(config):
    (config.images / "agents/one" / "agent.toml").write_text(
        AGENT + '[install]\nkind = "copied"\n', encoding="ascii"
    )

    recipe = images.agent_recipe(
        config, agents.find(config.images, "one"), images.Image("nab/node", "1", True)
    )

    assert recipe.labels["nab.cli.package"] == "one"
    assert set(recipe.arguments) == {"PARENT"}


def test_without_a_wish_only_the_agents_of_the_entrants_are_built(builds, config):
    images.ensure(config, images.chosen(config, "", every=False))

    assert not any(name.startswith("nab/agent-") for name in builds)


@pytest.mark.parametrize(
    ("us", "built_for", "builds_for"),
    [(989, 1000, 989), (989, None, 989), (0, 989, 989), (0, None, 1000)],
    ids=["a user, after root", "a user, first", "root, after a user", "root, first"],
)
def test_images_are_built_for_whoever_runs_and_by_root_for_whoever_they_are(
    monkeypatch, us, built_for, builds_for
):
    monkeypatch.setattr(process, "user_ids", lambda: (us, us))
    monkeypatch.setattr(image_builds, "agent_user", lambda _client, _name: built_for)

    assert images.agent_user(None) == builds_for


@pytest.mark.parametrize(("us", "built_for"), [(989, 989), (0, 989), (0, None), (989, None)])
def test_an_image_of_ours_runs_as_the_user_that_it_was_built_for(monkeypatch, us, built_for):
    monkeypatch.setattr(process, "user_ids", lambda: (us, us))
    monkeypatch.setattr(image_builds, "agent_user", lambda _client, _name: built_for)

    assert images.user_of(None, "nab/agent-codex") == (built_for or us or 1000)


def test_an_image_of_another_user_is_said_before_anything_is_made(monkeypatch):
    monkeypatch.setattr(process, "user_ids", lambda: (989, 989))
    monkeypatch.setattr(image_builds, "agent_user", lambda _client, _name: 1000)

    with pytest.raises(NabError, match="built for user number 1000, and we are 989") as raised:
        images.user_of(None, "nab/agent-codex")

    assert "as this user (989)" in raised.value.hint
