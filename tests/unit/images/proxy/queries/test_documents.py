import time

import pytest
from graphql.language import parse, print_ast
from hypothesis import given
from hypothesis import strategies as st
from queries import documents
from queries.field_names import plain
from refused import Refused

LETTERS = st.text("abcXYZ", min_size=1, max_size=6)


def read(query, variables=None, operation=None):
    return documents.read(query, variables or {}, operation)


@given(LETTERS, st.data())
def test_every_spelling_of_a_name_is_one_name(name, data):
    spelt = "".join(
        data.draw(st.sampled_from([letter, letter.upper(), letter.lower(), f"_{letter}"])) for letter in name
    )

    assert plain(spelt) == plain(name)
    assert read(f"{{ {spelt} }}").roots[0].name == plain(name)


VALUES = st.recursive(
    st.integers(-9, 9).map(str)
    | st.booleans().map(lambda value: str(value).lower())
    | st.just("null")
    | LETTERS.map(lambda word: f"E{word}")
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )
    | st.text("ab \n", max_size=6).map(lambda text: f'"""{text}"""'),
    lambda parts: (
        st.lists(parts, max_size=2).map(lambda values: f"[{' '.join(values)}]")
        | st.dictionaries(st.sampled_from("abc"), parts, max_size=2).map(
            lambda values: "{" + " ".join(f"{key}: {value}" for key, value in values.items()) + "}"
        )
    ),
    max_leaves=4,
)
FIELDS = st.recursive(
    st.builds(lambda alias, name: f"{alias}: {name}" if alias else name, st.none() | LETTERS, LETTERS),
    lambda parts: st.builds(
        lambda name, value, below: f"{name}(a: {value}) {{ {' '.join(below)} }}",
        LETTERS,
        VALUES,
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


@pytest.mark.full
@given(FIELDS)
def test_a_document_that_is_written_again_means_the_same(field):
    """The texts' way of writing aside: a block becomes a plain text."""
    before = read(f"{{ {field} }}")
    after = read(print_ast(before.tree))

    def meaning(fields):
        return [(field.key, field.name, field.arguments, meaning(field.below)) for field in fields]

    assert meaning(after.roots) == meaning(before.roots)
    assert print_ast(parse(print_ast(before.tree))) == print_ast(before.tree)


def test_fragments_and_variables_are_followed():
    query = 'query q($m: String = "d") { ...A } fragment A on Q { x: model(modelId: $m) { ... { name } } }'

    (root,) = read(query, {"m": "v"}, "q").roots

    assert (root.key, root.name, root.arguments, [field.name for field in root.below]) == (
        "x",
        "model",
        {"modelid": "v"},
        ["name"],
    )
    assert read(query).roots[0].arguments == {"modelid": "d"}
    assert read(query, {"m": None}).roots[0].arguments == {"modelid": None}


def test_only_declared_variables_are_sent_on():
    assert read("query($a: Int) { r(n: $a) }", {"a": 1, "b": 2}).variables == {"a": 1}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("", {}),
        ("{ a", {}),
        ("query A { a } query B { b }", {}),
        ("subscription { a }", {}),
        ("{ a @skip(if: false) }", {}),
        ("query @x { a }", {}),
        ("type A { b: C }", {}),
        ("{ a } fragment F on Q { b }", {}),
        ("{ ...F } fragment F on Q { ...F }", {}),
        ("{ ...F }", {}),
        ("{ ...F } fragment F on Q { a } fragment F on Q { b }", {}),
        ("{ a(b: 1, B: 2) }", {}),
        ("{ a(b_: {c: 1, _c: 2}) }", {}),
        ("{ a(b: $c) }", {"c": 1}),
        ("query($c: Int, $C: Int) { a(b: $c) }", {}),
        ("query($c: Int) { a(b: $c) }", {"c": 1, "_c": 2}),
        ("query($c: In) { a(b: $c) }", {"c": {"d": 1, "D": 2}}),
        ("{ x: a x: b }", {}),
        ("{ nab_model: a }", {}),
        ("{ a { NabX } }", {}),
        ("{ a" * 40 + "}" * 40, {}),
    ],
)
def test_what_is_ambiguous_or_of_no_use_is_refused(query, variables):
    with pytest.raises(Refused):
        read(query, variables)


def test_an_operation_name_is_that_of_the_operation():
    with pytest.raises(Refused):
        read("query A { a }", operation="B")


@pytest.mark.parametrize(
    "query",
    [
        "{ a" * 8000 + "}" * 8000,
        "{ a(b: " + "[" * 30_000,
        "{" + " a" * 16_000 + "}",
        "{ ...f60 } fragment f0 on R { n } "
        + " ".join(f"fragment f{n} on R {{ ...f{n - 1} ...f{n - 1} }}" for n in range(1, 61)),
        "{ ...f9 } fragment f0 on R { n } "
        + " ".join(f"fragment f{n} on R {{ {f'...f{n - 1} ' * 20} }}" for n in range(1, 10)),
    ],
    ids=["deep", "deep lists", "wide", "doubling", "by twenties"],
)
def test_a_bomb_is_refused_in_no_time(query):
    began = time.monotonic()

    with pytest.raises(Refused):
        read(query)
    assert time.monotonic() - began < 2
