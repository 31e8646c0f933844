"""The names of images, on an engine that is a table of names."""

import docker.errors
import pytest

from nab.edges.docker import build_context, image_tags
from nab.edges.docker.build_context import File, Recipe

ONE = Recipe("nab/x", {"Dockerfile": File(b"FROM y\n")}, "sha256:1", {"PARENT": "y"})
TWO = Recipe("nab/x", {"Dockerfile": File(b"FROM z\n")}, "sha256:1", {"PARENT": "y"})


class Image:
    def __init__(self, engine, id, recipe):
        self.engine, self.id = engine, id
        self.labels = {image_tags.LABEL: build_context.digest(recipe)}

    @property
    def tags(self):
        return [name for name, image in self.engine.names.items() if image is self]

    def tag(self, repository, tag):
        self.engine.names[f"{repository}:{tag}"] = self


class Engine:
    """Has images by their names; `images` is itself."""

    def __init__(self):
        self.names, self.images = {}, self

    def has(self, recipe, *tags):
        image = Image(self, f"sha256:{build_context.digest(recipe)}", recipe)
        for tag in tags:
            image.tag(recipe.name, tag)
        return image

    def get(self, name):
        by_id = {image.id: image for image in self.names.values()}
        found = by_id.get(name) or self.names.get(name if ":" in name else f"{name}:latest")
        if found is None:
            raise docker.errors.ImageNotFound(name)
        return found

    def remove(self, name, **_):
        del self.names[name]

    def list(self, name):
        return [image for tag, image in self.names.items() if tag.startswith(f"{name}:")]


@pytest.fixture
def engine():
    return Engine()


def test_an_image_is_found_by_its_recipe_and_one_of_before_that_had_by_its_label(engine):
    assert image_tags.find(engine, ONE) is None

    image = engine.has(ONE, "latest")

    assert image_tags.find(engine, ONE) is image
    assert image_tags.find(engine, TWO) is None


def test_what_a_rollback_needs_is_found_while_the_name_stands_for_another(engine):
    old = engine.has(ONE, "latest")
    image_tags.note(old, ONE, "0.1.0-aaaaaaaaaaaa")
    new = engine.has(TWO)
    image_tags.note(new, TWO, "0.1.0-bbbbbbbbbbbb")
    assert engine.names["nab/x:latest"] is old

    image_tags.make_current(engine, new, "nab/x")

    assert engine.names["nab/x:latest"] is new
    assert image_tags.find(engine, ONE) is old


def test_without_a_release_that_has_it_a_replaced_image_goes_at_once(engine):
    old = engine.has(ONE, "latest")
    image_tags.note(old, ONE, "")
    new = engine.has(TWO)

    image_tags.make_current(engine, new, "nab/x")

    assert set(engine.names) == {"nab/x:latest"}
    assert engine.names["nab/x:latest"] is new


@pytest.mark.parametrize(
    ("tags", "kept", "spare"),
    [
        (("latest", "0123456789abcdef"), set(), False),
        (("0123456789abcdef",), set(), True),
        ((), None, True),
        (("0123456789abcdef", "0.1.0-aaaaaaaaaaaa"), {"0.1.0-aaaaaaaaaaaa"}, False),
        (("0123456789abcdef", "0.1.0-aaaaaaaaaaaa"), {"0.1.0-bbbbbbbbbbbb"}, True),
        (("0123456789abcdef", "0.1.0-aaaaaaaaaaaa"), None, False),
    ],
    ids=[
        "current",
        "of a recipe alone",
        "nameless",
        "of a kept release",
        "of one that is gone",
        "whose is not known",
    ],
)
def test_an_image_is_spare_when_it_is_not_current_and_no_kept_release_has_it(tags, kept, spare):
    assert image_tags.is_spare({f"nab/x:{tag}" for tag in tags}, kept) is spare


def test_all_names_of_an_image_can_be_forgotten(engine):
    image_tags.note(engine.has(ONE, "latest"), ONE, "0.1.0-aaaaaaaaaaaa")
    engine.has(TWO, "latest").tag("nab/xy", "latest")

    image_tags.forget(engine, "nab/x")

    assert set(engine.names) == {"nab/xy:latest"}
