from types import SimpleNamespace

import docker.errors
import pytest

from nab.core.errors import NabError
from nab.edges.docker import build_context, image_builds, image_tags
from nab.edges.docker.build_context import File, Recipe
from nab.edges.host.progress import Step

RECIPE = Recipe(
    name="nab/x", files={"Dockerfile": File(b"FROM y\n")}, parent_id="sha256:1", arguments={"PARENT": "y"}
)
GOOD = [{"stream": "Step 1/2 : FROM y\n"}, {"stream": "\n"}, {"aux": {"ID": "sha256:new"}}]
BAD = [{"stream": f"line {number}\n"} for number in range(50)] + [
    {"error": "pip returned 1", "errorDetail": {}}
]


class FakeEngine:
    """Has images by name, and a builder that says what it is told to say."""

    def __init__(self, says=(), present=None):
        self.present = dict(present or {})
        self.removed, self.asked = [], {}
        self.api = SimpleNamespace(build=self.build)
        self.images = SimpleNamespace(get=self.get, remove=self.remove)
        self.says = says

    def get(self, name):
        if name not in self.present:
            raise docker.errors.ImageNotFound(name)
        return self.present[name]

    def build(self, **asked):
        self.asked = asked
        yield from self.says
        self.present[asked["tag"]] = SimpleNamespace(id="sha256:new", labels=asked["labels"], attrs={})

    def remove(self, image):
        self.removed.append(image)


def old_image():
    return {"nab/x": SimpleNamespace(id="sha256:old", labels={image_tags.LABEL: "other"}, attrs={})}


def test_what_was_built_has_the_name_of_its_recipe_and_its_whole_digest(tmp_path):
    fake = FakeEngine(GOOD)

    image_builds.build(fake, RECIPE, tmp_path / "builds" / "x.log", Step("building"))

    assert fake.asked["tag"] == f"nab/x:{build_context.digest(RECIPE)[:16]}"
    assert fake.asked["labels"] == {image_tags.LABEL: build_context.digest(RECIPE)}
    assert (tmp_path / "builds" / "x.log").read_text(encoding="utf-8") == "Step 1/2 : FROM y\n"


def test_a_failed_build_shows_its_last_lines_and_keeps_the_old_image(tmp_path):
    fake = FakeEngine(BAD, old_image())

    with pytest.raises(NabError, match="building nab/x failed") as raised:
        image_builds.build(fake, RECIPE, tmp_path / "x.log", Step("building"))

    assert "line 49" in raised.value.hint
    assert "pip returned 1" in raised.value.hint
    assert "line 9\n" not in raised.value.hint
    assert str(tmp_path / "x.log") in raised.value.hint
    assert fake.removed == []
    assert "line 0\n" in (tmp_path / "x.log").read_text(encoding="utf-8")


def test_this_machines_way_out_is_handed_to_the_builder_but_is_no_part_of_the_recipe(tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://company:3128")
    fake = FakeEngine(GOOD)

    image_builds.build(fake, RECIPE, tmp_path / "x.log", Step("building"))

    assert fake.asked["buildargs"] == {"HTTPS_PROXY": "http://company:3128", "PARENT": "sha256:1"}
    assert fake.asked["labels"][image_tags.LABEL] == build_context.digest(RECIPE)


def test_which_image_exactly_includes_what_the_registries_call_it():
    pulled = SimpleNamespace(id="sha256:1", labels={}, attrs={"RepoDigests": ["debian@sha256:2"]})

    assert image_builds.image_digest(FakeEngine(present={"d": pulled}), "d").repo_digests == (
        "debian@sha256:2",
    )


def test_an_image_that_is_not_there_is_one_sentence():
    with pytest.raises(NabError, match="no image nab/x") as raised:
        image_builds.image_digest(FakeEngine(), "nab/x")

    assert raised.value.hint == "make images"
