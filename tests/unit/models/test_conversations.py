"""How far a conversation is."""

from nab.models.conversations import Said, filled_text, place

PROMPT = Said("SCENARIO:rate-limit:times=2,then=basic please")
RESULT = Said("ok", tool=True)


def test_the_step_is_the_number_of_tool_results_since_the_prompt():
    now = place([Said("<environment/>"), PROMPT, RESULT, RESULT])

    assert (now.described, now.prompts, now.step) == ("rate-limit:times=2,then=basic", 1, 2)


def test_a_new_prompt_that_names_a_scenario_begins_anew():
    now = place([PROMPT, RESULT, Said("SCENARIO:basic again")])

    assert (now.described, now.prompts, now.step) == ("basic", 2, 0)


def test_what_an_agent_says_of_its_own_accord_begins_nothing():
    now = place(
        [PROMPT, RESULT, Said("Your response above was cut off mid-stream."), Said("<reminder>hm</reminder>")]
    )

    assert (now.prompts, now.step) == (1, 1)


def test_a_prompt_without_a_scenario_counts_when_it_is_the_first():
    now = place([Said("<context/>"), Said("Do the job."), RESULT])

    assert (now.described, now.prompts, now.step, now.opening) == (None, 1, 1, "<context/>Do the job.")


def test_a_tool_call_that_runs_on_is_no_step_yet():
    now = place([PROMPT, RESULT, Said("Script running with cell ID 7", tool=True, handle="7")])

    assert (now.step, now.running) == (1, "7")


def test_a_result_that_is_said_twice_is_one_step():
    result = Said("ok", tool=True, call="call_1")

    assert place([PROMPT, result, result, Said("ok", tool=True, call="call_2")]).step == 2


def test_a_schema_is_filled_with_the_plainest_value():
    schema = {
        "type": "object",
        "properties": {
            "why": {"type": "string"},
            "choice": {"type": "string", "enum": ["flash", "pro"]},
            "score": {"type": "INTEGER", "minimum": 3},
            "many": {"type": "array", "items": {"type": "boolean"}, "minItems": 2},
            "left_out": {"type": "string"},
        },
        "required": ["why", "choice", "score", "many"],
    }

    assert filled_text(schema) == '{"why": "ok", "choice": "flash", "score": 3, "many": [false, false]}'
