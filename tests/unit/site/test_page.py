from nab.core.text import terminal
from nab.site.page import View, render

HOSTILE = "<b>\x1b[2J\x9b31m\u202etxt.exe</b>"


def test_what_somebody_else_wrote_on_a_page_is_escaped_and_turns_or_hides_nothing():
    view = View(
        as_of="now", seq=1, local=True, objective="corr", metrics=(), leading="corr", last_day=20, leaders=[],
        columns=("what",), numbers=(), rows=[(HOSTILE,)], runs=[("codex-l3", HOSTILE, "ended", "", "")],
    )  # fmt: skip
    page = render(view)

    assert terminal.UNSAFE.search(page.replace("\t", "")) is None
    assert "<b>" not in page
    assert "&lt;b&gt;\\x1b[2J\\x9b31m\\u202etxt.exe&lt;/b&gt;" in page
