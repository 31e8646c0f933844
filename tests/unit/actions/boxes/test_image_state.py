from types import SimpleNamespace

import pytest

from nab.actions.boxes import image_state, images
from nab.config import load
from nab.edges.docker import base_image, build_context, engine, image_builds, image_tags, trust

AGENT = 'description = "x"\ncommand = ["x"]\nparent = "node"\n'
ALL = ("nab/base", "nab/proxy", "nab/control", "nab/node", "nab/agent-one")


@pytest.fixture
def here(monkeypatch):
    """The images on a made-up engine: their names and the digests of their recipes."""
    kept = {"debian:bookworm-slim": ""}
    monkeypatch.setattr(engine, "connect", lambda: None)
    monkeypatch.setattr(image_builds, "agent_user", lambda _client, _name: None)
    monkeypatch.setattr(trust, "host_extra_certificates", dict)
    monkeypatch.setattr(
        image_builds, "image_id", lambda _, name: f"sha256:{name}:{kept[name]}" if name in kept else None
    )
    monkeypatch.setattr(
        image_builds,
        "image_digest",
        lambda _, name: image_builds.ImageDigest(name, f"sha256:{name}:{kept.get(name, '')}", ()),
    )
    monkeypatch.setattr(
        image_builds, "is_current", lambda _, recipe: kept.get(recipe.name) == build_context.digest(recipe)
    )
    monkeypatch.setattr(
        image_tags,
        "find",
        lambda _, recipe: (
            SimpleNamespace(id=f"sha256:{recipe.name}:{kept[recipe.name]}")
            if kept.get(recipe.name) == build_context.digest(recipe)
            else None
        ),
    )
    monkeypatch.setattr(image_tags, "note", lambda *_: None)
    monkeypatch.setattr(image_tags, "make_current", lambda *_: None)
    monkeypatch.setattr(
        image_builds, "build", lambda _, recipe, *__: kept.update({recipe.name: build_context.digest(recipe)})
    )
    return kept


@pytest.fixture
def config(tmp_path):
    for folder in ("base", "proxy", "providers", "control", "node", "agents/one", "agents/unused"):
        (tmp_path / "images" / folder).mkdir(parents=True)
        (tmp_path / "images" / folder / "Dockerfile").write_text("FROM x\n", encoding="ascii")
    for agent in ("one", "unused"):
        (tmp_path / "images/agents" / agent / "agent.toml").write_text(AGENT, encoding="ascii")
    file = tmp_path / "nab.toml"
    file.write_text('[[entrants]]\nagent = "one"\nlevel = "L3"\nmodel = "m"\n', encoding="ascii")
    loaded = load(file, tmp_path / "state")
    return type(loaded)(settings=loaded.settings, file=loaded.file, repository=tmp_path, paths=loaded.paths)


def build(config):
    images.ensure(config, images.of_entrants(config))


def test_what_the_entrants_need_is_expected_and_nothing_else(here, config):
    found = image_state.look(config)

    assert (found.expected, found.missing, found.stale) == (ALL, ALL, ())


def test_what_was_just_built_is_neither_missing_nor_stale(here, config):
    build(config)

    found = image_state.look(config)

    assert (found.missing, found.stale) == ((), ())


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("base", "nab/base"),
        ("proxy", "nab/proxy"),
        ("providers", "nab/proxy"),
        ("agents/one", "nab/agent-one"),
    ],
)
def test_a_changed_recipe_makes_its_image_stale(here, config, folder, name):
    build(config)
    (config.images / folder / "more").touch()

    assert image_state.look(config).stale == (name,)


def test_an_image_on_an_older_parent_is_stale(here, config):
    build(config)
    here["nab/control"] = "built again"

    assert image_state.look(config).stale == ("nab/control", "nab/node")


def test_looking_makes_no_image_to_start_from(here, config, monkeypatch):
    build(config)
    del here["debian:bookworm-slim"]
    monkeypatch.setattr(base_image, "find_or_make", lambda *_: pytest.fail("an image was to be made"))

    assert image_state.look(config).stale == ()
