from nab.results.detectors import knowledge
from nab.results.detectors.knowledge import Source
from nab.results.detectors.records import Call, Change, Fetched, Run, Said


def run_of(**parts):
    return Run(run="r", entrant="e", **parts)


def used(text, at=10):
    return Change(id=f"c{at}:a.py", at=at, path="a.py", text=text)


def test_an_item_is_known_from_the_first_channel_that_had_it_before_its_use():
    run = run_of(
        prompt="Use napi.get_models() first.",
        fetched=(Fetched(id="call 1", at=5, category="docs", host="docs.numer.ai", text="upload_predictions(...)"),
                 Fetched(id="call 2", at=50, category="docs", host="docs.numer.ai", text="list_datasets")),
        changes=(used("napi.get_models()\nnapi.upload_predictions(p)\nnapi.list_datasets()"),),
    )  # fmt: skip

    found = {one.item: one for one in knowledge.of_run(run)}

    assert found["api:get_models"].source is Source.PROMPT
    assert (found["api:upload_predictions"].source, found["api:upload_predictions"].seen) == (
        Source.FETCHED,
        "call 1",
    )
    assert found["api:list_datasets"].source is Source.NONE  # read after it was used
    assert not found["api:list_datasets"].before_any


def test_what_was_used_before_any_channel_was_open_was_surely_remembered():
    run = run_of(
        changes=(used("napi.download_current_dataset()", at=1),),
        fetched=(Fetched(id="call 1", at=5, category="docs", host="", text="anything"),),
    )

    (found,) = knowledge.of_run(run)

    assert found.before_any
    assert found.outdated == "removed from numerapi"


def test_searches_local_files_and_what_was_written_by_tools_have_their_kind():
    calls = (
        Call(id="a", at=1, until=2, name="WebSearch", result="numerai_corr() is in numerai_tools"),
        Call(id="b", at=3, until=4, name="Bash", command="pydoc numerapi", result="get_current_round()"),
        Call(id="c", at=5, until=6, name="WebFetch", result="v5.0/live.parquet"),
        Call(id="d", at=7, until=8, name="Write",
             arguments='{"content": "numerai_corr(p)\\nnapi.get_current_round()\\nx = \\"v5.0/live.parquet\\""}'),
    )  # fmt: skip

    found = {one.item: one.source for one in knowledge.of_run(run_of(calls=calls))}

    assert found["metric:numerai_corr"] is Source.SEARCHED
    assert found["api:get_current_round"] is Source.LOCAL
    assert found["file:v5.0/live.parquet"] is Source.FETCHED


def test_words_of_the_user_are_the_prompt_and_an_agents_own_are_no_source():
    said = (
        Said(id="m1", at=1, role="user", text="see list_datasets"),
        Said(id="m2", at=2, role="assistant", text="I know get_current_round"),
    )

    found = {
        one.item: one.source
        for one in knowledge.of_run(
            run_of(said=said, changes=(used("napi.list_datasets()\nnapi.get_current_round()"),))
        )
    }

    assert found == {"api:list_datasets": Source.PROMPT, "api:get_current_round": Source.NONE}
