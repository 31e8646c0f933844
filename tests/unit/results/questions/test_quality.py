from nab.results.detectors.records import Change, Run
from nab.results.questions import quality


def test_a_tree_is_what_there_was_at_that_moment():
    def change(at, path, text):
        return Change(id=f"c{at}", at=at, path=path, text=text)

    changes = (
        change(1, "a.py", "x"),
        change(2, "b.py", "y"),
        change(3, "a.py", None),
        change(4, "b.py", "z"),
    )
    run = Run(run="r", entrant="e", changes=changes)

    assert quality.tree(run, 2) == {"a.py": "x", "b.py": "y"}
    assert quality.tree(run, 4) == {"b.py": "z"}
    assert quality.programs({"a.py": "x = 1", "n.md": "#", "e.py": " "}) == {"a.py": "x = 1"}


def test_a_block_of_six_lines_that_stands_twice_is_duplicated_however_it_is_indented():
    block = [f"a{number} = {number}" for number in range(6)]
    text = "\n".join([*block, "", "b = 1", *("    " + line for line in block)])

    assert quality.duplicated([text]) == 12 / 13
    assert quality.duplicated(["\n".join(block[:5]), "\n".join(block[:5])]) == 0.0
    assert quality.duplicated(["\n".join(block), "\n".join(block)]) == 1.0
    assert quality.duplicated([]) == 0.0


def test_functions_are_simple_up_to_ten():
    branches = "\n".join(f"    if a == {number}:\n        return {number}" for number in range(10))

    assert quality.simple([f"def f(a):\n{branches}\n\ndef g():\n    pass"]) == 0.5
    assert quality.simple(["x = 1"]) == 1.0


def test_hygiene_is_a_quarter_each():
    files = {
        "requirements.txt": "# list\nnumpy==2.0\npandas == 2.1\n",
        "NOTES.md": "said",
        "tests/test_a.py": "pass",
    }

    assert quality.hygiene(files, submits=True) == 1.0
    assert quality.hygiene({**files, "requirements.txt": "numpy>=2\npandas==2.1"}, submits=True) == 0.75
    assert quality.hygiene({"README.md": " "}, submits=False) == 0.0
