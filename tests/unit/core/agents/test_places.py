from nab.core.agents import places


def test_sessions_are_in_the_order_of_their_numbers():
    assert sorted(["work-10", "work-2", "work-1"], key=places.rank) == ["work-1", "work-2", "work-10"]
    assert places.following("work-9") == "work-10"


def test_only_such_names_are_sessions():
    for name in ("work", "Work-1", "work-1/..", "..", "work-1\n", "-1", "work-١", "home", "full"):
        assert not places.SESSION.fullmatch(name), name


def test_a_copy_that_is_set_aside_gets_the_next_number():
    assert places.set_aside("a.jsonl", {"a.jsonl"}) == "a.jsonl.1"
    assert (
        places.set_aside("a.jsonl", {"a.jsonl", "a.jsonl.9", "a.jsonl.10", "b.jsonl.44", "a.jsonl.x"})
        == "a.jsonl.11"
    )


def test_a_pattern_is_taken_apart_into_names_and_what_names_have_to_match():
    first, second, third = places.parts("./.x/*/a-[0-9]?.jsonl")

    assert first == ".x"
    assert second.match(".hidden")
    assert third.match("a-1b.jsonl")
    assert not third.match("a-1b.jsonl.1")
