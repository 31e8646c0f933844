import pytest
from hypothesis import given
from hypothesis import strategies as st
from keys import broker, openings
from keys.broker import PLACEHOLDERS, Broker
from keys.openings import Asked
from refused import Refused

from support.attacks.vendor_calls import CHATGPT, CLAUDE, GEMINI, GPT, LISTED, Made, near_misses, others

KEYS = {
    "anthropic": {"api_key": "sk-ant-real"},
    "openai": {"api_key": "sk-real-key", "access_token": "eyJ.real.login", "account_id": "acc-1"},
    "google": {"api_key": "AIzaREAL"},
}
HELD = {
    CLAUDE: ("x-api-key", PLACEHOLDERS["anthropic"]["api_key"]),
    GPT: ("authorization", f"Bearer {PLACEHOLDERS['openai']['api_key']}"),
    CHATGPT: ("authorization", f"Bearer {PLACEHOLDERS['openai']['access_token']}"),
    GEMINI: ("x-goog-api-key", PLACEHOLDERS["google"]["api_key"]),
}
SOCKET = (("Connection", "Upgrade"), ("Upgrade", "websocket"))


def sent(made: Made, keys=KEYS, calls=None, *, key=None):
    headers = (key or HELD[made.host], *made.headers)
    return Broker(keys, calls).head(Asked(made.method, "https", made.host, made.path, headers))


def refused(made: Made, **more) -> str:
    """Return by which rule a call is refused; empty for one that goes out."""
    try:
        sent(made, **more)
    except Refused as found:
        assert found.status == 403
        return found.rule
    return ""


@pytest.mark.parametrize("made", LISTED, ids=str)
def test_a_listed_call_gets_the_key(made):
    shown = sent(made)

    assert "nab-placeholder" not in str(shown.headers)
    assert shown.path == made.path


def test_every_other_address_of_a_vendor_is_refused():
    assert [str(made) for made in others() if refused(made) != "provider"] == []


def test_what_is_nearly_a_listed_call_is_refused():
    misses = [miss for made in LISTED for miss in near_misses(made)]

    assert [str(miss) for miss in misses if refused(miss) != "provider"] == []


def test_a_refusal_says_what_to_do_and_fits_into_a_line():
    with pytest.raises(Refused) as found:
        sent(Made("GET", GPT, "/v1/files"))

    assert "[providers.openai] allow" in found.value.why
    assert "docs/policy.md" in found.value.why
    assert len(found.value.why) < 512 and found.value.why.isascii()


def test_a_key_in_the_query_opens_no_more_than_one_in_a_header():
    key = PLACEHOLDERS["google"]["api_key"]

    for path in (f"/v1beta/files?key={key}", f"/v1beta/models/m:countTokens?key={key}&alt=media"):
        assert refused(Made("POST", GEMINI, path), key=("accept", "*/*")) == "provider"


def test_an_agents_own_key_goes_where_it_likes():
    own = ("authorization", "Bearer of-its-own")

    assert [str(made) for made in others() if sent(made, key=own).headers != (own,)] == []


def test_a_list_of_orders_takes_the_place_of_the_usual_one():
    files = Made("GET", GPT, "/v1/files/f-1/content")
    listed = {"openai": ["GET api.openai.com/v1/files/{id}/content"]}

    assert sent(files, calls=listed).path == files.path
    assert refused(LISTED[2], calls=listed) == "provider"
    assert refused(Made("GET", GPT, "/v1/files/../content"), calls=listed) == "provider"
    assert refused(Made("GET", GPT, "/v1/files//content"), calls=listed) == "provider"
    assert refused(Made("GET", GPT, "/v1/files/a/b/content"), calls=listed) == "provider"
    assert sent(LISTED[0], calls=listed).path == LISTED[0].path


def test_a_websocket_is_a_call_of_its_own():
    socket = Made("GET", GPT, "/v1/responses", SOCKET)
    listed = {"openai": ["WEBSOCKET api.openai.com/v1/responses"]}

    assert sent(socket, calls=listed).path == "/v1/responses"
    assert refused(socket, calls={"openai": ["GET api.openai.com/v1/responses"]}) == "provider"
    assert refused(Made("GET", GPT, "/v1/responses"), calls=listed) == "provider"
    assert refused(Made("POST", GPT, "/v1/responses", SOCKET), calls=listed) == "provider"
    two = Made("GET", GPT, "/v1/responses", (*SOCKET, ("upgrade", "h2c")))
    assert refused(two, calls=listed) == "provider"


@pytest.mark.parametrize(
    "line",
    ["", "POST", "POST /v1/x", "post api.openai.com/v1/x", "POST api.openai.com/v1/../x", "POST api.openai.com/v1/.",
     "POST https://api.openai.com/v1/x", "POST api.openai.com/v1/x?", "POST api.openai.com/v1//x",
     "POST api.openai.com/.*", "POST api.openai.com/v1/x y"],
)  # fmt: skip
def test_a_list_that_cannot_be_read_opens_nothing(line):
    with pytest.raises(ValueError, match="is no call"):
        Broker(KEYS, {"openai": [line]})


@given(st.sampled_from(LISTED), st.text(min_size=1, max_size=4), st.data())
def test_a_listed_call_with_anything_in_between_is_no_listed_call(made, more, data):
    place = made.path.partition("?")[0]
    at = data.draw(st.integers(0, len(place)))
    path = place[:at] + more + place[at:]
    asked = Asked(made.method, "https", made.host, path, (HELD[made.host],))
    listed = [openings.opening(line) for lines in broker.CALLS.values() for line in lines]

    if any(one.fits(asked, asked.pairs) for one in listed):
        # What got in is a model of another name, or the whole query that is listed.
        word = openings.WORD.replace("A-Za-z0-9", r"\w")
        assert openings.re.fullmatch(rf"/v1beta/models/{word}:\w+", path, openings.re.ASCII)
    else:
        assert refused(Made(made.method, made.host, path)) == "provider"
